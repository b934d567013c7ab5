import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { ingest, LANDED_AT, onlyReport, sources, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { goodExports } from './exports.ts';

interface QuarantinedRow {
  readonly record: number;
  readonly offset: number;
  readonly reason: string;
  readonly raw?: string;
  readonly raw_base64?: string;
  readonly truncated?: true;
}

/** What can happen to a file on its way, somewhere behind its header. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat(), byte: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant('quote dropped' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('cut off' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('line doubled' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('huge field' as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant('text put in' as const),
    at: fc.nat(),
    text: fc.constantFrom('"', '\r', '\n', ',', '\xff', '""', '\n\n'),
  }),
);

type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;

function apply(bytes: Buffer, done: Damage): Buffer {
  const header = bytes.indexOf('\n') + 1;
  if (header === 0 || header >= bytes.length) return bytes;
  const at = header + (done.at % (bytes.length - header));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (done.kind) {
    case 'byte':
      return Buffer.concat([before, Buffer.from([done.byte || 1]), after.subarray(1)]);
    case 'quote dropped': {
      const quote = bytes.indexOf('"', at);
      return quote < 0 ? bytes : Buffer.concat([bytes.subarray(0, quote), bytes.subarray(quote + 1)]);
    }
    case 'cut off':
      return before;
    case 'line doubled': {
      const start = bytes.lastIndexOf('\n', at - 1) + 1;
      const end = bytes.indexOf('\n', at) + 1 || bytes.length;
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start, end), bytes.subarray(end)]);
    }
    case 'huge field':
      return Buffer.concat([before, Buffer.alloc(3000, 'x'), after]);
    case 'text put in':
      return Buffer.concat([before, Buffer.from(done.text, 'latin1'), after]);
  }
}

async function quarantined(storage: MemoryStorage): Promise<QuarantinedRow[]> {
  const paths = storage.paths('quarantine/rows/');
  return paths.flatMap((path) =>
    storage
      .content(path)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as QuarantinedRow),
  );
}

describe('a damaged file', () => {
  it('loses nothing: each record is committed, a duplicate, or in quarantine with its text and its place', async () => {
    await fc.assert(
      fc.asyncProperty(
        goodExports(20),
        fc.array(damage, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 4000 }),
        async (file, damages, chunkBytes) => {
          const stored = damages.reduce(apply, Buffer.from(file.text));
          const storage = new MemoryStorage(chunkBytes);
          // Half of the good file is in already, so that duplicates are among the records.
          storage.put('raw/a.csv', Buffer.from(file.text).subarray(0, file.text.length / 2), LANDED_AT);
          const first = onlyReport(await ingest(storage, { maxRecordBytes: '2048' }));
          storage.files.delete('raw/a.csv');
          for (const path of storage.paths('quarantine/')) storage.files.delete(path);
          storage.put('raw/b.csv', stored, LANDED_AT);
          const report = onlyReport(await ingest(storage, { maxRecordBytes: '2048' }));
          if (report.outcome === 'rejected' || first.outcome === 'rejected') return;

          assert.equal(report.rows, report.committed + report.duplicates + report.quarantined);
          const rows = (await tableRows(storage)).filter((row) => row['source_file'] === 'raw/b.csv');
          const bad = await quarantined(storage);
          assert.equal(rows.length, report.committed);
          assert.equal(bad.length, report.quarantined);
          const numbers = [...rows.map((row) => Number(row['source_row'])), ...bad.map(({ record }) => record)];
          assert.equal(new Set(numbers).size, numbers.length, 'a record came out twice');
          assert.ok(numbers.every((number) => number >= 1 && number <= report.rows));
          for (const { offset, raw, raw_base64, truncated } of bad) {
            const text = raw === undefined ? Buffer.from(raw_base64 ?? '', 'base64') : Buffer.from(raw);
            assert.ok(text.length > 0);
            assert.equal(Buffer.compare(stored.subarray(offset, offset + text.length), text), 0);
            const next = stored[offset + text.length];
            if (truncated === undefined) assert.ok(next === undefined || next === 10 || next === 13);
          }
          const reasons = Object.values(report.quarantineReasons).reduce((sum, count) => sum + count, 0);
          assert.equal(reasons, report.quarantined);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is committed with its counts, its reasons, and the SHA-256 of its quarantine', async () => {
    const storage = new MemoryStorage();
    const lines = [
      'time,code,message',
      '2026-03-01T00:00:00Z,92042,"Created dashboard, ID=1, name=a"',
      'yesterday,92042,x',
      '2026-03-01T00:00:00Z,ninety,x',
      '2026-03-01T00:00:00Z,92042,a,b',
      '2026-03-01T00:00:00Z,92042,"a"b',
      '1999-12-31T23:59:59Z,92042,x',
      ',92042,x',
      '2026-03-01T00:00:00Z,,x',
      '2026-03-01T00:00:00Z,92042,caf\xe9',
    ];
    storage.put('raw/a.csv', Buffer.from(lines.join('\r\n'), 'latin1'), LANDED_AT);
    const report = onlyReport(await ingest(storage));
    assert.deepEqual(report.quarantineReasons, {
      time_unreadable: 1,
      code_unreadable: 1,
      column_count: 1,
      text_after_closing_quote: 1,
      time_out_of_range: 1,
      time_missing: 1,
      code_missing: 1,
      invalid_utf8: 1,
    });
    assert.deepEqual([report.rows, report.committed, report.quarantined], [9, 1, 8]);
    assert.deepEqual(report.warnings, ['unterminated_last_record', 'mostly_unreadable']);

    const [source] = await sources(storage);
    const [path] = storage.paths('quarantine/');
    const content = storage.content(path!);
    assert.deepEqual(source?.['quarantine'], {
      path,
      rows: 8,
      size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    assert.deepEqual(source?.['quarantine_reasons'], report.quarantineReasons);
    assert.equal(source?.['unterminated_last_record'], true);
    assert.match(path!, new RegExp(`^quarantine/rows/${source?.['ingest_id']}-${source?.['settings_hash']}\\.jsonl$`));
    const rows = await quarantined(storage);
    const offset = Buffer.byteLength(`${lines[0]}\r\n${lines[1]}\r\n`);
    const named = { source_file: source?.['path'], record: 2, offset };
    assert.deepEqual(rows.at(0), { ...named, reason: 'time_unreadable', raw: 'yesterday,92042,x' });
    assert.deepEqual(
      [rows.at(-1)?.raw, Buffer.from(rows.at(-1)?.raw_base64 ?? '', 'base64').toString('latin1')],
      [undefined, '2026-03-01T00:00:00Z,92042,caf\xe9'],
    );
  });

  it('keeps the beginning of a record that is too long, and says so', async () => {
    const storage = new MemoryStorage();
    storage.put(
      'raw/a.csv',
      `time,code,message\n2026-03-01T00:00:00Z,92042,x\n2026-03-01T00:00:00Z,92042,${'ü'.repeat(2000)}\n`,
      LANDED_AT,
    );
    const report = onlyReport(await ingest(storage, { maxRecordBytes: '1025' }));
    assert.deepEqual(report.quarantineReasons, { record_too_long: 1 });
    const [row] = await quarantined(storage);
    assert.equal(row?.truncated, true);
    assert.match(row?.raw ?? '', /^2026-03-01T00:00:00Z,92042,ü+$/);
    assert.ok(Buffer.byteLength(row?.raw ?? '') <= 1025);
  });
});
