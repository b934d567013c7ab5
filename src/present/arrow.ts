import * as arrow from 'apache-arrow';
import { AsyncByteQueue, Field, makeData, RecordBatch, RecordBatchStreamWriter, Schema, Struct } from 'apache-arrow';
import { arrowData } from './arrow-data.ts';
import { arrowType } from './arrow-types.ts';
import { exactValues } from './exact-values.ts';
import { columnsOf, regrouped } from './regrouped.ts';
import type { Rows } from './rows.ts';

/** Cells of a record batch, about. */
const CELLS = 150_000;

/** Takes what a writer writes, until it is taken on. */
class Written extends AsyncByteQueue<Uint8Array> {
  #pieces: Uint8Array[] = [];

  override write(value: Uint8Array): void {
    if (value.byteLength > 0) this.#pieces.push(value);
  }

  take(): Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }
}

/** Rows as a stream of Arrow IPC messages: the schema, with what has to be said with them as `note`, a batch of records after the other, the end. */
export async function* arrowPieces({ names, types, batches, note }: Rows): AsyncGenerator<Uint8Array> {
  const fields = names.map((name, index) => new Field(name, arrowType(arrow, types[index]!), true));
  const schema = new Schema(fields, note === undefined ? null : new Map([['note', note]]));
  const written = new Written();
  const writer = new RecordBatchStreamWriter();
  writer.reset(written, schema);
  yield* written.take();
  const exact = types.map((type) => exactValues(type));
  for await (const rows of regrouped(batches, Math.ceil(CELLS / Math.max(1, names.length)))) {
    const children = columnsOf(rows, exact).map((values, index) => arrowData(arrow, types[index]!, values));
    const data = makeData({ type: new Struct(fields), length: rows.length, nullCount: 0, children });
    writer.write(new RecordBatch(schema, data));
    yield* written.take();
  }
  writer.finish();
  yield* written.take();
}
