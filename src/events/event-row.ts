import type { Reading } from '../decode/index.ts';
import type { ExtraColumn, Row } from '../source/index.ts';
import type { CodeChoices } from './code-choices.ts';

/** Everything that one record becomes a row from. Reused from record to record. */
export interface EventRow {
  /** The reader's buffer: what the slices of `source` refer to. */
  bytes: Uint8Array;
  readonly source: Row;
  /** The columns of the export that have no column of their own. */
  extras: readonly ExtraColumn[];
  reading: Reading;
  choices: CodeChoices;
  /** Index into `TEXT_FLAGS`. */
  textFlags: number;
  /** The event_uid as 32 hex digits. */
  uid: Uint8Array;
}
