import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { type DuePartition, eventDate, Partitions } from '../../src/events/index.ts';
import { snappy } from '../../src/parquet/index.ts';
import { readWithHyparquet } from '../parquet/readers.ts';
import { CONSTANTS, type PlainRecord, RowMaker } from './rows.ts';

const DAY = 86_400_000_000;
const NOON = Date.UTC(2026, 2, 1, 12) * 1000;
const LOGIN: PlainRecord = { timeMicros: NOON, code: 90212, message: 'User logged out, id=u, name=n, session_id=s' };

/** Rows of one record on several days; `append` answers whether something may be due. */
function filled(rows: readonly (readonly [day: number, count: number])[]) {
  const partitions = new Partitions(snappy);
  const row = new RowMaker().make(LOGIN);
  let asked = 0;
  for (const [day, count] of rows) {
    row.source.timeMicros = NOON + day * DAY;
    for (let index = 0; index < count; index++) if (partitions.append(row, CONSTANTS)) asked++;
  }
  return { partitions, asked };
}

const datesOf = (due: Iterable<DuePartition>) => Array.from(due, ({ eventDate: date }) => date);

describe('eventDate', () => {
  it('is the UTC date of an instant', () => {
    assert.equal(eventDate(Date.UTC(2026, 1, 28, 23, 59, 59, 999) * 1000 + 999), '2026-02-28');
    assert.equal(eventDate(Date.UTC(2026, 2, 1) * 1000), '2026-03-01');
    assert.equal(eventDate(-1), '1969-12-31');
    assert.equal(eventDate(0), '1970-01-01');
  });
});

