import type { StoredText } from '../parquet/index.ts';
import type { AddFile } from './actions.ts';

/** Where a file of a checkpoint keeps its statistics as they are stored. */
const STORED = Symbol('stored statistics');

/** One descriptor for all files, so that the engine takes them for objects of one shape. */
const STATS: PropertyDescriptor & ThisType<{ readonly [STORED]: StoredText }> = {
  enumerable: true,
  configurable: true,
  get() {
    return this[STORED].text;
  },
};

/**
 * Gives a file `stats` that become text each time they are asked for. Statistics are most of a checkpoint, and few of
 * them are ever looked at. To copying, comparing and JSON the property is like any other.
 */
export function setStoredStatistics(add: AddFile, stored: StoredText): void {
  Object.defineProperty(add, STORED, { value: stored });
  Object.defineProperty(add, 'stats', STATS);
}
