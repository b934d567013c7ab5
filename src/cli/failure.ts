import { writeSync } from 'node:fs';
import { CommanderError } from 'commander';
import { UsageError, visible, visibleLines } from '../present/index.ts';
import { InvalidPath, masked, StorageError } from '../storage/index.ts';
import { EXIT_DONE, EXIT_FAULT, EXIT_INTERNAL, EXIT_USAGE } from './exit-codes.ts';

/** What a command that failed says, and the exit code. */
export interface Failure {
  /** Null where it was said already. */
  readonly text: string | null;
  readonly exitCode: number;
}

/** What an error means to whoever ran the command. */
export async function failureOf(error: unknown): Promise<Failure> {
  if (error instanceof CommanderError) return { text: null, exitCode: error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE };
  // Loaded where they are needed: of all that a command may fail with, these alone would make every start slower.
  const [{ SettingsError }, { OutdatedProgram, TableError }, { NotConfigured, StateError }] = await Promise.all([
    import('../settings/index.ts'),
    import('../table/index.ts'),
    import('../landing/index.ts'),
  ]);
  if (
    [UsageError, SettingsError, InvalidPath, OutdatedProgram, NotConfigured, StateError].some(
      (kind) => error instanceof kind,
    )
  ) {
    return { text: said(error instanceof Error ? error.message : ''), exitCode: EXIT_USAGE };
  }
  const isFault = error instanceof StorageError || error instanceof TableError || isOfSystem(error);
  return isFault ? { text: said(error.message), exitCode: EXIT_FAULT } : internal(error);
}

/** A text for the terminal: its lines, nothing hidden in them but what may be a secret. */
export function said(text: string): string {
  return visibleLines(masked(text));
}

/**
 * Ends the process with one line and the exit code of an internal error when an error reaches nobody: one that is thrown
 * in a callback or an event, or that no promise's owner waits for.
 */
export function endOnUnseenErrors(): void {
  process.on('uncaughtException', (error) => {
    try {
      writeSync(process.stderr.fd, `audit-lake: ${internal(error).text}\n`);
    } finally {
      process.exit(EXIT_INTERNAL);
    }
  });
}

/** An error of the program itself: nobody can know what state it left, so nothing is said of running again. */
function internal(error: unknown): { readonly text: string; readonly exitCode: number } {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const place = error instanceof Error ? placeOf(error.stack ?? '') : null;
  const where = place === null ? '' : ` (${place})`;
  const text = `internal error: ${name}: ${message}${where}; run verify to see what is there, and report this`;
  return { text: visible(masked(text)), exitCode: EXIT_INTERNAL };
}

/** The first line of the stack that is ours, as `src/cli/main.ts:1:2`. */
function placeOf(stack: string): string | null {
  return /[\\/]((?:src|bin|dist)[\\/][\w\\/.-]+:\d+:\d+)/.exec(stack.slice(0, 10_000))?.[1] ?? null;
}

/** Whether an error is one of a call to the operating system, such as ENOSPC. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}
