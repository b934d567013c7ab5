import type { DataReader, SchemaTree } from 'hyparquet';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js';
import { readVarInt } from 'hyparquet/src/thrift.js';
import { bitWidth } from '../parquet/hybrid.ts';

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

/** Levels from 0 to `limit`; as a rule all are alike, and one run says so. */
function readLevels(reader: DataReader, entries: number, limit: number) {
  const levels = new Uint8Array(entries);
  if (limit === 0) return { levels, isRun: true };
  const length = reader.view.getUint32(reader.offset, true);
  const inner = { view: reader.view, offset: reader.offset + 4 };
  const header = entries === 0 ? 0 : readVarInt(inner);
  const isRun = entries > 0 && header % 2 === 0 && header / 2 >= entries;
  if (isRun) {
    levels.fill(reader.view.getUint8(inner.offset));
    reader.offset += 4 + length;
  } else readRleBitPackedHybrid(reader, bitWidth(limit), levels);
  return { levels, isRun };
}

function countOf(level: number, levels: Uint8Array): number {
  let count = 0;
  for (const each of levels) if (each === level) count++;
  return count;
}
