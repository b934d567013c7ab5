import assert from 'node:assert/strict';
import { createHash, hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { DataSubject } from '../../src/maintenance/data-subject.ts';
import { quarantineMentions } from '../../src/maintenance/quarantine-mentions.ts';
import {
  ingest,
  LANDED_AT,
  land,
  messages,
  minuteMessages,
  minutes,
  onLocalLake,
  onlyReport,
  outcomes,
  snapshotOf,
  sources,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { watched } from '../support/store-faults.ts';

const BROKEN = gzipSync(minutes(0, 500)).subarray(0, 700);

const REJECTED: readonly (readonly [title: string, content: string | Uint8Array, reason: string])[] = [
  ['a file without the columns', 'a,b,c\n1,2,3\n', 'header_not_understood'],
  ['two delimiters that both fit', 'time;code;message;x|time|code|message\n', 'header_not_understood'],
  ['a column that is there twice', 'time,code,message,message\n', 'header_not_understood'],
  ['binary', Buffer.from([0x91, 0x50, 0x4e, 0x47, 0, 0, 0, 0]), 'not_text'],
  ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]), 'other_format'],
  ['UTF-16 without a mark', Buffer.from('time,code,message\n', 'utf16le'), 'encoding_unknown'],
  ['a cut-off gzip file', BROKEN, 'corrupt_compression'],
  ['a gzip file with a flipped byte', flipped(gzipSync(minutes(0, 500)), 300), 'corrupt_compression'],
];

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at]! ^= 0xff;
  return copy;
}

const PERSON = 'li.wei@corp.example';
const FIRST_RECORD = `2026-03-01T00:00:00Z,91011,"Updated user, name=${PERSON}"\n`;

describe('log and evidence', () => {
  for (const [title, name, content] of [
    ['without a header', 'a.csv', FIRST_RECORD],
    ['without a header, compressed', 'a.csv.gz', gzipSync(FIRST_RECORD)],
    ['of too many columns', 'a.csv', `${`${PERSON},`.repeat(2000)}\n`],
    ['with a quote in its header that nothing ends', 'a.csv', `"${PERSON}\n`],
    ['that is not UTF-8', 'a.csv', Buffer.from(`time,code,${PERSON} \xfc\n`, 'latin1')],
    ['with a column that is there twice', 'a.csv', `time,code,message,message,${PERSON}\n`],
    ['of JSON lines that are no objects', 'a.jsonl', `"${PERSON}"\n["${PERSON}"]\n`],
    ['of JSON lines without the members', 'a.jsonl', `{"${PERSON}":"${PERSON}"}\n`],
  ] as const) {
    it(`quote nothing of a rejected file ${title}, and the terminal may`, async () => {
      const storage = new MemoryStorage();
      storage.put(`raw/${name}`, content, LANDED_AT);
      const report = onlyReport(await ingest(storage));
      const [source] = await sources(storage);
      const isRejected = report.outcome === 'rejected';
      if (isRejected) {
        assert.equal(source?.['reason'], report.reason);
        assert.deepEqual([typeof source?.['record'], typeof source?.['offset']], ['number', 'number']);
      }
      const kept = [...storage.paths('curated/'), ...storage.paths('evidence/')];
      assert.ok(kept.length > 4);
      for (const path of kept) assert.ok(!storage.content(path).toString('latin1').includes('li.wei'), path);
      const quarantined = storage.paths('quarantine/');
      assert.equal(quarantined.length, 1);
      const mentions = await quarantineMentions(storage, new DataSubject([PERSON]));
      assert.deepEqual(mentions, [{ path: quarantined[0], records: mentions[0]?.records }], 'erase finds it there');
    });
  }
});

