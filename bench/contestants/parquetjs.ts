import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import parquet from 'parquetjs-lite';
import { catalogueOf } from '../../src/catalogue/index.ts';
import { Decoder, plainReading } from '../../src/decode/index.ts';
import { EVENT_COLUMNS } from '../../src/events/index.ts';
import { report } from '../usage.ts';

/** parquetjs-lite writing the same columns, from the same decode, into one file. Arguments: the target file, the export. */
const [target = '', csv = ''] = process.argv.slice(2);
const KINDS = { string: 'UTF8', int32: 'INT32', int64: 'INT64', timestamp: 'TIMESTAMP_MICROS', date: 'UTF8' } as const;

await report(async () => {
  const fields = EVENT_COLUMNS.map(({ name, type }) => [
    name,
    { type: KINDS[type], optional: true, compression: 'SNAPPY' },
  ]);
  const writer = await parquet.ParquetWriter.openFile(new parquet.ParquetSchema(Object.fromEntries(fields)), target);
  const decoder = new Decoder(catalogueOf('infinity'));
  let rows = -1;
  for await (const line of createInterface({ input: createReadStream(csv) })) {
    rows++;
    const match = /^([^,]*),(\d+),"(.*)",([^,]*),([^,]*)$/.exec(line);
    if (match === null) continue;
    const [, time = '', code = '', quoted = '', actorName, actorId] = match;
    const message = quoted.replaceAll('""', '"');
    const bytes = Buffer.from(message);
    const reading = plainReading(decoder.decode(Number(code), bytes, 0, bytes.length));
    const values = [...reading.values].map(([name, value]) => [
      name,
      Array.isArray(value) ? JSON.stringify(value) : value,
    ]);
    await writer.appendRow({
      ...Object.fromEntries(values),
      event_uid: '0'.repeat(32),
      event_time: Date.parse(time) * 1000,
      event_time_text: time,
      event_date: time.slice(0, 10),
      code: Number(code),
      message,
      actor_name: actorName,
      actor_id: actorId,
      decode_status: reading.status,
      template_id: reading.templateId,
      source_row: rows,
    });
  }
  await writer.close();
  return rows;
});
