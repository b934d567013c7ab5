import assert from 'node:assert/strict';
import { test } from 'vitest';
import { Random } from '../../samples/random.ts';
import { CURRENT_CODES, sampleMessage } from '../../samples/values.ts';
import { catalogueOf } from '../../src/catalogue/index.ts';
import { Decoder } from '../../src/decode/index.ts';
import { RejectedFile } from '../../src/source/index.ts';
import { chunksOf, LANDED_AT, read } from './reading.ts';

const MUTATIONS = 3000;
const PIECES = [
  '"',
  '""',
  ',',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  '{',
  '}',
  '[',
  '\\',
  '\\ud800',
  '\0',
  '\x1b[2J',
  ', role_id=',
  '=',
  '\u202e',
  'é',
];
const decoder = new Decoder(catalogueOf('infinity'));

/** A small export of both formats with messages of many codes. */
function exports(random: Random): { csv: string; jsonLines: string } {
  const events = Array.from({ length: 12 }, () => {
    const row = random.pick(CURRENT_CODES);
    return { time: '2026-03-01T10:00:00.5Z', code: row.code, message: sampleMessage(row, random), user: 'ana, "a"' };
  });
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  const csv = events.map(({ time, code, message, user }) => [time, code, quoted(message), quoted(user)].join(','));
  return {
    csv: `time,code,message,user name\n${csv.join('\n')}\n`,
    jsonLines: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  };
}

/** One to four bytes changed, pieces put in, stretches taken out or doubled, anywhere. */
function mutated(text: string, random: Random): Buffer {
  let bytes = Buffer.from(text);
  for (let times = random.whole(1, 4); times > 0; times--) {
    const at = random.whole(0, bytes.length);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const stretch = random.whole(1, 60);
    const kinds = [
      () => [before, Buffer.from(random.pick(PIECES)), after],
      () => [before, Buffer.from([random.whole(0, 255)]), after.subarray(1)],
      () => [before, after.subarray(stretch)],
      () => [before, after.subarray(0, stretch), after],
      () => [before],
    ];
    bytes = Buffer.concat(random.pick(kinds)());
  }
  return bytes;
}

/** Reads a file and checks that its records, good and bad, are the file: nothing lost, nothing twice. */
async function check(bytes: Buffer, path: string, random: Random): Promise<void> {
  const sizes = Array.from({ length: 20 }, () => random.whole(1, 400));
  const { readings, counts } = await read(chunksOf(bytes, sizes), {}, LANDED_AT, path);
  const file = bytes.toString('latin1');
  assert.equal(counts.records, readings.length);
  assert.equal(counts.bad, readings.filter(({ reason }) => reason !== undefined).length);
  let end = path.endsWith('.csv') ? (readings[0]?.offset ?? file.length) : 0;
  for (const { offset, raw, code, message } of readings) {
    assert.match(file.slice(end, offset), /^(\xef\xbb\xbf)?[\r\n]*$/);
    assert.equal(file.slice(offset, offset + raw.length), raw);
    end = offset + raw.length;
    if (code === undefined || message === undefined) continue;
    const text = Buffer.from(message);
    decoder.decode(code, text, 0, text.length);
  }
  assert.match(file.slice(end), /^[\r\n]*$/);
}

for (const format of ['csv', 'jsonLines'] as const) {
  test(`${MUTATIONS} mutations of an export (${format}): no crash, and every byte belongs to one record`, async () => {
    let read = 0;
    for (let seed = 1; seed <= MUTATIONS; seed++) {
      const random = new Random(seed);
      const bytes = mutated(exports(random)[format], random);
      try {
        await check(bytes, format === 'csv' ? 'raw/a.csv' : 'raw/a.jsonl', random);
        read++;
      } catch (error) {
        if (error instanceof RejectedFile) continue;
        throw new Error(`seed ${seed}: ${JSON.stringify(bytes.toString('latin1'))}`, { cause: error });
      }
    }
    assert.ok(read > MUTATIONS / 2, `only ${read} files were read`);
  });
}
