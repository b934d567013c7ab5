import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { EVENT_FILE_COLUMNS } from '../../src/events/columns.ts';
import { snappy, uncompressed, zstd } from '../../src/parquet/index.ts';
import { isText, valueForm } from '../../src/rewrite/column.ts';
import { Rewriter } from '../../src/rewrite/rewriter.ts';
import { UnrewritableFile } from '../../src/rewrite/source.ts';
import { FileNotFound, type Storage } from '../../src/storage/index.ts';
import { TableError } from '../../src/table/index.ts';
import { everyTemplate } from '../ingest/exports.ts';
import { type Row, readWithArrow, type Value } from '../parquet/readers.ts';
import { EVENTS, HOST, ingest, LANDED_AT, snapshotOf } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';
import { arrowRs, duckdb, type Engine, hyparquetWriter } from './foreign-files.ts';
import { DAY, encode, eventRow, rewritten, tableOf } from './rewriting.ts';

const HOSTILE = [
  '',
  '\ufeff',
  '\ufeffx',
  '\0',
  'a\0b',
  '\u{10ffff}',
  '\u{e000}',
  '😀',
  '\r\n"',
  '"',
  '\\',
  ' ',
  '\u202e',
];

const text = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }).map((drawn) => drawn.toWellFormed()),
);

const SAFE = 2n ** 53n - 1n;

/** Any value of a column's type, often none; closed lists and runs take any text too. */
function anyValue({ name, type, required }: (typeof EVENT_FILE_COLUMNS)[number]): fc.Arbitrary<Value> {
  if (name === 'event_uid')
    return fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
  const value: fc.Arbitrary<Value> =
    type === 'string' ? text : type === 'int32' ? fc.integer() : fc.bigInt({ min: -SAFE, max: SAFE });
  return required ? value : fc.option(value, { freq: 2 });
}

const row: fc.Arbitrary<Row> = fc
  .tuple(...EVENT_FILE_COLUMNS.map(anyValue))
  .map((values) => Object.fromEntries(values.map((value, index) => [EVENT_FILE_COLUMNS[index]!.name, value])));

describe('rows carried over into new files', () => {
  it('are the same in every value, whatever it is and wherever it changes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(snappy, zstd, uncompressed),
        async (files, codec) => {
          const storage = new MemoryStorage(97);
          const snapshot = tableOf(
            storage,
            files.map((rows) => encode(rows, codec)),
          );
          assert.deepEqual(await rewritten(storage, snapshot, { codec }), files.flat());
        },
      ),
      { numRuns: 25 },
    );
  });

  it('come in the order of their files: by earliest event_time, then by path', async () => {
    const storage = new MemoryStorage();
    const rows = ['a', 'b', 'c'].map((uid) => eventRow(uid));
    const snapshot = tableOf(
      storage,
      rows.map((each) => encode([each])),
    );
    const minutes = ['10:00', '09:00', '09:00'];
    const files = [...snapshot.files].map(([path, file], index) => {
      const time = `${DAY}T${minutes[index]}:00.000Z`;
      const bounds = { minValues: { event_time: time }, maxValues: { event_time: time } };
      return [path, { ...file, stats: JSON.stringify({ numRecords: 1, ...bounds }) }] as const;
    });
    const read = await rewritten(storage, { ...snapshot, files: new Map(files) });
    assert.deepEqual(
      read.map((each) => String(each['event_uid']).at(-1)),
      ['b', 'c', 'a'],
    );
  });

  it('are those that a filter wants, which sees every column', async () => {
    const storage = new MemoryStorage();
    const rows = [
      eventRow('1', { user_name: 'li', device_count: 0 }),
      eventRow('2', { user_name: '\ufeffli' }),
      eventRow('3'),
    ];
    const snapshot = tableOf(storage, [encode(rows)]);
    const seen: unknown[] = [];
    const kept = await rewritten(storage, snapshot, {
      keep: (each) => {
        const name = each.text('user_name');
        seen.push([name === null ? null : Buffer.from(name).toString('utf8'), each.number('device_count')]);
        return name?.length !== 2;
      },
    });
    assert.deepEqual(seen, [
      ['li', 0],
      ['\ufeffli', null],
      [null, null],
    ]);
    assert.deepEqual(kept, rows.slice(1));
    const unknown = rewritten(storage, snapshot, { keep: (each) => each.text('user') !== null });
    await assert.rejects(unknown, /no data file of ours has a column user/);
  });

  it('leave no file where none is wanted', async () => {
    const storage = new MemoryStorage();
    const snapshot = tableOf(storage, [encode([eventRow('1')])]);
    assert.deepEqual(await rewritten(storage, snapshot, { keep: () => false }), []);
    assert.equal(storage.paths(`${EVENTS}/event_date=${DAY}/part-`).length, 0);
  });
});

