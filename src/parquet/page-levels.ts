import type { DataReader, SchemaTree } from 'hyparquet';
import { bitWidth } from './hybrid.ts';
import { getMaxDefinitionLevel, getMaxRepetitionLevel, readVarInt } from './hyparquet.ts';
import { readRuns } from './runs.ts';

/** Where in their rows the entries of a data page stand, and how many of them have a value. */
export interface PageLevels {
  readonly definitionLevels: Uint8Array;
  readonly repetitionLevels: Uint8Array;
  readonly values: number;
}

/**
 * Reads what comes before the values in a data page V1. `path` leads from the root of the schema to the leaf.
 * Source: Parquet format, "Data Pages", "Run Length Encoding / Bit-Packing Hybrid".
 */
export function readPageLevels(reader: DataReader, entries: number, path: readonly SchemaTree[]): PageLevels {
  const limit = getMaxDefinitionLevel([...path]);
  const repetitionLevels = readLevels(reader, entries, getMaxRepetitionLevel([...path])).levels;
  const { levels: definitionLevels, isRun } = readLevels(reader, entries, limit);
  const first = definitionLevels[0] === limit ? entries : 0;
  return { definitionLevels, repetitionLevels, values: isRun ? first : countOf(limit, definitionLevels) };
}

/**
 * The same of a data page V2, where the repetition levels take `size` bytes, and the definition levels follow.
 * Source: Parquet format, "Data Pages".
 */
export function readSizedLevels(
  { view, offset }: DataReader,
  entries: number,
  path: readonly SchemaTree[],
  size: number,
): PageLevels {
  const [defined, repeated] = [getMaxDefinitionLevel([...path]), getMaxRepetitionLevel([...path])];
  const levelsAt = (place: number, limit: number) =>
    limit === 0
      ? new Uint8Array(entries)
      : Uint8Array.from(readRuns({ view, offset: place }, entries, bitWidth(limit)));
  const definitionLevels = levelsAt(offset + size, defined);
  return {
    definitionLevels,
    repetitionLevels: levelsAt(offset, repeated),
    values: countOf(defined, definitionLevels),
  };
}

/** Levels from 0 to `limit`; as a rule all are alike, and one run says so. */
function readLevels(reader: DataReader, entries: number, limit: number) {
  const levels = new Uint8Array(entries);
  if (limit === 0) return { levels, isRun: true };
  const length = reader.view.getUint32(reader.offset, true);
  const start = { view: reader.view, offset: reader.offset + 4 };
  const inner = { ...start };
  const header = entries === 0 ? 0 : readVarInt(inner);
  const isRun = entries > 0 && header % 2 === 0 && header / 2 >= entries;
  if (isRun) {
    levels.fill(reader.view.getUint8(inner.offset));
    reader.offset += 4 + length;
  } else {
    levels.set(readRuns(start, entries, bitWidth(limit)));
    reader.offset += 4 + length;
  }
  return { levels, isRun };
}

function countOf(level: number, levels: Uint8Array): number {
  let count = 0;
  for (const each of levels) if (each === level) count++;
  return count;
}
