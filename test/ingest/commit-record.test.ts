import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { CATALOGUE, CATALOGUE_VERSION } from '../../src/catalogue/index.ts';
import { DECODER_VERSION } from '../../src/decode/index.ts';
import { openTables } from '../../src/lake/index.ts';
import { recordedSettings, settingsHash, sourceSettings } from '../../src/settings/index.ts';
import { READER_VERSION } from '../../src/source/index.ts';
import { commitInfoOf, commitPath } from '../../src/table/index.ts';
import { readCommit } from '../../src/table/log.ts';
import { readWithDuckdb, readWithHyparquet } from '../parquet/readers.ts';
import { EVENTS, ingest, LANDED_AT, minutes, settings, snapshotOf, sources } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { ingestId } from './expectation.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('what a commit says of its source', () => {
  it('is complete: identity, counts, settings, and the SHA-256 of everything read and written', async () => {
    const storage = new MemoryStorage();
    const text = `${minutes(0, 1500)}yesterday,92042,x,li\n2026-03-01T00:00:00Z,97001,"Frobnicated",li\n`;
    const stored = gzipSync(text);
    storage.put('raw/eu/a.csv.gz', minutes(0, 10), LANDED_AT);
    await ingest(storage, { instances: 'eu/=acme-eu' });
    storage.put('raw/eu/a.csv.gz', stored, LANDED_AT);
    await ingest(storage, { instances: 'eu/=acme-eu' });

    const given = sourceSettings(settings({ instances: 'eu/=acme-eu' }));
    const info = await storage.head('raw/eu/a.csv.gz');
    const { actions } = await readCommit(storage, EVENTS, 2);
    const adds = actions.flatMap((action) => ('add' in action ? [action.add] : []));
    const [quarantine] = storage.paths('quarantine/rows/');
    const { quarantine: recorded, ...source } = (await sources(storage))[1]!;
    assert.deepEqual(source, {
      path: 'raw/eu/a.csv.gz',
      etag: info?.etag,
      ingest_id: ingestId('raw/eu/a.csv.gz', info?.etag ?? ''),
      landed_at: LANDED_AT.toISOString(),
      size: stored.length,
      sha256: sha256(stored),
      instance: 'acme-eu',
      way: 'exporter',
      settings: recordedSettings(given),
      settings_hash: settingsHash(given),
      reader_version: READER_VERSION,
      recognised: [
        { format: 'csv', encoding: 'utf-8', delimiter: ',', time_format: 'auto', columns: null, leading_lines: 0 },
      ],
      decoder_version: DECODER_VERSION,
      outcome: 'ingested',
      rows: 1502,
      committed: 1491,
      duplicates: 10,
      quarantined: 1,
      withheld: 0,
      source_systems: ['infinity'],
      hours: {
        from: '2026-03-01T00:00:00.000Z',
        records: [61, ...Array(24).fill(60)],
        committed: [51, ...Array(24).fill(60)],
      },
      statuses: { decoded: 1490, ambiguous: 0, partial: 0, unknown_code: 1, unmatched: 0 },
      quarantine_reasons: { time_unreadable: 1 },
      identity_columns: ['actor_name'],
      identity_columns_changed: false,
      identity_values_changed: false,
      resynchronised: 0,
      decompressed_bytes: text.length,
      unterminated_last_record: false,
      suspected_truncated: false,
      earlier: {
        etag: (await sources(storage))[0]?.['etag'],
        size: minutes(0, 10).length,
        sha256: sha256(Buffer.from(minutes(0, 10))),
        replaced: true,
      },
    });
    assert.deepEqual(
      commitInfoOf(actions)?.['files'],
      adds.map(({ path, stats }) => ({
        path,
        rows: (JSON.parse(stats ?? '') as { numRecords: number }).numRecords,
        sha256: sha256(storage.content(`${EVENTS}/${path}`)),
      })),
    );
    assert.deepEqual(
      adds.map(({ partitionValues }) => partitionValues['event_date']),
      ['2026-03-01', '2026-03-02'],
    );
    const bad = storage.content(quarantine!);
    assert.deepEqual(recorded, { path: quarantine, rows: 1, size: bad.length, sha256: sha256(bad) });
  });

  it('keeps to what Delta demands: maps of strings, no blind append, a txn whose version is 52 bits of the ETag', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 3), LANDED_AT);
    await ingest(storage);
    const { actions } = await readCommit(storage, EVENTS, 1);
    const info = commitInfoOf(actions);
    assert.deepEqual(info?.operationMetrics, {
      numFiles: '1',
      numOutputRows: '3',
      numDuplicates: '0',
      numQuarantined: '0',
      numWithheld: '0',
    });
    assert.deepEqual(info?.operationParameters, { mode: 'Append', partitionBy: '["event_date"]' });
    assert.deepEqual([info?.isBlindAppend, info?.operation, info?.readVersion], [false, 'WRITE', 0]);
    assert.equal(info?.['catalogueVersion'], CATALOGUE_VERSION);
    assert.match(info?.txnId ?? '', /^[0-9a-f]{32}$/);

    const etag = (await storage.head('raw/a.csv'))?.etag ?? '';
    const version = Number.parseInt(sha256(Buffer.from(etag)).slice(0, 13), 16);
    assert.equal((await snapshotOf(storage)).transactions.get('raw/a.csv')?.version, version);
    assert.ok(Number.isSafeInteger(version));
    for (const action of actions) if ('txn' in action) assert.equal(typeof action.txn.lastUpdated, 'number');
    const text = storage.content(commitPath(EVENTS, 1)).toString('latin1');
    assert.ok(/^[\x20-\x7e\n]*$/.test(text), 'the log is pure ASCII');
  });

  it('names data files after the attempt and puts them into the folder of their date', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 3000), LANDED_AT);
    await ingest(storage, { codec: 'zstd' });
    const names = [...(await snapshotOf(storage)).files.keys()];
    assert.equal(names.length, 3);
    for (const [index, name] of names.entries()) {
      assert.match(
        name,
        new RegExp(`^event_date=2026-03-0${index + 1}/part-0000${index}-[0-9a-f]{32}\\.zstd\\.parquet$`),
      );
    }
    assert.equal(new Set(names.map((name) => /[0-9a-f]{32}/.exec(name)?.[0])).size, 1);
  });
});

