import fc from 'fast-check';
import type { ColumnEncoding, ColumnSpec, ColumnType, ParquetFile } from '../../src/parquet/index.ts';
import type { Row, Value } from './readers.ts';

/** A column with all its values, in the form that the readers return them. */
export interface TableColumn {
  readonly spec: ColumnSpec;
  readonly values: readonly Value[];
}

export type Table = readonly TableColumn[];

/** A column spec; optional, compressed, plain and string unless said otherwise. */
export function column(name: string, rest: Partial<ColumnSpec> = {}): ColumnSpec {
  return { name, type: 'string', required: false, encoding: 'plain', compressed: true, ...rest };
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The table as rows. */
export function rowsOf(table: Table): Row[] {
  const count = table[0]?.values.length ?? 0;
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(table.map(({ spec, values }) => [spec.name, values[row] ?? null])),
  );
}

/** Appends all rows of a table to a file with its columns. */
export function fill(file: ParquetFile, table: Table): void {
  const appends = table.map((tableColumn) => appender(file, tableColumn));
  const count = table[0]?.values.length ?? 0;
  for (let row = 0; row < count; row++) {
    for (const append of appends) append(row);
    file.endRow();
  }
}

/** Random tables of some rows: every type and encoding, optional and required, compressed and not. */
export const tables: fc.Arbitrary<Table> = fc
  .integer({ min: 0, max: 70 })
  .chain((rows) =>
    fc.tuple(...kinds().map(([type, encoding, required]) => tableColumn(rows, type, encoding, required))),
  );

// Two sources that differ in form, as a chunk buffer and a scratch do; the value stands in the middle of either.
function surrounded(text: string, row: number): [Uint8Array, number, number] {
  const bytes = utf8(text);
  const source = row % 2 === 0 ? Buffer.alloc(bytes.length + 7, 0x2c) : new Uint8Array(bytes.length + 7).fill(0x2c);
  source.set(bytes, 3);
  return [source, 3, 3 + bytes.length];
}

function appender(file: ParquetFile, { spec, values }: TableColumn): (row: number) => void {
  const { name } = spec;
  if (spec.encoding === 'run') {
    const run = file.run(name);
    return (row) => {
      const value = values[row] ?? null;
      if (row === 0 || value !== values[row - 1]) {
        run.set(value === null ? null : typeof value === 'string' ? utf8(value) : Number(value));
      }
    };
  }
  if (spec.encoding === 'choice') {
    const choice = file.choice(name);
    const choices = spec.choices ?? [];
    return each(values, (value) => choice.append(choices.indexOf(String(value))));
  }
  if (spec.type === 'string') {
    const text = file.text(name);
    return each(values, (value, row) => text.append(...surrounded(String(value), row)));
  }
  const number = file.number(name);
  return each(values, (value) => number.append(Number(value)));
}

function each(values: readonly Value[], append: (value: Value, row: number) => void): (row: number) => void {
  return (row) => {
    const value = values[row] ?? null;
    if (value !== null) append(value, row);
  };
}

function kinds(): [ColumnType, ColumnEncoding, boolean][] {
  const all: [ColumnType, ColumnEncoding][] = [
    ['string', 'plain'],
    ['string', 'dictionary'],
    ['string', 'choice'],
    ['string', 'run'],
    ['int32', 'plain'],
    ['int64', 'plain'],
    ['timestamp', 'plain'],
    ['int32', 'run'],
    ['timestamp', 'run'],
  ];
  return all.flatMap(([type, encoding]) =>
    [true, false].map((required) => [type, encoding, required] as [ColumnType, ColumnEncoding, boolean]),
  );
}

const CHOICES = ['', 'login', 'logout', 'Zürich', '\u{1f511} key'];

function tableColumn(
  rows: number,
  type: ColumnType,
  encoding: ColumnEncoding,
  required: boolean,
): fc.Arbitrary<TableColumn> {
  const name = `${type}_${encoding}_${required ? 'required' : 'optional'}`;
  const values = encoding === 'run' ? stretches(rows, type, required) : scattered(rows, type, encoding, required);
  return fc.tuple(values, fc.boolean()).map(([all, compressed]) => ({
    spec: column(name, {
      type,
      encoding,
      required,
      compressed,
      ...(encoding === 'choice' ? { choices: CHOICES } : {}),
    }),
    values: all,
  }));
}

function scattered(rows: number, type: ColumnType, encoding: ColumnEncoding, required: boolean): fc.Arbitrary<Value[]> {
  const value = encoding === 'choice' ? fc.constantFrom(...CHOICES) : valuesOf(type);
  if (required) return fc.array(value, { minLength: rows, maxLength: rows });
  // Nulls at every density, so that pages come out empty, mixed and full.
  return fc
    .tuple(
      fc.integer({ min: 0, max: 10 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), value), { minLength: rows, maxLength: rows }),
    )
    .map(([density, drawn]) => drawn.map(([die, one]) => (die < density ? one : null)));
}

function stretches(rows: number, type: ColumnType, required: boolean): fc.Arbitrary<Value[]> {
  const value = required ? valuesOf(type) : fc.option(valuesOf(type));
  return fc
    .array(fc.tuple(value, fc.integer({ min: 1, max: 30 })), { minLength: rows, maxLength: rows })
    .map((runs) => {
      const values = runs.flatMap(([one, length]) => new Array<Value>(length).fill(one));
      return values.slice(0, rows);
    });
}

function valuesOf(type: ColumnType): fc.Arbitrary<Value> {
  if (type === 'int32') return fc.integer();
  if (type === 'int64')
    return fc.oneof(
      fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }),
      fc.constantFrom(-(2n ** 53n), 2n ** 53n, 0n, -1n),
    );
  if (type === 'timestamp') return fc.bigInt({ min: 0n, max: 4_102_444_800_000_000n });
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom('', 'a', 'ab', 'Admin', 'Viewer', 'ä', '\u{1f600}', '\uffff', '\u{10ffff}', '\0'),
    },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 30, maxLength: 300 }) },
  );
}