describe('a data file of another engine', () => {
  let ours: Uint8Array = new Uint8Array(0);
  let expected: Row[] = [];

  beforeAll(async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', everyTemplate(), LANDED_AT);
    await ingest(storage);
    const [first] = (await snapshotOf(storage)).files.keys();
    ours = storage.content(`${EVENTS}/${first}`);
    expected = readWithArrow(ours);
  });

  const engines: Readonly<Record<string, Engine>> = {
    'DuckDB, Zstandard': duckdb('CODEC zstd'),
    'DuckDB, data pages V2': duckdb('CODEC snappy, PARQUET_VERSION v2'),
    'DuckDB, LZ4, the partition column inside': duckdb(
      'CODEC lz4_raw',
      `SELECT DATE '${DAY}' AS event_date, * FROM ours`,
    ),
    'arrow-rs, many pages and row groups': arrowRs('ZSTD', 0, { groupRows: 100, pageBytes: 1000 }),
    'arrow-rs, data pages V2': arrowRs('SNAPPY', 1, { groupRows: 60 }),
    'arrow-rs, delta encoded texts': arrowRs('UNCOMPRESSED', 1, { groupRows: 5000, encoding: 'DELTA_BYTE_ARRAY' }),
    'arrow-rs, delta encoded lengths': arrowRs('GZIP', 1, { groupRows: 5000, encoding: 'DELTA_LENGTH_BYTE_ARRAY' }),
    'arrow-rs, LZ4_RAW': arrowRs('LZ4_RAW', 0, { groupRows: 5000 }),
    'arrow-rs, LZ4_RAW, data pages V2': arrowRs('LZ4_RAW', 1, { groupRows: 60 }),
    'arrow-rs, LZ4 as it was before': arrowRs('LZ4', 0, { groupRows: 100 }),
    'arrow-rs, Brotli': arrowRs('BROTLI', 0, { groupRows: 100 }),
    'hyparquet-writer, columns the other way round': hyparquetWriter({ codec: 'GZIP', groupRows: 100 }),
  };
  for (const [name, engine] of Object.entries(engines)) {
    it(`is carried over: ${name}`, async () => {
      assert.ok(expected.length > 150);
      const storage = new MemoryStorage();
      assert.deepEqual(await rewritten(storage, tableOf(storage, [await engine(ours)])), expected);
    });
  }

  it('is read a piece at a time, and goes into several files, where it is large', async () => {
    const rows = Array.from({ length: 1040 }, (_, index) =>
      eventRow(index.toString(16), { message: randomBytes(17_000).toString('hex') }),
    );
    const theirs = await arrowRs('UNCOMPRESSED', 0, { groupRows: 100_000 })(encode(rows));
    const storage = new MemoryStorage();
    const snapshot = tableOf(storage, [theirs]);
    const { storage: noted, calls } = watched(storage);
    const rewriter = new Rewriter({ storage: noted, host: HOST }, snapshot, { eventDate: DAY, codec: snappy });
    for (const file of snapshot.files.values()) await rewriter.addFile(file);
    const files = await rewriter.finish();
    assert.ok(calls.filter(({ operation, path }) => operation === 'read' && path.includes('file-0')).length > 10);
    assert.deepEqual(
      files.map((file) => file.rows),
      [1024, 16],
    );
    assert.deepEqual(
      files.flatMap(({ add }) => readWithArrow(storage.content(`${EVENTS}/${add.path}`))),
      rows,
    );
    assert.ok(files.every(({ add, rows: count }) => JSON.parse(add.stats ?? '').numRecords === count));
    await rewriter.discard();
    assert.equal(storage.paths(`${EVENTS}/event_date=${DAY}/part-`).length, 0);
  });

  it('may lack columns: their values are null', async () => {
    const storage = new MemoryStorage();
    const without = ['user_name', 'source_row', 'landed_at', 'family'];
    const theirs = await hyparquetWriter({ without })(ours);
    const read = await rewritten(storage, tableOf(storage, [theirs]));
    const nulls = Object.fromEntries(without.map((name) => [name, null]));
    assert.deepEqual(
      read,
      expected.map((each) => ({ ...each, ...nulls })),
    );
  });

  it('may hold instants in another unit, as long as they are whole microseconds', async () => {
    const event_time = {
      type: 'INT64',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' },
    } as const;
    const nanos = (value: Value) => BigInt(String(value)) * 1000n;
    const theirs = await hyparquetWriter({ elements: { event_time }, values: { event_time: nanos } })(ours);
    const storage = new MemoryStorage();
    assert.deepEqual(await rewritten(storage, tableOf(storage, [theirs])), expected);
    const broken = await hyparquetWriter({
      elements: { event_time },
      values: { event_time: (value) => nanos(value) + 1n },
    })(ours);
    await assert.rejects(rewritten(storage, tableOf(storage, [broken])), /is no whole number of microseconds/);
  });

  it('may hold instants as Spark writes them, by day and nanosecond', () => {
    const form = valueForm('timestamp', { name: 'event_time', type: 'INT96' });
    assert.ok(form !== null && !isText(form));
    const of = (julianDay: number, nanos: bigint): number => {
      const view = new DataView(new ArrayBuffer(form.bytes));
      view.setBigInt64(0, nanos, true);
      view.setInt32(8, julianDay, true);
      return form.read(view, 0);
    };
    assert.equal(of(2_440_588, 0n), 0);
    assert.equal(of(2_440_587, 86_399_999_999_000n), -1);
    assert.equal(of(2_461_101, 45_296_789_012_000n), Date.UTC(2026, 2, 1, 12, 34, 56, 789) * 1000 + 12);
    assert.throws(() => of(2_461_101, 1n), /is no whole number of microseconds/);
  });

  const bytesOf = (value: Value) => (value === null ? null : Buffer.from(String(value)));
  const big = (value: Value) => (value === null ? null : BigInt(String(value)));
  const lossless: Readonly<Record<string, Parameters<typeof hyparquetWriter>[0]>> = {
    'numbers of 64 bits for 32': {
      elements: { code: { type: 'INT64' }, device_count: { type: 'INT64', converted_type: 'UINT_64' } },
      values: { code: big, device_count: big },
    },
    'numbers of 32 bits for 64, and unsigned ones': {
      elements: { source_row: { type: 'INT32' }, code: { type: 'INT32', converted_type: 'UINT_32' } },
      values: { source_row: Number },
    },
    'numbers as floating-point ones': {
      elements: { device_count: { type: 'DOUBLE' }, user_count: { type: 'DOUBLE' } },
    },
    'numbers as decimals without a fraction': {
      elements: { code: { type: 'INT32', converted_type: 'DECIMAL', precision: 9, scale: 0 } },
    },
    'texts that the file does not call so': {
      elements: { message: { type: 'BYTE_ARRAY' }, family: { type: 'BYTE_ARRAY' } },
      values: { message: bytesOf, family: bytesOf },
    },
    'ids of a fixed length': {
      elements: { event_uid: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 32 } },
      values: { event_uid: bytesOf },
    },
  };
  for (const [name, options] of Object.entries(lossless)) {
    it(`may hold the same values in another type: ${name}`, async () => {
      const storage = new MemoryStorage();
      assert.deepEqual(await rewritten(storage, tableOf(storage, [await hyparquetWriter(options)(ours)])), expected);
    });
  }

  const utf8 = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
  const local = { type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } } as const;
  const refused: Readonly<Record<string, readonly [Parameters<typeof hyparquetWriter>[0], RegExp]>> = {
    'a column that is none of ours': [
      { elements: { note: utf8 }, values: { note: () => 'x' } },
      /column "note" is none of ours/,
    ],
    'a column of another letter case': [
      { without: ['user_name'], elements: { User_Name: utf8 } },
      /"User_Name" is none of ours/,
    ],
    'numbers for texts': [
      { elements: { user_name: { type: 'INT32' } }, values: { user_name: () => 1 } },
      /user_name: expected string, found INT32/,
    ],
    'bytes that are no text': [
      { elements: { user_name: { type: 'BYTE_ARRAY' } }, values: { user_name: () => Uint8Array.of(0xff) } },
      /expected text, found bytes that are not UTF-8/,
    ],
    'decimal fractions for numbers': [
      {
        elements: { source_row: { type: 'INT64', converted_type: 'DECIMAL', precision: 18, scale: 2 } },
        values: { source_row: () => 1 },
      },
      /source_row: expected int64, found INT64 DECIMAL/,
    ],
    'a number beyond 32 bits': [
      { elements: { code: { type: 'INT64' } }, values: { code: () => 2n ** 31n } },
      /expected a whole number of 32 bits, found 2147483648/,
    ],
    'a fraction': [
      { elements: { device_count: { type: 'DOUBLE' } }, values: { device_count: () => 0.5 } },
      /expected a whole number of at most 2\^53, found about 0.5/,
    ],
    'local times': [{ elements: { landed_at: local } }, /landed_at: expected timestamp, found INT64 TIMESTAMP/],
    'no event_uid': [{ without: ['event_uid'] }, /column event_uid is missing/],
    'a null event_uid': [{ values: { event_uid: () => null } }, /expected an event_uid of 32 hex digits, found ""/],
    'a null message': [{ values: { message: () => null } }, /column message is null in some row/],
    'an event_uid that is none': [
      { values: { event_uid: () => 'A'.repeat(32) } },
      /expected an event_uid of 32 hex digits/,
    ],
    'a number beyond 2^53': [{ values: { source_row: () => 2n ** 53n } }, /at most 2\^53/],
  };
  for (const [name, [options, message]] of Object.entries(refused)) {
    it(`is refused: ${name}`, async () => {
      const storage = new MemoryStorage();
      const snapshot = tableOf(storage, [await hyparquetWriter(options)(ours)]);
      await assert.rejects(rewritten(storage, snapshot), (error) => {
        assert.ok(error instanceof UnrewritableFile);
        assert.equal(error.path, `event_date=${DAY}/file-0.parquet`);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});

describe('a damaged data file', () => {
  it('is refused wherever it is cut, or carried over as it is', async () => {
    const rows = [eventRow('1', { user_name: 'li' }), eventRow('2', { user_name: 'wei' })];
    const whole = encode(rows, uncompressed);
    const storage = new MemoryStorage();
    for (let length = 0; length < whole.length; length += 101) {
      const snapshot = tableOf(storage, [whole.subarray(0, length)], { size: whole.length });
      await assert.rejects(rewritten(storage, snapshot), UnrewritableFile, `cut to ${length}`);
    }
  });

  it('is refused where it holds other rows than the log says', async () => {
    const storage = new MemoryStorage();
    const snapshot = tableOf(storage, [encode([eventRow('1')])], { stats: '{"numRecords":2}' });
    await assert.rejects(rewritten(storage, snapshot), /its statistics say 2 rows, its footer says 1/);
  });

  it('never ends in another error, whichever byte is wrong', async () => {
    const whole = encode([eventRow('1', { user_name: 'li' }), eventRow('2', { user_name: 'wei' })]);
    const storage = new MemoryStorage();
    for (let at = 0; at < whole.length; at += 53) {
      const broken = Uint8Array.from(whole);
      broken[at]! ^= 0x2d;
      const error = await rewritten(storage, tableOf(storage, [broken])).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      assert.ok(error === null || error instanceof UnrewritableFile, `byte ${at}: ${error}`);
    }
  });

  it('that is gone is a fault of the store, not of the file', async () => {
    const storage = new MemoryStorage();
    const snapshot = tableOf(storage, [encode([eventRow('1')])]);
    await storage.delete(`${EVENTS}/event_date=${DAY}/file-0.parquet`);
    await assert.rejects(rewritten(storage, snapshot), FileNotFound);
  });
});

describe('what was written', () => {
  const altered = (change: (bytes: Uint8Array) => Uint8Array): [Storage, MemoryStorage] => {
    const memory = new MemoryStorage();
    const storage: Storage = Object.assign(Object.create(memory) as Storage, {
      read: memory.read.bind(memory),
      delete: memory.delete.bind(memory),
      create: async (path: string, content: Uint8Array) => memory.create(path, change(content)),
    });
    return [storage, memory];
  };

  for (const [name, change] of Object.entries({
    'other rows': () => encode([eventRow('2')]),
    'fewer rows': (bytes: Uint8Array) => (bytes.length > 0 ? encode([]) : bytes),
    'no Parquet file': () => new Uint8Array(500),
  })) {
    it(`is read back: ${name} are found, and nothing is left`, async () => {
      const [storage, memory] = altered(change);
      const snapshot = tableOf(memory, [encode([eventRow('1')])]);
      const rewriter = new Rewriter({ storage, host: HOST }, snapshot, { eventDate: DAY, codec: snappy });
      for (const file of snapshot.files.values()) await rewriter.addFile(file);
      await assert.rejects(rewriter.finish(), (error) => {
        return error instanceof TableError && /expected the 1 rows just written, found/.test(error.message);
      });
      await rewriter.discard();
      assert.equal(memory.paths(`${EVENTS}/event_date=${DAY}/part-`).length, 0);
    });
  }
});
