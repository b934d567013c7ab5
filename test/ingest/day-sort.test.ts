import assert from 'node:assert/strict';
import { test } from 'vitest';
import { decoderOf } from '../../src/decode/index.ts';
import { DaySort } from '../../src/ingest/day-sort.ts';
import { SOURCE_SYSTEMS } from '../../src/source/index.ts';
import { type PlainRecord, RowMaker } from '../events/rows.ts';

const DAY = 86_400_000_000;

/** A record of each trail, on one of three days. */
function record(index: number): PlainRecord {
  const system = SOURCE_SYSTEMS[index % SOURCE_SYSTEMS.length]!;
  const isClassic = system !== 'infinity';
  return {
    timeMicros: (20_000 + (index % 3)) * DAY + index,
    code: index,
    message: `message ${index}`,
    ...(index % 2 === 0 && { actorName: `user ${index}` }),
    ...(isClassic && { system, component: `Engine-${index}`, category: index % 5 === 0 ? '' : 'LOGIN' }),
  };
}

test('a row comes out of the sorting as it went in, whatever trail it is of', async () => {
  const sort = new DaySort();
  const maker = new RowMaker();
  const expected = new Map<number, string>();
  try {
    for (let index = 0; index < 40; index++) {
      const row = maker.make(record(index));
      expected.set(index, described(row));
      sort.add(row);
    }
    await sort.write();
    const row = sort.newRow(decoderOf('infinity').reading);
    const found = new Map<number, string>();
    for (const day of sort.days()) {
      for await (const bytes of sort.blocks(day)) {
        for (let at = 0; at < bytes.length; ) {
          at = sort.read(bytes, at, row);
          found.set(row.source.code, described(row));
        }
      }
    }
    assert.deepEqual([...found].sort(byCode), [...expected].sort(byCode));
  } finally {
    await sort.remove();
  }
});

const byCode = ([a]: readonly [number, string], [b]: readonly [number, string]): number => a - b;

function described({ bytes, source, uid }: ReturnType<RowMaker['make']>): string {
  const slices = [
    [source.timeStart, source.timeEnd],
    [source.messageStart, source.messageEnd],
    [source.actorNameStart, source.actorNameEnd],
    [source.actorIdStart, source.actorIdEnd],
    [source.componentStart, source.componentEnd],
    [source.categoryStart, source.categoryEnd],
  ] as const;
  const texts = slices.map(([start, end]) =>
    start === -1 ? null : Buffer.from(bytes.subarray(start, end)).toString('utf8'),
  );
  const { system, timeMicros, code, number } = source;
  return JSON.stringify({ system, timeMicros, code, number, texts, uid: Buffer.from(uid).toString('latin1') });
}
