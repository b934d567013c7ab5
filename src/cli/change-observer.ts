import type { Observer } from '../ingest/index.ts';
import { commitWarnings } from './commit-warnings.ts';
import { visible } from './visible.ts';

/** Tells on `stream`, which is never the one that results are printed on, how a change of the table goes. */
export function changeObserver(stream: NodeJS.WriteStream): Observer {
  return {
    ...commitWarnings(stream),
    onFile: (path) => {
      stream.write(`reading ${visible(path)}\n`);
    },
  };
}
