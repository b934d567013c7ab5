import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { ColumnType } from './column-type.ts';
import { type Exact, exactValues, MOST_DIGITS } from './exact-values.ts';
import { columnsOf, regrouped } from './regrouped.ts';
import type { Rows } from './rows.ts';

/** Cells of a row group, about. */
const CELLS = 200_000;
const MOST_ROWS = 100_000;

/** Bytes that are handed over once a row group is whole. */
class Chunks extends ByteWriter {
  take(): Uint8Array {
    const bytes = this.getBytes().slice();
    this.index = 0;
    return bytes;
  }
}

/** Rows as a Parquet file, a row group after the other, in Snappy; what has to be said with them is its metadata `note`. */
export async function* parquetPieces({ names, types, batches, note }: Rows): AsyncGenerator<Uint8Array> {
  const schema: SchemaElement[] = [
    { name: 'root', num_children: names.length },
    ...names.flatMap((name, index) => elementsOf(name, types[index]!)),
  ];
  const chunks = new Chunks();
  const writer = new ParquetWriter({
    writer: chunks,
    schema,
    createdBy: 'nexthink-audit-lake',
    ...(note !== undefined && { kvMetadata: [{ key: 'note', value: note }] }),
    ...(await compression()),
  });
  const exact = types.map(parquetValues);
  const size = Math.min(MOST_ROWS, Math.ceil(CELLS / Math.max(1, names.length)));
  for await (const rows of regrouped(batches, size)) {
    const columns = columnsOf(rows, exact);
    await writer.write({
      columnData: names.map((name, index) => ({ name, data: columns[index] ?? [] })),
      rowGroupSize: size,
    });
    yield chunks.take();
  }
  await writer.finish();
  yield chunks.take();
}

/** Snappy as its native part has it; the library has it in JavaScript where that is not installed. */
async function compression() {
  const snappy = await import('snappy').catch(() => null);
  return snappy === null
    ? {}
    : { compressors: { SNAPPY: (bytes: Uint8Array) => new Uint8Array(snappy.compressSync(bytes)) } };
}

type Element = Omit<SchemaElement, 'name' | 'repetition_type'>;

/** A column in the schema of the file: itself, and what is in it. */
function elementsOf(name: string, type: ColumnType, repetition: 'OPTIONAL' | 'REQUIRED' = 'OPTIONAL'): SchemaElement[] {
  const group = (
    converted: 'LIST' | 'MAP',
    inner: string,
    of: readonly SchemaElement[],
    children: number,
  ): SchemaElement[] => [
    { name, repetition_type: repetition, converted_type: converted, num_children: 1 },
    { name: inner, repetition_type: 'REPEATED', num_children: children },
    ...of,
  ];
  switch (type.kind) {
    case 'list':
      return group('LIST', 'list', elementsOf('element', type.of), 1);
    case 'map':
      return group(
        'MAP',
        'key_value',
        [...elementsOf('key', type.key, 'REQUIRED'), ...elementsOf('value', type.value)],
        2,
      );
    case 'struct':
      return [
        { name, repetition_type: repetition, num_children: type.fields.length },
        ...type.fields.flatMap((field) => elementsOf(field.name, field.type)),
      ];
    default:
      return [{ name, repetition_type: repetition, ...leafOf(type) }];
  }
}

function leafOf(type: ColumnType): Element {
  switch (type.kind) {
    case 'boolean':
      return { type: 'BOOLEAN' };
    case 'integer':
      if (type.bits === 128) return decimal(MOST_DIGITS, 0);
      return {
        type: type.bits === 64 ? 'INT64' : 'INT32',
        converted_type: `${type.signed ? 'INT' : 'UINT'}_${type.bits}`,
      };
    case 'float':
      return { type: type.bits === 32 ? 'FLOAT' : 'DOUBLE' };
    case 'decimal':
      return decimal(type.width, type.scale);
    case 'date':
      return { type: 'INT32', converted_type: 'DATE' };
    case 'time':
      return { type: 'INT64', logical_type: { type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS' } };
    case 'timestamp': {
      const unit = ({ 0: 'MILLIS', 3: 'MILLIS', 6: 'MICROS', 9: 'NANOS' } as const)[type.digits];
      return { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: type.isInstant, unit } };
    }
    case 'interval':
      return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, converted_type: 'INTERVAL' };
    case 'blob':
      return { type: 'BYTE_ARRAY' };
    case 'json':
      return { type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } };
    default:
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8' };
  }
}

function decimal(precision: number, scale: number): Element {
  return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, converted_type: 'DECIMAL', precision, scale };
}

/** What Parquet has otherwise than {@link exactValues}: seconds are milliseconds, and intervals bytes. */
function parquetValues(type: ColumnType): Exact {
  if (type.kind === 'timestamp' && type.digits === 0) return exactValues({ ...type, digits: 3 });
  const exact = exactValues(type, parquetValues);
  if (type.kind === 'interval') return (value) => intervalBytes(exact(value));
  if (type.kind === 'json')
    return (value) => (value === null || value === undefined ? null : Buffer.from(String(value)));
  return exact;
}

function intervalBytes(value: unknown): Uint8Array | null {
  if (value === null) return null;
  const { months, days, micros } = value as { months: number; days: number; micros: bigint };
  const data = new DataView(new ArrayBuffer(12));
  data.setInt32(0, months, true);
  data.setInt32(4, days, true);
  data.setInt32(8, Number(micros / 1000n), true);
  return new Uint8Array(data.buffer);
}
