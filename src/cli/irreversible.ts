import process from 'node:process';
import { createInterface } from 'node:readline';
import { Option } from 'commander';
import type { ByRecord } from '../lake/index.ts';
import { UsageError } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { DRY_RUN } from './command.ts';
import { said } from './failure.ts';
import { interruption } from './interruption.ts';
import { shownPlace } from './lake-place.ts';
import { checkTables } from './tables.ts';
import { whoRuns } from './who.ts';

/** What the options of {@link IRREVERSIBLE} give. */
export interface IrreversibleFlags {
  readonly reason?: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/** A change that nothing takes back. */
export interface IrreversibleChange {
  /** In words that follow the name of the command, such as "removes the rows of one person for good". */
  readonly what: string;
  /** Whether a log keeps why. */
  readonly isRecorded: boolean;
}

/** Why, and by whom: what the log keeps of a change for good. */
export interface Agreement {
  readonly reason: string;
  /** Null in a dry run, which records nothing. */
  readonly by: ByRecord | null;
}

/** Where a person is asked. */
export interface Dialogue {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: { readonly isTTY?: boolean; write(text: string): unknown };
}

const REASON = new Option('--reason <text>', 'why, for the log, where it stays for good; needed unless --dry-run');

const YES = new Option('--yes', 'do not ask whether to go on; needed where there is no terminal to ask on');

/** The options of every command whose change nothing takes back. */
export const IRREVERSIBLE: readonly Option[] = [REASON, YES, DRY_RUN];

/**
 * What it takes to make a change that nothing takes back: a reason, and somebody's yes. Call it before anything is written.
 * @param change in words that follow the name of the command, such as "removes the rows of one person for good"
 * @throws what {@link checkTables} does; UsageError where there is no reason, nobody who could be asked and no `--yes`, or the answer is no
 */
export async function agreedTo(
  settings: Settings,
  { reason = '', yes, dryRun }: IrreversibleFlags,
  change: string | IrreversibleChange,
  dialogue: Dialogue = { input: process.stdin, output: process.stderr },
): Promise<Agreement> {
  const { what, isRecorded } = typeof change === 'string' ? { what: change, isRecorded: true } : change;
  if (dryRun) return { reason, by: null };
  await checkTables(settings);
  const canAsk = dialogue.input.isTTY === true && dialogue.output.isTTY === true;
  const missing = [
    ...(isRecorded && reason.trim() === '' ? ['--reason TEXT, which the log keeps for good'] : []),
    ...(yes || canAsk ? [] : ['--yes, since there is no terminal to ask on']),
  ];
  if (missing.length > 0) {
    throw new UsageError(
      `this ${what}, and nothing takes it back: expected ${missing.join(', and ')}; --dry-run says what would be done. Nothing was done`,
    );
  }
  if (
    !yes &&
    !(await isAgreed(`This ${what}, in ${shownPlace(settings.lake)}, and nothing takes it back.`, dialogue))
  ) {
    throw new UsageError('not agreed to; nothing was done');
  }
  return { reason, by: await whoRuns(settings) };
}

/**
 * Asks whether to go on with a change that can be taken back, where there is a terminal to ask on.
 * @throws UsageError where the answer is no
 */
export async function goOn(
  statement: string,
  dialogue: Dialogue = { input: process.stdin, output: process.stderr },
): Promise<void> {
  const canAsk = dialogue.input.isTTY === true && dialogue.output.isTTY === true;
  if (canAsk && !(await isAgreed(statement, dialogue))) throw new UsageError('not agreed to; nothing was done');
}

async function isAgreed(statement: string, { input, output }: Dialogue): Promise<boolean> {
  output.write(`${said(statement)}\nGo on? Type yes: `);
  // Without its own editing of the line, which would take Ctrl-C for itself.
  const lines = createInterface({ input, terminal: false });
  const stop = (): void => lines.close();
  interruption.addEventListener('abort', stop);
  try {
    for await (const line of lines) return /^yes$/i.test(line.trim());
    interruption.throwIfAborted();
    output.write('\n');
    return false;
  } finally {
    interruption.removeEventListener('abort', stop);
    lines.close();
    input.pause();
  }
}
