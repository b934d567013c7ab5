import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { reconcileRaw } from '../../src/ingest/index.ts';
import { pastCommit } from '../../src/lake/index.ts';
import { NotWithdrawable, vacuumLake } from '../../src/maintenance/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { commitInfoOf, LEAST_WRITER, PROGRAM_VERSION } from '../../src/table/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import {
  EVENTS,
  HOST,
  ingest,
  LANDED_AT,
  minutes,
  onlyReport,
  outcomes,
  type Source,
  settings,
  snapshotOf,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import {
  besideOthers,
  DANAS_PER_DAY,
  DATES,
  days,
  endedAtEachWrite,
  erase,
  events,
  isLocked,
  lastChange,
  ROWS_PER_DAY,
  replay,
  retain,
  steps,
  threeDays,
  withdraw,
} from './changes.ts';

const [FIRST = '', SECOND = '', THIRD = ''] = DATES;
const ALL_DAYS = days(...DATES);

async function verified(storage: Storage) {
  const { problems, notes } = await verifyLake(storage, settings(), { deep: true, head: null });
  return { problems, out: notes.filter(({ kind }) => kind === 'raw_withdrawn').map(({ where }) => where) };
}

/** The rows of the table by the raw file whose they are. */
async function owners(storage: Storage): Promise<Record<string, number>> {
  const rows = await tableRows(storage);
  const grouped = Object.groupBy(rows, (row) => String(row['source_file']).slice('raw/'.length));
  return Object.fromEntries(Object.entries(grouped).map(([name, each]) => [name, each?.length ?? 0]));
}

describe('a withdrawn raw file', () => {
  it('gives the events that another one holds too to that one, and takes the others with it', async () => {
    const storage = await threeDays();
    const { version } = await snapshotOf(storage);
    const [etag] = [(await storage.head('raw/2.csv'))?.etag];
    const { withdrawn, passedOn, skipped } = await withdraw(storage, ['1.csv', '3.csv']);
    assert.deepEqual(
      withdrawn.map(({ path, rows, quarantined, anywhere }) => [path, rows, quarantined, anywhere]),
      [
        ['raw/1.csv', ROWS_PER_DAY, 0, true],
        ['raw/3.csv', ROWS_PER_DAY, 1, true],
      ],
    );
    assert.deepEqual([passedOn.map(({ path, rows }) => [path, rows]), skipped], [[['raw/2.csv', ROWS_PER_DAY]], []]);
    assert.deepEqual(await owners(storage), { '2.csv': 2 * ROWS_PER_DAY });
    for (const row of await tableRows(storage)) {
      const { source_etag: source, landed_at: landed } = row;
      assert.deepEqual([source, Number(landed)], [etag, LANDED_AT.getTime() * 1000]);
    }
    assert.deepEqual(await steps(storage, version + 1), ['unlock', 'withdraw', 'lock']);
    assert.ok(await isLocked(storage));
    assert.deepEqual(await verified(storage), { problems: [], out: ['raw/1.csv', 'raw/3.csv'] });
  });

  it('is on record with reason, SHA-256 and counts, and so is what the other file got', async () => {
    const storage = await threeDays();
    const { version } = await withdraw(storage, ['1.csv']);
    const change = await lastChange(storage);
    const { kind, undo, reason, rows_before, rows_after, carried_over } = change;
    assert.deepEqual([kind, undo, reason], ['withdraw', false, 'test export']);
    assert.deepEqual([rows_before, rows_after, carried_over], [ROWS_PER_DAY, ROWS_PER_DAY, 0]);
    const info = commitInfoOf((await pastCommit(storage, EVENTS, version ?? -1)).actions);
    const [source] = (info?.['sources'] ?? []) as unknown as Source[];
    const { path, rows, committed, duplicates, quarantine } = source ?? {};
    assert.deepEqual([path, rows, committed, duplicates], ['raw/2.csv', 14, ROWS_PER_DAY, ROWS_PER_DAY]);
    assert.equal(quarantine, null);
    const sealed = storage.content(`evidence/audit_events/${String(version).padStart(20, '0')}.json`).toString();
    assert.match(sealed, /test export/);
    assert.match(sealed, /"sha256":"[0-9a-f]{64}"/);
  });

  it('stays out for a rerun, a reconciliation and a replay, until that is taken back', async () => {
    const storage = await threeDays();
    const before = await tableRows(storage);
    await withdraw(storage, ['1.csv']);
    const rows = await tableRows(storage);
    const [report] = (await ingest(storage)).reports;
    assert.deepEqual([report?.path, report?.outcome, report?.reason], ['raw/1.csv', 'skipped', 'withdrawn']);
    assert.match(report?.explanation ?? '', /withdraw --undo raw\/1\.csv/);
    const options = { settleMs: 0, deadline: Number.POSITIVE_INFINITY };
    const { listed, recorded, waiting } = await reconcileRaw({ storage, host: HOST }, settings(), options);
    assert.deepEqual([listed, recorded, waiting], [3, 3, 0]);
    await replay(storage);
    assert.deepEqual(await tableRows(storage), rows);
    const { withdrawn, passedOn } = await withdraw(storage, ['1.csv'], { undo: true });
    assert.deepEqual([withdrawn[0]?.rows, passedOn[0]?.rows], [ROWS_PER_DAY, ROWS_PER_DAY]);
    assert.deepEqual(await tableRows(storage), before);
    assert.deepEqual(await verified(storage), { problems: [], out: [] });
    assert.deepEqual(
      (await ingest(storage)).reports.map(({ reason }) => reason),
      ['already_ingested', 'already_ingested', 'already_ingested'],
    );
  });

  it('is out under another name too, and for a reconciliation; other content under its path is another file', async () => {
    const storage = await threeDays();
    await withdraw(storage, ['3.csv']);
    storage.put('raw/again.csv', storage.content('raw/3.csv'), LANDED_AT);
    const { reason, explanation } = onlyReport(await ingest(storage, {}, ['raw/again.csv']));
    assert.equal(reason, 'withdrawn');
    assert.match(explanation ?? '', /what was withdrawn as raw\/3\.csv/);
    const options = { settleMs: 0, deadline: Number.POSITIVE_INFINITY };
    assert.equal((await reconcileRaw({ storage, host: HOST }, settings(), options)).waiting, 0);
    assert.deepEqual(await verified(storage), { problems: [], out: ['raw/3.csv', 'raw/again.csv'] });
    storage.put('raw/3.csv', days(THIRD), LANDED_AT);
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/3.csv'])).committed, ROWS_PER_DAY);
    assert.deepEqual((await verified(storage)).problems, []);
  });

  it('goes alone where a file of the same bytes is in, which has its events from then on', async () => {
    const storage = new MemoryStorage();
    for (const name of ['a', 'b']) storage.put(`raw/${name}.csv`, days(FIRST), LANDED_AT);
    await ingest(storage);
    const { alike, withdrawn } = await withdraw(storage, ['a.csv']);
    assert.deepEqual([alike, withdrawn[0]?.anywhere], [[{ path: 'raw/b.csv', of: 'raw/a.csv' }], false]);
    assert.deepEqual(await owners(storage), { 'b.csv': ROWS_PER_DAY });
    await withdraw(storage, ['b.csv']);
    assert.deepEqual(await owners(storage), {});
    storage.put('raw/c.csv', days(FIRST), LANDED_AT);
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/c.csv'])).reason, 'withdrawn');
    await withdraw(storage, ['b.csv'], { undo: true });
    assert.deepEqual(await owners(storage), { 'b.csv': ROWS_PER_DAY });
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/c.csv'])).outcome, 'ingested');
    assert.deepEqual(await verified(storage), { problems: [], out: ['raw/a.csv'] });
  });

  it('may be one that was not taken in yet; its undoing lets the next run take it in', async () => {
    const storage = await threeDays();
    storage.put('raw/4.csv', minutes(0, 5), LANDED_AT);
    const { withdrawn } = await withdraw(storage, ['4.csv']);
    assert.deepEqual([withdrawn[0]?.ingest_id, withdrawn[0]?.rows], [null, 0]);
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/4.csv'])).reason, 'withdrawn');
    assert.deepEqual(await verified(storage), { problems: [], out: ['raw/4.csv'] });
    await withdraw(storage, ['4.csv'], { undo: true });
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/4.csv'])).committed, 5);
  });

  it('may be one that was rejected, or of which all is in quarantine: no view counts that any more', async () => {
    const storage = await threeDays();
    storage.put('raw/bad.csv', 'nothing of a header\n1\n', LANDED_AT);
    storage.put('raw/half.csv', `${days(FIRST)}broken\nbroken,too\n`, LANDED_AT);
    await ingest(storage);
    const counted = () => storage.paths('quarantine/').filter((path) => !path.startsWith('quarantine/aside/'));
    const before = counted();
    assert.equal(before.length, 3);
    await withdraw(storage, ['bad.csv', 'half.csv']);
    assert.equal(counted().length, 1);
    assert.deepEqual((await verified(storage)).problems, []);
    assert.deepEqual(
      (await ingest(storage, {}, ['raw/bad.csv', 'raw/half.csv'])).reports.map(({ reason }) => reason),
      ['withdrawn', 'withdrawn'],
    );
    await withdraw(storage, ['bad.csv', 'half.csv'], { undo: true });
    assert.deepEqual(counted(), before);
    assert.deepEqual(storage.paths('quarantine/aside/'), []);
    assert.deepEqual((await verified(storage)).problems, []);
    assert.equal(onlyReport(await ingest(storage, {}, ['raw/bad.csv'])).outcome, 'rejected');
  });

  it('has its quarantine set aside by the next vacuum where the run ended before that', async () => {
    const storage = await threeDays();
    const [path = ''] = storage.paths('quarantine/rows/');
    const content = storage.content(path);
    await withdraw(storage, ['3.csv']);
    storage.put(path, content);
    assert.deepEqual((await verified(storage)).problems, []);
    await vacuumLake({ storage, host: HOST }, [await snapshotOf(storage)], { dryRun: false });
    assert.deepEqual(storage.paths('quarantine/rows/'), []);
  });

  it('may be gone: its rows go, and it cannot be brought back until its content is', async () => {
    const storage = await threeDays();
    const before = await tableRows(storage);
    const content = storage.content('raw/3.csv');
    storage.files.delete('raw/3.csv');
    await withdraw(storage, ['3.csv']);
    assert.deepEqual(await owners(storage), { '1.csv': ROWS_PER_DAY, '2.csv': ROWS_PER_DAY });
    assert.deepEqual(await verified(storage), { problems: [], out: ['raw/3.csv'] });
    const { version } = await snapshotOf(storage);
    await assert.rejects(
      withdraw(storage, ['3.csv'], { undo: true }),
      /no longer there; nothing was changed: put that/,
    );
    storage.put('raw/3.csv', days(THIRD), LANDED_AT);
    await assert.rejects(withdraw(storage, ['3.csv'], { undo: true }), /holds something else by now/);
    assert.equal((await snapshotOf(storage)).version, version);
    storage.put('raw/3.csv', content, LANDED_AT);
    await withdraw(storage, ['3.csv'], { undo: true });
    assert.deepEqual(await tableRows(storage), before);
  });

  it('takes events with it that only a file that cannot be read again holds too, and says which file', async () => {
    const storage = await threeDays();
    storage.files.delete('raw/2.csv');
    const { skipped } = await withdraw(storage, ['1.csv']);
    assert.deepEqual(skipped, [{ path: 'raw/2.csv', reason: 'gone' }]);
    assert.deepEqual(await owners(storage), { '2.csv': ROWS_PER_DAY, '3.csv': ROWS_PER_DAY });
  });

  it('is every content that its path held, or the one that is named', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/x.csv', days(FIRST), LANDED_AT);
    await ingest(storage);
    storage.put('raw/x.csv', days(SECOND), LANDED_AT);
    await ingest(storage);
    const [first] = (await withdraw(storage, ['x.csv'], { dryRun: true })).withdrawn;
    const one = storage.copy();
    await withdraw(one, ['x.csv'], { sha256: first?.sha256?.slice(0, 12) ?? '' });
    assert.deepEqual([...new Set((await tableRows(one)).map((row) => row['event_date']))], [SECOND]);
    assert.deepEqual((await verified(one)).problems, []);
    const all = await withdraw(storage, ['x.csv']);
    assert.deepEqual([all.withdrawn.length, await events(storage)], [2, []]);
    await assert.rejects(withdraw(storage, ['x.csv'], { sha256: '00000000' }), NotWithdrawable);
  });

  it('must be a raw file, and one that is out to be taken back; twice is once', async () => {
    const storage = await threeDays();
    await assert.rejects(withdraw(storage, ['none.csv']), /nothing is there, and no commit names it/);
    await assert.rejects(withdraw(storage, ['1.csv'], { undo: true }), /"raw\/1\.csv" is not; withdrawn: none is/);
    await withdraw(storage, ['1.csv']);
    const { version } = await snapshotOf(storage);
    const again = await withdraw(storage, ['1.csv']);
    assert.deepEqual([again.version, again.already.map(({ path }) => path)], [null, ['raw/1.csv']]);
    assert.equal((await snapshotOf(storage)).version, version);
  });

  it('is only looked at by a dry run, which says the same', async () => {
    const storage = await threeDays();
    const before = storage.copy();
    const dry = await withdraw(storage, ['1.csv'], { dryRun: true });
    assert.deepEqual(storage.paths(), before.paths());
    for (const path of storage.paths()) assert.deepEqual(storage.content(path), before.content(path));
    const done = await withdraw(storage, ['1.csv']);
    assert.deepEqual([dry.withdrawn, dry.passedOn, dry.version], [done.withdrawn, done.passedOn, null]);
    assert.ok(done.version !== null);
    const back = await withdraw(storage, ['1.csv'], { dryRun: true, undo: true });
    assert.deepEqual(
      [back.version, back.withdrawn[0]?.rows, back.passedOn[0]?.rows],
      [null, ROWS_PER_DAY, ROWS_PER_DAY],
    );
  });

  it('brings nothing back that was erased from the table meanwhile, or is past the retention', async () => {
    const storage = await threeDays();
    await withdraw(storage, ['3.csv', '1.csv']);
    await erase(storage);
    await retain(storage, SECOND);
    // Its rows were not there to be found: whoever brings them back is told.
    assert.ok((await withdraw(storage, ['3.csv'], { undo: true })).erasedMayReturn);
    assert.ok(!(await withdraw(storage, ['1.csv'], { undo: true })).erasedMayReturn, 'nothing of it is left');
    assert.deepEqual(await owners(storage), { '2.csv': ROWS_PER_DAY - DANAS_PER_DAY, '3.csv': ROWS_PER_DAY });
    assert.deepEqual((await verified(storage)).problems, []);
  });

  it('keeps programs from writing that would take it in again', async () => {
    const storage = await threeDays();
    await withdraw(storage, ['1.csv']);
    const { configuration } = (await snapshotOf(storage)).metadata;
    assert.equal(configuration[LEAST_WRITER], '0.3.0');
    assert.ok(PROGRAM_VERSION >= '0.3.0');
  });

  it('has events of its own and of another instance, each under its own id', async () => {
    const storage = new MemoryStorage();
    const instances = { instances: 'x=one,y=two' };
    for (const folder of ['x', 'y']) storage.put(`raw/${folder}/1.csv`, days(FIRST), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage, instances)), [
      'x/1.csv: ingested 7/0/0',
      'y/1.csv: ingested 7/0/0',
    ]);
    await withdraw(storage, ['x/1.csv']);
    assert.deepEqual(await owners(storage), { 'y/1.csv': ROWS_PER_DAY });
  });

  it('leaves nothing of how its times were read where it was the only one, and brings that back with it', async () => {
    const storage = new MemoryStorage();
    const local = 'time,code,message,user name\n2026-03-01T12:00:00,92042,"Created dashboard, ID=d-1, name=Sales",li\n';
    const utc = { timeZone: 'UTC' };
    storage.put('raw/wrong.csv', local, LANDED_AT);
    await ingest(storage, { timeZone: 'Europe/Zurich' });
    const before = await tableRows(storage);
    storage.put('raw/right.csv', local.replace('d-1', 'd-2'), LANDED_AT);
    assert.equal(onlyReport(await ingest(storage, utc, ['raw/right.csv'])).reason, 'setting_differs');
    await withdraw(storage, ['wrong.csv']);
    const undone = storage.copy();
    assert.equal(onlyReport(await ingest(storage, utc, ['raw/right.csv'])).committed, 1);
    assert.equal(Number((await tableRows(storage))[0]?.['event_time']), Date.UTC(2026, 2, 1, 12) * 1000);
    assert.deepEqual((await verified(storage)).problems, []);
    await withdraw(undone, ['wrong.csv'], { undo: true });
    assert.deepEqual(await tableRows(undone), before);
    assert.equal(onlyReport(await ingest(undone, utc, ['raw/right.csv'])).reason, 'setting_differs');
    assert.equal(onlyReport(await ingest(undone, {}, ['raw/right.csv'])).committed, 1);
    assert.deepEqual((await verified(undone)).problems, []);
  });

  it('is out of a replay that puts back what another engine removed, and of its rows where one brought them back', async () => {
    const storage = await threeDays();
    const { files } = await snapshotOf(storage);
    await withdraw(storage, ['1.csv', '3.csv']);
    const expected = await owners(storage);
    const { version, files: live } = await snapshotOf(storage);
    const old = [...files.values()].filter(({ path }) => !live.has(path));
    assert.ok(old.length > 0);
    const info = { commitInfo: { timestamp: 1, operation: 'RESTORE', engineInfo: 'Other/1.0' } };
    const actions = [info, ...old.map((add) => ({ add: { ...add, dataChange: true } }))];
    const log = actions.map((each) => `${JSON.stringify(each)}\n`).join('');
    storage.put(`${EVENTS}/_delta_log/${String(version + 1).padStart(20, '0')}.json`, log);
    await replay(storage);
    assert.deepEqual(await owners(storage), expected);
  });
});

