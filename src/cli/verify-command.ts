import { Option } from 'commander';
import { openLake } from '../storage/index.ts';
import { PROGRAM_VERSION } from '../table/index.ts';
import { type Verification, type VerifyObserver, verifyLake } from '../verify/index.ts';
import { command } from './command.ts';
import { EXIT_DONE, EXIT_PROBLEMS, UsageError } from './failure.ts';
import { shownPlace } from './lake-place.ts';
import { firstOf, textTable } from './text-table.ts';
import { visible } from './visible.ts';

interface VerifyFlags {
  readonly deep: boolean;
  readonly head?: string;
}

/** Findings listed in the text; the JSON has them all. */
const MOST_LISTED = 200;

/** A terminal need not be told more often than this. */
const MILLISECONDS_BETWEEN_LINES = 2_000;

/** Says whether the lake is what its log and evidence say. */
export const register = command<VerifyFlags, []>({
  name: 'verify',
  flags: [
    new Option('--deep', 'also decode everything from raw again and compare row by row'),
    new Option(
      '--head <sha256>',
      'a chain head noted elsewhere (at least 16 digits of it): finds a log whose end was cut off',
    ),
  ],
  json: 'one JSON object',
  settings: ['lake', 'include', 'exclude', 'rawRetentionDays'],
  run: async ({ settings, flags: { deep, head = null } }) => {
    if (head !== null && !/^[0-9a-f]{16,64}$/i.test(head)) {
      throw new UsageError(`--head takes 16 to 64 hex digits, as verify prints them; found "${head}"`);
    }
    const given = settings();
    const observer = progressOn(process.stderr);
    const result = await verifyLake(openLake(given), given, { deep, head, observer });
    if (result.counts.commits === 0 && result.counts.raw_files === 0) {
      throw new UsageError(`there is no lake in ${given.lake}: neither a log nor raw files are there`);
    }
    return {
      exitCode: result.problems.length > 0 ? EXIT_PROBLEMS : EXIT_DONE,
      json: () => ({ program_version: PROGRAM_VERSION, ...result }),
      text: () => describe(given.lake, result),
    };
  },
});

/** Says now and then how far a verification has come. */
function progressOn(stream: NodeJS.WriteStream): VerifyObserver {
  let current = '';
  let next = 0;
  return {
    onStep: (name, done, of) => {
      const now = Date.now();
      if (name === current && now < next) return;
      current = name;
      next = now + MILLISECONDS_BETWEEN_LINES;
      stream.write(`verify: ${name}${of === null || done === 0 ? '' : `, ${done} of ${of}`}\n`);
    },
  };
}

function describe(lake: string, { problems, notes, counts, heads }: Verification): string {
  const findings = (title: string, found: Verification['problems'] | Verification['notes']) =>
    firstOf(
      found.map(({ kind, where, explanation }) => `${title} ${kind}: ${visible(where)}\n    ${visible(explanation)}`),
      MOST_LISTED,
    );
  const seen = Object.entries({ program_version: PROGRAM_VERSION, ...counts }).map(([name, found]) => [
    name.replaceAll('_', ' '),
    String(found),
  ]);
  const ends = Object.entries(heads).map(([table, head]) =>
    head === null ? `${table}: none` : `${table}: ${head.sha256} (version ${head.version})`,
  );
  const verdict =
    problems.length === 0
      ? `${shownPlace(lake)} is what its log and evidence say.`
      : `${shownPlace(lake)} is not what its log and evidence say: ${problems.length === 1 ? '1 problem. It is' : `${problems.length} problems. The first is`}: ${problems[0]?.kind}, ${visible(problems[0]?.where ?? '')}.`;
  return [
    ...findings('problem', problems),
    ...findings('note', notes),
    textTable(['checked', ''], seen, [false, true]),
    `Heads of the chains. Note them elsewhere, where whoever writes to the lake cannot; later: verify --head SHA256\n${ends.map((line) => `  ${line}`).join('\n')}`,
    verdict,
  ].join('\n\n');
}
