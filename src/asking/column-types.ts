import type { DuckDBType } from '@duckdb/node-api';
import { type ColumnType, TEXT } from '../present/index.ts';

/** By the engine's own numbers (`DuckDBTypeId`): the engine is loaded where it is asked, and only there. */
const SIMPLE: Readonly<Record<number, ColumnType>> = {
  1: { kind: 'boolean' },
  2: { kind: 'integer', bits: 8, signed: true },
  3: { kind: 'integer', bits: 16, signed: true },
  4: { kind: 'integer', bits: 32, signed: true },
  5: { kind: 'integer', bits: 64, signed: true },
  6: { kind: 'integer', bits: 8, signed: false },
  7: { kind: 'integer', bits: 16, signed: false },
  8: { kind: 'integer', bits: 32, signed: false },
  9: { kind: 'integer', bits: 64, signed: false },
  10: { kind: 'float', bits: 32 },
  11: { kind: 'float', bits: 64 },
  12: { kind: 'timestamp', digits: 6, isInstant: false },
  13: { kind: 'date' },
  14: { kind: 'time' },
  15: { kind: 'interval' },
  16: { kind: 'integer', bits: 128, signed: true },
  17: TEXT,
  18: { kind: 'blob' },
  20: { kind: 'timestamp', digits: 0, isInstant: false },
  21: { kind: 'timestamp', digits: 3, isInstant: false },
  22: { kind: 'timestamp', digits: 9, isInstant: false },
  23: TEXT,
  27: { kind: 'uuid' },
  31: { kind: 'timestamp', digits: 6, isInstant: true },
  32: { kind: 'integer', bits: 128, signed: false },
};

/** What a column of DuckDB holds. */
export function columnType(type: DuckDBType): ColumnType {
  if ('alias' in type && type.alias === 'JSON') return { kind: 'json' };
  if ('scale' in type) return { kind: 'decimal', width: type.width, scale: type.scale };
  if ('entryNames' in type) return structType(type);
  if ('keyType' in type) return { kind: 'map', key: columnType(type.keyType), value: columnType(type.valueType) };
  if ('valueType' in type) return { kind: 'list', of: columnType(type.valueType) };
  return SIMPLE[type.typeId] ?? { kind: 'other' };
}

function structType({
  entryNames,
  entryTypes,
}: {
  readonly entryNames: readonly string[];
  readonly entryTypes: readonly DuckDBType[];
}): ColumnType {
  // As values come, by their names, those that have none or the same would be lost.
  if (entryNames.includes('') || new Set(entryNames).size < entryNames.length) return { kind: 'other' };
  return {
    kind: 'struct',
    fields: entryNames.map((name, index) => ({ name, type: columnType(entryTypes[index]!) })),
  };
}