describe('audit_codes', () => {
  it('is a Delta table with one row per code, mappings included', async () => {
    const storage = new MemoryStorage();
    await ingest(storage);
    const codes = (await openTables(storage))?.codes;
    assert.equal(codes?.version, 1);
    const [file] = [...(codes?.files.values() ?? [])];
    const bytes = storage.content(`curated/audit_codes/${file?.path}`);
    const rows = await readWithHyparquet(bytes);
    assert.deepEqual(await readWithDuckdb(bytes), rows);
    assert.deepEqual(
      rows.map((row) => [row['source_system'], row['code']]),
      CATALOGUE.map((row) => [row.sourceSystem, row.code]),
    );
    const { fields } = JSON.parse(codes?.metadata.schemaString ?? '') as { fields: { name: string }[] };
    assert.deepEqual(
      fields.map(({ name }) => name),
      Object.keys(rows[0] ?? {}),
    );
    for (const [index, row] of CATALOGUE.entries()) {
      const { ocsf, asim } = row;
      const found = rows[index]!;
      assert.deepEqual(
        [found['ocsf_class_uid'], found['ocsf_category_uid'], found['ocsf_activity_id'], found['ocsf_type_uid']],
        [ocsf.classUid, Math.trunc(ocsf.classUid / 1000), ocsf.activityId, ocsf.classUid * 100 + ocsf.activityId],
      );
      assert.deepEqual(
        [found['asim_event_schema'], found['asim_event_type'], found['asim_event_result']],
        [asim.eventSchema, asim.eventType, asim.eventResult],
      );
      assert.equal(found['template'], row.templates[0]?.text ?? null);
      assert.equal(found['catalogue_version'], CATALOGUE_VERSION);
    }
  });

  it('is published again only when the catalogue changes, and then replaces its rows', async () => {
    const storage = new MemoryStorage();
    await ingest(storage);
    await ingest(storage);
    assert.equal((await openTables(storage))?.codes.version, 1);
    // Another catalogue was published before: the transaction says so.
    const path = commitPath('curated/audit_codes', 1);
    const log = storage.content(path).toString();
    storage.put(path, log.replace(/("appId":"catalogue","version":)\d+/, '$1123'));
    await ingest(storage);
    const codes = (await openTables(storage))?.codes;
    assert.equal(codes?.version, 2);
    assert.equal(codes?.files.size, 1);
    const { actions } = await readCommit(storage, 'curated/audit_codes', 2);
    assert.deepEqual(actions.map((action) => Object.keys(action)[0]).sort(), [
      'add',
      'commitInfo',
      'remove',
      'txn',
      'txn',
    ]);
  });
});