describe('a withdrawal that is interrupted', () => {
  for (const undo of [false, true]) {
    it(`is there wholly or not at all${undo ? ', as is its undoing' : ''}`, async () => {
      const lake = await threeDays();
      if (undo) await withdraw(lake, ['1.csv']);
      const before = await owners(lake);
      const after = lake.copy();
      await withdraw(after, ['1.csv'], { undo });
      const done = await owners(after);
      await endedAtEachWrite(
        lake,
        (storage) => withdraw(storage, ['1.csv'], { undo }),
        async (storage, ended) => {
          const found = await owners(storage);
          assert.deepEqual(found, found['1.csv'] === undefined ? (undo ? before : done) : undo ? done : before, ended);
          assert.ok(await isLocked(storage), ended);
          assert.deepEqual((await verified(storage)).problems, [], ended);
          await withdraw(storage, ['1.csv'], { undo }).catch(() => undefined);
          assert.deepEqual(await owners(storage), done, ended);
        },
      );
    });
  }
});

describe('a withdrawal beside another writer', () => {
  it('takes no event away that a file holds which comes in at any moment', async () => {
    const lake = await threeDays();
    lake.put('raw/late.csv', ALL_DAYS, LANDED_AT);
    await besideOthers(
      lake,
      (storage) => withdraw(storage, ['1.csv', '3.csv']),
      (storage) => ingest(storage, {}, ['raw/late.csv']),
      async (storage, moment) => {
        assert.deepEqual(await owners(storage), { '2.csv': 2 * ROWS_PER_DAY, 'late.csv': ROWS_PER_DAY }, moment);
        assert.deepEqual((await verified(storage)).problems, [], moment);
      },
    );
  });

  it('keeps a file out that comes in at that moment', async () => {
    const lake = await threeDays();
    lake.put('raw/late.csv', minutes(0, 3), LANDED_AT);
    await besideOthers(
      lake,
      (storage) => ingest(storage, {}, ['raw/late.csv']),
      (storage) => withdraw(storage, ['late.csv']),
      async (storage, moment) => {
        assert.deepEqual(await owners(storage), { '1.csv': 7, '2.csv': 7, '3.csv': 7 }, moment);
        assert.deepEqual(await verified(storage), { problems: [], out: ['raw/late.csv'] }, moment);
      },
    );
  });

  it('is heard by a replay, and hears of it', async () => {
    const lake = await threeDays();
    const check = async (storage: Storage, moment: string) => {
      assert.deepEqual(await owners(storage), { '2.csv': 2 * ROWS_PER_DAY, '3.csv': ROWS_PER_DAY }, moment);
    };
    const out = (storage: Storage) => withdraw(storage, ['1.csv']);
    await besideOthers(lake, (storage) => replay(storage), out, check);
    await besideOthers(lake, out, (storage) => replay(storage), check);
  });
});
