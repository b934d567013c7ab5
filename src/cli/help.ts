import { EXIT_CODES } from './exit-codes.ts';

/** No line of a help is longer, however wide the terminal. */
export const HELP_COLUMNS = 80;

/** A command as it can be typed, without the program's name, and what it does; null where that is plain. */
export type Example = readonly [command: string, what: string | null];

const EXAMPLES: readonly Example[] = [
  ['ingest export.csv --lake ./lake', 'an export into a local lake'],
  ['ingest --lake ./lake', 'what raw holds and the table lacks'],
  ['status --lake ./lake', 'what the lake holds'],
  ['query "SELECT count(*) FROM audit_events" --lake ./lake', null],
  ['ask', 'the questions that come with it'],
  ['verify --lake ./lake', 'is it what log and evidence say?'],
  ['explain 92042 "Created dashboard, ID=c1, name=Sales"', null],
];

/** Examples as a help shows them. */
export function examplesText(examples: readonly Example[]): string {
  const widest = Math.max(...examples.map(([command, what]) => (what === null ? 0 : command.length)));
  const lines = examples.map(([command, what]) =>
    what === null ? `  audit-lake ${command}` : `  audit-lake ${command.padEnd(widest)}  ${what}`,
  );
  return ['', 'Examples:', ...lines].join('\n');
}

/** What stands below the list of commands. */
export function helpEnd(): string {
  return [
    examplesText(EXAMPLES),
    '',
    'Exit codes:',
    ...EXIT_CODES.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`),
  ].join('\n');
}