describe('a file that is no export', () => {
  for (const [title, content, reason] of REJECTED) {
    it(`${title}: rejected with ${reason}, on record, nothing of it in the table`, async () => {
      const storage = new MemoryStorage();
      storage.put('raw/bad.csv', content, LANDED_AT);
      const report = onlyReport(await ingest(storage));
      assert.deepEqual([report.outcome, report.reason, report.rows, report.committed], ['rejected', reason, 0, 0]);
      assert.ok((report.explanation ?? '').length > 20);
      const snapshot = await snapshotOf(storage);
      assert.equal(snapshot.files.size, 0);
      assert.deepEqual(storage.paths('curated/audit_events/event_date'), [], 'data files of the attempt are removed');
      assert.ok(snapshot.transactions.has('rejected:raw/bad.csv'));
      assert.ok(!snapshot.transactions.has('raw/bad.csv'));

      const [source] = await sources(storage);
      const path = `quarantine/files/${source?.['ingest_id']}-${source?.['settings_hash']}.json`;
      assert.deepEqual(storage.paths('quarantine/'), [path]);
      const record = storage.content(path);
      const sha256 = createHash('sha256').update(record).digest('hex');
      assert.deepEqual(source?.['quarantine'], { path, rows: 0, size: record.length, sha256 });
      assert.deepEqual(
        [source?.['outcome'], source?.['reason'], source?.['path']],
        ['rejected', reason, 'raw/bad.csv'],
      );
      const kept = JSON.parse(record.toString()) as Record<string, unknown>;
      assert.deepEqual(
        [kept['source_file'], kept['reason'], kept['size']],
        ['raw/bad.csv', reason, Buffer.from(content).length],
      );
      const beginning =
        'raw' in kept ? Buffer.from(String(kept['raw'])) : Buffer.from(String(kept['raw_base64']), 'base64');
      assert.equal(Buffer.compare(Buffer.from(content).subarray(0, 1024), beginning), 0);
    });
  }

  it('does not keep the others out', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', minutes(0, 3), LANDED_AT);
    storage.put('raw/b.csv', BROKEN, LANDED_AT);
    storage.put('raw/c.csv', minutes(3, 3), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage)), [
      'a.csv: ingested 3/0/0',
      'b.csv: rejected 0/0/0',
      'c.csv: ingested 3/0/0',
    ]);
    assert.deepEqual(await messages(storage), minuteMessages(0, 6));
  });

  it('is not tried again until the settings or the file change, and then taken in', async () => {
    const storage = new MemoryStorage();
    const semicolons = 'time;code;message\n2026-03-01T00:00:00Z;92042;x\n';
    storage.put('raw/a.csv', semicolons, LANDED_AT);
    const wrong = { delimiter: '|' };
    await ingest(storage, wrong);
    const { version } = await snapshotOf(storage);

    const { storage: watching, calls } = watched(storage);
    const again = await ingest(watching, wrong);
    assert.deepEqual([outcomes(again), again.reports[0]?.reason], [['a.csv: skipped 0/0/0'], 'rejected_before']);
    assert.equal(again.snapshot.version, version);
    assert.deepEqual(
      calls.filter(({ operation, path }) => operation === 'read' && path === 'raw/a.csv'),
      [],
    );

    const named = onlyReport(await ingest(storage, wrong, ['raw/a.csv']));
    assert.deepEqual([named.outcome, named.reason], ['rejected', 'header_not_understood'], 'who names it is told why');
    assert.equal((await snapshotOf(storage)).version, version);

    const otherSettings = onlyReport(await ingest(storage, { delimiter: ',' }));
    assert.equal(otherSettings.outcome, 'rejected');
    assert.equal((await snapshotOf(storage)).version, version + 1);

    assert.deepEqual(outcomes(await ingest(storage, { delimiter: ';' })), ['a.csv: ingested 1/0/0']);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: skipped 0/0/0'], 'what is in stays in');
  });

  it('is tried again when the file changes', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', BROKEN, LANDED_AT);
    await ingest(storage);
    storage.put('raw/a.csv', gzipSync(minutes(0, 500)), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: ingested 500/0/0']);
  });

  it('leaves no row behind, however far it was read: all or nothing', async () => {
    const storage = new MemoryStorage(1000);
    const large = gzipSync(minutes(0, 60_000), { level: 1 });
    storage.put('raw/a.csv', large.subarray(0, large.length - 5000), LANDED_AT);
    const report = onlyReport(await ingest(storage));
    assert.equal(report.reason, 'corrupt_compression');
    assert.deepEqual(await messages(storage), []);
    assert.deepEqual(storage.paths('curated/audit_events/event_date'), []);
    const [path] = storage.paths('quarantine/files/');
    const { record, offset } = JSON.parse(storage.content(path!).toString()) as { record: number; offset: number };
    assert.ok(record > 1000 && offset > 100_000, 'the record tells how far');
  });
});

it('a rejection that an earlier try put on record stays, and is what the commit names', async () => {
  const large = gzipSync(minutes(0, 20_000), { level: 1 });
  const [earlier, storage] = [new MemoryStorage(7), new MemoryStorage(100_000)];
  for (const each of [earlier, storage]) each.put('raw/a.csv', large.subarray(0, large.length - 500), LANDED_AT);
  await ingest(earlier);
  const [path = ''] = earlier.paths('quarantine/files/');
  const other = Buffer.concat([earlier.content(path), Buffer.from('\n')]);
  storage.put(path, other);
  assert.equal(onlyReport(await ingest(storage)).outcome, 'rejected');
  assert.deepEqual(storage.content(path), other);
  const [source] = await sources(storage);
  const { size, sha256 } = source!['quarantine'] as unknown as { size: number; sha256: string };
  assert.deepEqual([size, sha256], [other.length, hash('sha256', other, 'hex')]);
});

it(
  'a file that is rejected after bad rows leaves no unfinished file in the store',
  onLocalLake(async (storage, root) => {
    const text = minutes(0, 20_000).replaceAll(/,li$/gm, '');
    const stored = gzipSync(text);
    await land(storage, 'a.csv.gz', stored.subarray(0, stored.length - 100));
    const report = onlyReport(await ingest(storage));
    assert.equal(report.reason, 'corrupt_compression');
    assert.deepEqual(await readdir(join(root, '.staging')), []);
    assert.equal((await readdir(join(root, 'quarantine'))).join(), 'files');
  }),
);

describe('a file without records', () => {
  for (const [title, content] of [
    ['an empty file', ''],
    ['a header alone', 'time,code,message,user name'],
    ['a header and a line end', 'time,code,message\r\n'],
    ['a byte order mark', '\ufeff'],
    ['an empty gzip file', gzipSync('')],
  ] as const) {
    it(`${title} is ingested with 0 rows, once`, async () => {
      const storage = new MemoryStorage();
      storage.put('raw/a.csv', content, LANDED_AT);
      const report = onlyReport(await ingest(storage));
      assert.deepEqual([report.outcome, report.rows, report.committed, report.warnings], ['ingested', 0, 0, []]);
      assert.equal((await snapshotOf(storage)).version, 1);
      assert.deepEqual(outcomes(await ingest(storage)), ['a.csv: skipped 0/0/0']);
    });
  }

  it('that is gone when its turn comes is skipped', async () => {
    const report = onlyReport(await ingest(new MemoryStorage(), {}, ['raw/gone.csv']));
    assert.deepEqual([report.outcome, report.reason], ['skipped', 'gone']);
  });
});
