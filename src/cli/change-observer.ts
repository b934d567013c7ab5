import type { Observer } from '../ingest/index.ts';
import { evidenceFailure } from './evidence-failure.ts';
import { evidenceRewritten } from './evidence-rewritten.ts';
import { visible } from './visible.ts';

/** Tells on `stream`, which is never the one that results are printed on, how a change of the table goes. */
export function changeObserver(stream: NodeJS.WriteStream): Observer {
  const warn = (what: string, error: unknown) =>
    stream.write(`${what}: ${visible(error instanceof Error ? error.message : String(error))}\n`);
  return {
    onFile: (path) => {
      stream.write(`reading ${visible(path)}\n`);
    },
    onCheckpointFailure: (error) => warn('no checkpoint was written, the next one is tried in time', error),
    onEvidenceFailure: (error) => {
      stream.write(`${evidenceFailure(error)}\n`);
    },
    onEvidenceRewritten: (table, commits) => {
      stream.write(`${evidenceRewritten(table, commits)}\n`);
    },
  };
}
