import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { EVENT_COLUMNS } from '../../src/events/index.ts';
import { version as hashed } from '../../src/lake/content-transaction.ts';
import { recordReplaced } from '../../src/lake/index.ts';
import { DataSubject } from '../../src/maintenance/data-subject.ts';
import { quarantineMentions } from '../../src/maintenance/quarantine-mentions.ts';
import { UnrewritableFile } from '../../src/rewrite/source.ts';
import { writeCheckpoint } from '../../src/table/index.ts';
import { EVENTS, ingest, LANDED_AT, onlyReport, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import {
  DANA,
  DANAS_PER_DAY,
  DATES,
  days,
  erase,
  events,
  isLocked,
  kept,
  lastChange,
  replay,
  steps,
  threeDays,
} from './changes.ts';

/** The files that are there and were not, or are not what they were. */
function writtenSince(storage: MemoryStorage, before: MemoryStorage): string[] {
  return storage.paths().filter((path) => {
    const earlier = before.files.get(path);
    return earlier === undefined || !earlier.content.equals(storage.content(path));
  });
}

describe('erasure of a data subject', () => {
  it('removes the rows in which a person column holds one of the values, and no other', async () => {
    const storage = await threeDays();
    const before = await snapshotOf(storage);
    const all = await events(storage);
    const erasure = await erase(storage);
    assert.deepEqual(await events(storage), kept(all));
    assert.deepEqual([erasure.rows, erasure.files], [DATES.length * DANAS_PER_DAY, DATES.length]);
    assert.deepEqual(await steps(storage, before.version + 1), ['unlock', 'erase', 'lock']);
    assert.equal(erasure.version, before.version + 2);
    assert.ok(await isLocked(storage));
  });

  it('refuses a data file that was altered, so that no new file vouches for it', async () => {
    const storage = await threeDays();
    const before = await snapshotOf(storage);
    const [file] = [...before.files.keys()];
    const bytes = Buffer.from(storage.content(`${EVENTS}/${file}`));
    const at = bytes.length >> 1;
    bytes[at] = bytes[at]! ^ 1;
    storage.put(`${EVENTS}/${file}`, bytes);
    await assert.rejects(erase(storage), UnrewritableFile);
    assert.deepEqual([...(await snapshotOf(storage)).files.keys()].sort(), [...before.files.keys()].sort());
    assert.ok(await isLocked(storage));
  });

  it('keeps every value of the other rows, and of their files', async () => {
    const storage = await threeDays();
    const before = await tableRows(storage);
    await erase(storage);
    const after = await tableRows(storage);
    const uids = new Set(after.map((row) => row['event_uid']));
    assert.deepEqual(
      after,
      before.filter((row) => uids.has(row['event_uid'])),
    );
  });

  it('finds a value in each column that says it is a person’s, a mention in each that may have one, and nothing elsewhere', () => {
    const subject = new DataSubject(['x"y', 'z']);
    for (const { name, person, list, type } of EVENT_COLUMNS) {
      if (type !== 'string') continue;
      const isPersons = person === 'name' || person === 'id';
      for (const value of list ? ['["a","x\\"y"]', 'z'] : ['x"y', 'z']) {
        assert.equal(subject.owns(rowOf({ [name]: value })), isPersons, `${name} ${value}`);
        assert.equal(subject.isMentionedBy(rowOf({ [name]: value })), person !== 'none', `${name} ${value}`);
      }
      const another = list ? '["a","xy","zz"]' : 'x"y ';
      assert.ok(!subject.owns(rowOf({ [name]: another })), `${name} ${another}`);
    }
    const persons = EVENT_COLUMNS.filter(({ person }) => person === 'name' || person === 'id');
    assert.ok(persons.length >= 11 && persons.some(({ list }) => list));
  });

  it('counts rows that only mention a value, as a word and in any letter case, and says where they came from', async () => {
    const storage = await threeDays();
    const erasure = await erase(storage, DANA, { dryRun: true });
    assert.equal(erasure.mentions, DATES.length, 'S-1-5-21-77 is somebody else');
    assert.deepEqual(erasure.mentioningRawFiles, ['raw/1.csv', 'raw/2.csv', 'raw/3.csv']);
    assert.deepEqual(erasure.rawFiles, ['raw/1.csv', 'raw/2.csv', 'raw/3.csv']);
    const subject = new DataSubject(['a.b', 'q"t']);
    assert.ok(subject.isMentionedBy(rowOf({ unmapped: '{"k":"q\\"t"}' })));
    assert.ok(subject.isMentionedBy(rowOf({ actor_name: 'CORP\\A.B' })));
    assert.ok(!subject.isMentionedBy(rowOf({ message: 'aXb', actor_name: 'za.b', user_ids: '["a.bc"]' })));
  });

  it('says as a dry run what would go, and writes nothing', async () => {
    const storage = await threeDays();
    const before = storage.copy();
    const erasure = await erase(storage, DANA, { dryRun: true });
    assert.deepEqual([erasure.version, erasure.rows, erasure.list], [null, DATES.length * DANAS_PER_DAY, null]);
    assert.deepEqual(writtenSince(storage, before), []);
  });

  it('makes no commit where nothing is found', async () => {
    const storage = await threeDays();
    const before = storage.copy();
    const erasure = await erase(storage, ['nobody']);
    assert.deepEqual([erasure.version, erasure.rows, erasure.mentions], [null, 0, 0]);
    assert.deepEqual(writtenSince(storage, before), []);
  });

  it('leaves no file where all rows of one are theirs', async () => {
    const storage = await threeDays();
    await erase(storage, [...DANA, 'li']);
    assert.deepEqual(await events(storage), []);
    assert.equal((await snapshotOf(storage)).files.size, 0);
  });

  it('publishes the ids that it erased before it commits, and names that list by txn and record', async () => {
    const storage = await threeDays();
    const before = await tableRows(storage);
    const { list } = await erase(storage);
    assert.ok(list);
    assert.match(list.path, /^quarantine\/erased\/[0-9a-f]{32}\.json$/);
    const left = new Set((await tableRows(storage)).map((row) => row['event_uid']));
    const gone = before.map((row) => String(row['event_uid'])).filter((uid) => !left.has(uid));
    const content = storage.content(list.path);
    assert.deepEqual(JSON.parse(content.toString()), { event_uids: gone.sort() });
    const sha256 = createHash('sha256').update(content).digest('hex');
    assert.deepEqual(list, { path: list.path, rows: gone.length, size: content.length, sha256 });
    assert.equal((await snapshotOf(storage)).transactions.get(`erased:${list.path}`)?.version, hashed(sha256));
    assert.deepEqual(await lastChange(storage), { kind: 'erase', rows: gone.length, files: 3, erased: { ...list } });
  });

  it('writes none of the values: neither log, evidence, checkpoint, list nor data files', async () => {
    const storage = new MemoryStorage();
    const lines = days(...DATES)
      .split('\n')
      .filter((line) => !/about Dana/.test(line));
    storage.put('raw/1.csv', lines.join('\n'), LANDED_AT);
    await ingest(storage);
    const before = storage.copy();
    await erase(storage);
    await writeCheckpoint(storage, await snapshotOf(storage), new Date());
    const written = writtenSince(storage, before);
    for (const part of ['_delta_log/', 'evidence/', 'erased/', 'event_date=', 'checkpoint']) {
      assert.ok(
        written.some((path) => path.includes(part)),
        part,
      );
    }
    for (const path of written) {
      for (const value of DANA) {
        const word = new RegExp(`(?<![\\w-])${value}(?![\\w-])`, 'i');
        assert.ok(!word.test(storage.content(path).toString('latin1')), `${value} is in ${path}`);
      }
    }
    // Pages are compressed, so that a search of their bytes alone could miss something.
    assert.ok(!JSON.stringify(await tableRows(storage), (_, each) => String(each)).includes(DANA[0]!));
    for (const row of await tableRows(storage))
      assert.ok(!Object.values(row).some((value) => DANA.includes(String(value))));
  });

  it('lets nothing come back, be it by another export, a newer one of the same path, or a replay', async () => {
    const storage = await threeDays();
    await erase(storage);
    const left = await events(storage);
    storage.put('raw/again.csv', days(...DATES), LANDED_AT);
    storage.put('raw/1.csv', `${days(DATES[0]!)}\n`, LANDED_AT);
    const { reports } = await ingest(storage);
    assert.deepEqual(
      reports.flatMap(({ path, committed, withheld }) => (withheld > 0 ? [`${path}: ${committed}, ${withheld}`] : [])),
      ['raw/1.csv: 0, 4', 'raw/again.csv: 0, 12'],
    );
    await replay(storage);
    assert.deepEqual(await events(storage), left);
    await replay(storage, {}, [DATES[1]!, DATES[1]!]);
    assert.deepEqual(await events(storage), left);
  });

  it('takes in what is new of the data subject after it: that is for another erasure', async () => {
    const storage = await threeDays();
    await erase(storage);
    storage.put('raw/new.csv', days('2026-03-04'), LANDED_AT);
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/new.csv'])).committed, 7);
    assert.equal((await erase(storage)).rows, DANAS_PER_DAY);
    assert.equal(storage.paths('quarantine/erased/').length, 2);
    storage.put('raw/again.csv', days(...DATES, '2026-03-04'), LANDED_AT);
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/again.csv'])).withheld, 4 * DANAS_PER_DAY);
  });

  it('of any subset of actors leaves the rows of all others', async () => {
    const actors = ['a', 'b', 'a,"b', 'á', 'A', '\u{1f600}', 'a\\', '\ufeffa'];
    const lines = actors.map((actor, minute) => {
      const cell = `"${actor.replaceAll('"', '""')}"`;
      return `2026-03-01T00:0${minute}:00Z,92042,"Created dashboard, ID=d, name=n",${cell}\n`;
    });
    const lake = new MemoryStorage();
    lake.put('raw/1.csv', `time,code,message,user name\n${lines.join('')}`, LANDED_AT);
    await ingest(lake);
    await fc.assert(
      fc.asyncProperty(fc.subarray(actors, { minLength: 1 }), async (values) => {
        const storage = lake.copy();
        assert.equal((await erase(storage, values)).rows, values.length);
        const left = (await tableRows(storage)).map((row) => actors[Number(row['source_row']) - 1] ?? '');
        assert.deepEqual(
          left,
          actors.filter((actor) => !values.includes(actor)),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('what quarantine still holds of a data subject', () => {
  it('is found in rows and rejected files, in text and in base64', async () => {
    const storage = new MemoryStorage();
    const bad = [
      `no time,92042,"by ""dana""",x`,
      'no time,1,by danae,x',
      'no time,1,BY DANA,x',
      '2026-03-01T00:00:00Z,1,y,x',
    ].join('\n');
    storage.put(
      'raw/rows.csv',
      Buffer.concat([
        Buffer.from(`time,code,message,user name\n${bad}\n`),
        Buffer.from([0xff]),
        Buffer.from(' dana\n'),
      ]),
      LANDED_AT,
    );
    storage.put('raw/file.csv', 'dana was here\n', LANDED_AT);
    storage.put('raw/other.csv', 'nobody was here\n', LANDED_AT);
    await ingest(storage);
    // What is kept of a content that nobody has read names its file.
    for (const path of ['raw/by dana.csv', 'raw/by nobody.csv']) {
      const at = '2026-05-01T10:00:00.000Z';
      const found = { etag: 'new', size: 1, modified: at };
      await recordReplaced(storage, {
        path,
        etag: 'old',
        size: 9,
        written_at: at,
        how: 'shorter',
        found,
        noticed_at: at,
      });
    }
    const found = await quarantineMentions(storage, new DataSubject(['dana']));
    assert.deepEqual(
      found.map(({ path, records }) => [path.replace(/[0-9a-f]{16}-[0-9a-f]{8}|[0-9a-f]{32}/, '*'), records]),
      [
        ['quarantine/rows/*.jsonl', 3],
        ['quarantine/files/*.json', 1],
        ['quarantine/replaced/*.json', 1],
      ],
    );
  });
});

/** A row with these texts and nothing else. */
function rowOf(texts: Readonly<Record<string, string>>): Parameters<DataSubject['owns']>[0] {
  return {
    values: [],
    text: (name: string) => (texts[name] === undefined ? null : Buffer.from(texts[name])),
    number: () => null,
  } as unknown as Parameters<DataSubject['owns']>[0];
}
