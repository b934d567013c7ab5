import { writeSync } from 'node:fs';
import process from 'node:process';
import { EXIT_DONE, EXIT_FAULT } from './exit-codes.ts';
import { said } from './failure.ts';

/**
 * Says what becomes of a command whose output nobody takes. What goes to standard error, such as progress, is dropped then: the
 * work goes on, and the exit code says what came of it. Where standard output takes no more, the command ends.
 */
export function watchStandardStreams(): void {
  process.stdout.on('error', endWithoutOutput);
  process.stderr.on('error', () => undefined);
}

/** Notes what a command found before that is printed, so that whoever reads no further is told by the exit code all the same. */
export function noteFound(exitCode: number): void {
  process.exitCode = exitCode;
}

/** Whoever read our output has seen enough (`| head`): that is no fault. A disk without room is one. */
function endWithoutOutput(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT_DONE);
  try {
    const text = `standard output: ${error.message}; what was written of it is not whole: make room, or write it elsewhere with --output FILE`;
    // Not by the stream, which may still hold it when the process ends.
    writeSync(process.stderr.fd, `audit-lake: ${said(text)}\n`);
  } catch {
    // Neither of them takes anything any more.
  }
  process.exit(EXIT_FAULT);
}
