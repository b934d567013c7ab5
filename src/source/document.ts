import type { Recognised } from './recognised.ts';
import type { TimeCandidates } from './time-candidates.ts';

/** A document to be read: a file, or an entry of an archive. */
export interface Document {
  /** Its text in UTF-8. Errors of these pass unchanged. */
  readonly text: AsyncIterable<Uint8Array>;
  readonly recognised: Recognised;
  /** What names the values of a JSON text, where that stands behind them. */
  readonly valueNames?: readonly string[] | null;
  /** The lowest READER_VERSION that recognises it as this. */
  readonly readSince: number;
  /** Where its times are only looked at, to find out how they are written. */
  readonly times?: TimeCandidates;
}
