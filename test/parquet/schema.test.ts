import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type ColumnSpec, ParquetFile, snappy } from '../../src/parquet/index.ts';
import { column } from './tables.ts';

test('columns that no file can have are refused with their name', () => {
  const refused: [ColumnSpec[], RegExp][] = [
    [[], /at least one column/],
    [[column('')], /needs a name/],
    [[column('a'), column('a')], /found a twice/],
    [
      [column('n', { type: 'int32', encoding: 'dictionary' })],
      /Column n: int32 takes the encoding plain or run, found dictionary/,
    ],
    [[column('n', { type: 'timestamp', encoding: 'choice', choices: ['a'] })], /Column n: timestamp takes/],
    [[column('c', { encoding: 'choice' })], /Column c: expected 1 to 65536 choices, found 0/],
    [[column('c', { encoding: 'choice', choices: [] })], /found 0/],
    [[column('c', { encoding: 'choice', choices: ['a', 'a'] })], /Column c: choices must differ/],
    [[column('c', { choices: ['a'] })], /Column c: only the encoding choice has choices/],
  ];
  for (const [columns, message] of refused) assert.throws(() => new ParquetFile(columns, snappy), message);
});

test('limits must be whole numbers that a page or a dictionary can hold', () => {
  const limits = [
    { pageRows: 0 },
    { pageRows: 1.5 },
    { pageRows: 1_048_577 },
    { pageBytes: -1 },
    { pageBytes: Number.NaN },
    { dictionaryEntries: 65_536 },
    { dictionaryBytes: 0 },
  ];
  for (const options of limits) assert.throws(() => new ParquetFile([column('a')], snappy, options), RangeError);
});
