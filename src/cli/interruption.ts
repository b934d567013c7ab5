import { writeSync } from 'node:fs';
import process from 'node:process';
import type { Settings } from '../settings/index.ts';
import { Interrupted, interruptible, openLake, type Storage } from '../storage/index.ts';
import { EXIT_INTERRUPTED } from './exit-codes.ts';

/** How long work that was interrupted may take to clear up behind itself. */
const GRACE_MS = 4_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const controller = new AbortController();

/** Aborted once whoever runs the command has had enough: by Ctrl-C, or by asking the process to end. */
export const interruption: AbortSignal = controller.signal;

/** What commands under way have to say when they are interrupted. */
const notes = new Set<() => string | null>();

/** What is on the terminal and has to be cleared before anything else is written there. */
const clearings = new Set<() => void>();

/** The lake of a command, on which nothing new is done once the command is interrupted. @throws SyntaxError as `openLake` */
export function openLakeHere(settings: Settings): Storage {
  return interruptible(openLake(settings), interruption);
}

/** Has a command say how far it has come, where it is interrupted. @returns takes that back */
export function tellWhenInterrupted(note: () => string | null): () => void {
  notes.add(note);
  return () => notes.delete(note);
}

/** Has what stands on the terminal cleared, however the command ends. @returns takes that back */
export function clearAtEnd(clear: () => void): () => void {
  clearings.add(clear);
  return () => clearings.delete(clear);
}

/**
 * Ends the command at the first signal in order: work under way stops, and clears up behind itself. At the second, or where
 * that takes too long, the process ends at once; what it holds temporarily is removed in any case.
 */
export function watchForInterruption(): void {
  process.on('exit', clearTerminal);
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (interruption.aborted) process.exit(EXIT_INTERRUPTED);
      controller.abort(new Interrupted('interrupted'));
      setTimeout(endInterrupted, GRACE_MS).unref();
    });
  }
}

/** Says what an interruption leaves, and ends the process. */
export function endInterrupted(): never {
  clearTerminal();
  const said = [...notes].flatMap((note) => note() ?? []);
  const text = ['interrupted; nothing is half-visible, and it is safe to run again', ...said].join('; ');
  try {
    // Not by the stream, which may still hold it when the process ends.
    writeSync(process.stderr.fd, `audit-lake: ${text}\n`);
  } catch {
    // A terminal that is gone takes no text.
  }
  process.exit(EXIT_INTERRUPTED);
}

function clearTerminal(): void {
  for (const clear of clearings) clear();
  clearings.clear();
}