describe('Partitions', () => {
  it('keep one file open per date and hand out the rest in the order of the dates', () => {
    const { partitions } = filled([
      [2, 1],
      [0, 2],
      [1, 1],
      [0, 1],
    ]);
    assert.deepEqual(datesOf(partitions.due()), []);
    assert.deepEqual(
      Array.from(partitions.rest(), ({ eventDate: date, partition }) => [date, partition.rows]),
      [
        ['2026-03-01', 3],
        ['2026-03-02', 1],
        ['2026-03-03', 1],
      ],
    );
  });

  it('close a file that has been idle for 65,536 rows, and not before', () => {
    const { partitions } = filled([
      [0, 1],
      [1, 65_535],
    ]);
    assert.deepEqual(datesOf(partitions.due()), []);
    const idle = filled([
      [0, 1],
      [1, 65_536],
    ]);
    assert.deepEqual(datesOf(idle.partitions.due()), ['2026-03-01']);
    assert.ok(idle.asked >= 16, 'append asks for a look at what is due now and then');
  });

  it('close a file at 262,144 rows at once', () => {
    const row = new RowMaker().make(LOGIN);
    const partitions = new Partitions(snappy);
    for (let index = 0; index < 262_143; index++) partitions.append(row, CONSTANTS);
    assert.deepEqual(datesOf(partitions.due()), []);
    assert.equal(partitions.append(row, CONSTANTS), true);
    const [due] = partitions.due();
    assert.equal(due?.partition.rows, 262_144);
    partitions.release(due);
    assert.deepEqual([...partitions.rest()], []);
  });

  it('close the largest file where all together hold more than 128 MiB', () => {
    const partitions = new Partitions(snappy);
    const noise = randomBytes(2 ** 20).toString('base64');
    const row = new RowMaker().make({ ...LOGIN, message: noise });
    const put = (day: number) => {
      row.source.timeMicros = NOON + day * DAY;
      partitions.append(row, CONSTANTS);
    };
    for (let index = 0; index < 40; index++) put(0);
    for (let index = 0; index < 50; index++) put(1);
    assert.deepEqual(datesOf(partitions.due()), []);
    for (let index = 0; index < 10; index++) put(2);
    const closed: string[] = [];
    for (const due of partitions.due()) {
      closed.push(due.eventDate);
      due.partition.file.finish();
      partitions.release(due);
    }
    assert.deepEqual(closed, ['2026-03-02']);
    assert.deepEqual(datesOf(partitions.rest()), ['2026-03-01', '2026-03-03']);
  });

  it('close the one unused for longest where more than 24 dates are open', () => {
    const { partitions, asked } = filled(Array.from({ length: 25 }, (_, day) => [(day + 1) % 25, 1] as const));
    assert.equal(asked, 1);
    const closed: string[] = [];
    for (const due of partitions.due()) {
      closed.push(due.eventDate);
      partitions.release(due);
    }
    assert.deepEqual(closed, ['2026-03-02']);
  });

  it('call the dates scattered once 24 of them came again after they were closed, and not before', () => {
    const partitions = new Partitions(snappy);
    const row = new RowMaker().make(LOGIN);
    const put = (day: number) => {
      row.source.timeMicros = NOON + day * DAY;
      if (partitions.append(row, CONSTANTS)) for (const due of partitions.due()) partitions.release(due);
    };
    for (let day = 0; day < 100; day++) put(day);
    assert.equal(partitions.scattered, false, 'sorted dates are never scattered');
    for (let day = 0; day < 23; day++) put(day);
    assert.equal(partitions.scattered, false);
    put(23);
    assert.equal(partitions.scattered, true);
  });

  it('leave nothing of one file in the next: a reused file is byte for byte a fresh one', async () => {
    const codes = [90211, 90212, 91011, 91181, 92042, 94011, 97001];
    const messages = CATALOGUE.filter(({ code }) => codes.includes(code)).flatMap(({ templates }) => templates);
    const record = fc.record({
      timeMicros: fc.nat({ max: 3 }).map((day) => NOON + day * DAY),
      code: fc.constantFrom(...codes),
      message: fc.oneof(
        fc.constantFrom(...messages.map(({ text }) => text), 'Frobnicated, a=b', '', '\u202e'),
        fc.string({ unit: 'grapheme', maxLength: 20 }).map((name) => `Created dashboard, ID=d-1, name=${name}`),
      ),
      actorName: fc.constantFrom('', 'li', 'ana'),
      extras: fc.constantFrom([], [['tenant', 'x']] as const),
    });
    // Few objects that come again, as one does for all dates of a raw file.
    const sources = fc.constantFrom(CONSTANTS, { ...CONSTANTS, instance: null }, { ...CONSTANTS, instance: 'other' });
    const file = fc.record({ records: fc.array(record, { minLength: 1, maxLength: 30 }), constants: sources });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 2, maxLength: 4 }), async (files) => {
        const reused = new Partitions(snappy);
        for (const { records, constants } of files) {
          const fresh = new Partitions(snappy);
          for (const [partitions, maker] of [
            [reused, new RowMaker()],
            [fresh, new RowMaker()],
          ] as const) {
            for (const each of records) partitions.append(maker.make(each), constants);
          }
          const expected = [...fresh.rest()];
          const found = [...reused.rest()];
          assert.deepEqual(datesOf(found), datesOf(expected));
          for (const [index, due] of found.entries()) {
            const { bytes } = due.partition.file.finish();
            const { bytes: other } = expected[index]!.partition.file.finish();
            assert.equal(Buffer.compare(bytes, other), 0);
            reused.release(due);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('note where the file changes in the middle of a partition', async () => {
    const partitions = new Partitions(snappy);
    const maker = new RowMaker();
    partitions.append(maker.make(LOGIN), CONSTANTS);
    partitions.append(maker.make(LOGIN), { ...CONSTANTS, instance: null, sourceFile: 'raw/b.csv' });
    const [due] = [...partitions.rest()];
    const rows = await readWithHyparquet(due!.partition.file.finish().bytes);
    assert.deepEqual(
      rows.map((row) => [row['instance'], row['source_file']]),
      [
        ['acme', 'raw/a.csv'],
        [null, 'raw/b.csv'],
      ],
    );
  });

  it('hold the trail of each row, and what a classic log says of it, whatever came before', async () => {
    const partitions = new Partitions(snappy);
    const maker = new RowMaker();
    const rows: readonly PlainRecord[] = [
      { timeMicros: NOON, code: 1, message: 'a', system: 'portal', component: 'Portal', category: 'LOGIN' },
      { timeMicros: NOON, code: 1, message: 'a' },
      { timeMicros: NOON, code: 1, message: 'a', system: 'engine', component: 'Engine-01', category: '' },
      { timeMicros: NOON, code: 1, message: 'a', system: 'console', component: 'Console', category: 'Login' },
      { timeMicros: NOON, code: 1, message: 'a', system: 'engine', component: 'Engine-02', category: 'General' },
    ];
    for (const row of rows) partitions.append(maker.make(row), CONSTANTS);
    const [due] = partitions.rest();
    const found = await readWithHyparquet(due!.partition.file.finish().bytes);
    assert.deepEqual(
      found.map((row) => [row['source_system'], row['component'], row['category']]),
      [
        ['portal', 'Portal', 'LOGIN'],
        ['infinity', null, null],
        ['engine', 'Engine-01', null],
        ['console', 'Console', 'Login'],
        ['engine', 'Engine-02', 'General'],
      ],
    );
    assert.equal(new Set(found.map((row) => row['event_uid'])).size, rows.length);
  });
});
