import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { AskedLake, HEADER, record } from './asked-lake.ts';

describe('the quarantine in DuckDB', () => {
  const bad = 'yesterday,92042,"Nul \u0000, bell \u0007, two ""quotes"", \\ and \u2028, \u202e\u{1f600}",li';
  const notText = Buffer.concat([
    Buffer.from('2026-03-01T10:00:00Z,92042,'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(',li'),
  ]);
  let lake: AskedLake;

  beforeAll(async () => {
    const long = `2026-03-01T10:00:00Z,92042,${'\u0001'.repeat(5000)},li`;
    lake = await AskedLake.of(
      {
        'bad.csv': Buffer.concat([
          Buffer.from(`${HEADER}${bad}\n`),
          notText,
          Buffer.from(`\n${long}\n${record(91051, 'x')}`),
        ]),
        'again.csv': `${HEADER}${record(91051, 'SSO Configuration update')}tomorrow,91051,x,li\n`,
        'rejected.csv': 'a,b\n1,2\n',
        'broken.csv.gz': gzipSync(Buffer.from(HEADER.repeat(99))).subarray(0, 30),
      },
      { maxRecordBytes: '1KiB' },
    );
  });
  afterAll(() => lake.close());

  it('has every bad record with its raw text, or its bytes where they are no text', async () => {
    const rows = await lake.query('SELECT * FROM quarantine_rows ORDER BY source_file, record');
    assert.deepEqual(
      rows.map(({ ingest_id: id, settings_hash: hash, ...row }) => {
        assert.match(`${id}-${hash}`, /^[0-9a-f]{16}-[0-9a-f]{8}$/);
        return row;
      }),
      [
        {
          record: 2,
          byte_offset: HEADER.length + record(91051, 'SSO Configuration update').length,
          reason: 'time_unreadable',
          raw: 'tomorrow,91051,x,li',
          raw_base64: null,
          truncated: 0,
          source_file: 'raw/again.csv',
        },
        {
          record: 1,
          byte_offset: HEADER.length,
          reason: 'time_unreadable',
          raw: bad,
          raw_base64: null,
          truncated: 0,
          source_file: 'raw/bad.csv',
        },
        {
          record: 2,
          byte_offset: HEADER.length + Buffer.byteLength(bad) + 1,
          reason: 'invalid_utf8',
          raw: null,
          raw_base64: notText.toString('base64'),
          truncated: 0,
          source_file: 'raw/bad.csv',
        },
        {
          record: 3,
          byte_offset: HEADER.length + Buffer.byteLength(bad) + 1 + notText.length + 1,
          reason: 'record_too_long',
          raw: `2026-03-01T10:00:00Z,92042,${'\u0001'.repeat(1024 - 27)}`,
          raw_base64: null,
          truncated: 1,
          source_file: 'raw/bad.csv',
        },
      ],
    );
  });

  it('has every rejected file with its reason and how it begins', async () => {
    const files = await lake.query(
      'SELECT source_file, size, reason, explanation, raw, raw_base64 FROM quarantine_files ORDER BY source_file',
    );
    assert.deepEqual(
      files.map(({ source_file: file, raw }) => [file, raw]),
      [
        ['raw/broken.csv.gz', null],
        ['raw/rejected.csv', 'a,b\n1,2\n'],
      ],
    );
    for (const { reason, explanation } of files)
      assert.ok(String(reason).length > 0 && String(explanation).length > 10);
    assert.equal(files[1]!['size'], 8);
  });
});
