import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type FileReport, reconcileRaw } from '../../src/ingest/index.ts';
import { prepareTables } from '../../src/lake/index.ts';
import { replayTable } from '../../src/maintenance/replay.ts';
import { BAD_ROWS, TRIED } from '../../src/storage/index.ts';
import { HOST, ingest, LANDED_AT, messages, minutes, outcomes, settings, sources, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { faulty } from '../support/store-faults.ts';
import { problems, verify } from '../verify/lake.ts';

const HEADER = 'time,code,message\n';
const LONG = 'x'.repeat(2000);
const RAISED = { maxRecordBytes: '8KiB' };
const LOW = { maxRecordBytes: '1KiB' };

const good = (number: number, text = 'x') => `2026-03-01T00:${String(number).padStart(2, '0')}:00Z,92042,${text}\n`;

function lakeOf(files: Readonly<Record<string, string>>): MemoryStorage {
  const storage = new MemoryStorage();
  for (const [name, content] of Object.entries(files)) storage.put(`raw/${name}`, content, LANDED_AT);
  return storage;
}

/** The records that quarantine_rows has, as the views find them: file and number. */
function inQuarantine(storage: MemoryStorage): string[] {
  const lines = storage.paths(BAD_ROWS).flatMap((path) =>
    storage
      .content(path)
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => ({ name: path.slice(BAD_ROWS.length), ...JSON.parse(line) })),
  );
  const superseded = new Set(lines.map(({ supersedes }) => supersedes));
  return lines
    .filter(({ name, supersedes }) => supersedes === undefined && !superseded.has(name))
    .map(({ source_file: file, record }) => `${file} ${record}`)
    .sort();
}

const sound = async (storage: MemoryStorage) => assert.deepEqual(problems(await verify(storage, { deep: true })), []);

describe('a file with records in quarantine', () => {
  it('is read again where a setting changed that cures them; what was in stays, and no record counts twice', async () => {
    const storage = lakeOf({ 'a.csv': `${HEADER + good(0) + good(1, LONG) + good(2) + good(3, LONG)}broken\n` });
    assert.deepEqual(outcomes(await ingest(storage, LOW)), ['a.csv: ingested 2/0/3']);
    assert.deepEqual(inQuarantine(storage), ['raw/a.csv 2', 'raw/a.csv 4', 'raw/a.csv 5']);
    const { reports } = await ingest(storage, RAISED);
    assert.deepEqual(
      reports.map(({ committed, duplicates, quarantined }) => [committed, duplicates, quarantined]),
      [[2, 2, 1]],
    );
    assert.deepEqual(reports[0]?.warnings, ['read_again']);
    assert.equal((await tableRows(storage)).length, 4);
    assert.deepEqual(inQuarantine(storage), ['raw/a.csv 5']);
    const [first, second] = await sources(storage);
    assert.equal(first?.['supersedes'], undefined);
    assert.deepEqual(second?.['supersedes'], [
      String((first?.['quarantine'] as { path: string } | undefined)?.path).slice(BAD_ROWS.length),
    ]);
    await sound(storage);

    const commits = storage.paths('curated/audit_events/_delta_log/').length;
    for (const settings of [RAISED, LOW, RAISED]) await ingest(storage, settings);
    assert.equal(
      storage.paths('curated/audit_events/_delta_log/').length,
      commits,
      'nothing is gained, nothing committed',
    );
    assert.deepEqual(inQuarantine(storage), ['raw/a.csv 5']);
  });

  it('has no record there once all of them are good', async () => {
    const storage = lakeOf({ 'a.csv': HEADER + good(0) + good(1, LONG) });
    await ingest(storage, LOW);
    await ingest(storage, RAISED);
    assert.deepEqual([inQuarantine(storage), (await tableRows(storage)).length], [[], 2]);
    await sound(storage);
  });

  it('is not read again as long as nothing changes', async () => {
    const storage = lakeOf({ 'a.csv': `${minutes(0, 3)}broken\n` });
    await ingest(storage);
    const read: string[] = [];
    const counting = { ...faulty(storage, () => 'passes') };
    counting.read = (path, options) => {
      if (path.startsWith('raw/')) read.push(path);
      return storage.read(path, options);
    };
    for (let run = 0; run < 2; run++) await ingest(counting);
    assert.deepEqual(read, []);
  });

  it('is left as it is where another reading would give its events other ids', async () => {
    const storage = lakeOf({ 'a.csv': `${HEADER}2026-03-01 00:00:00,92042,x\n2026-03-01 00:01:00,92042,${LONG}\n` });
    await ingest(storage, LOW);
    const otherwise = { ...RAISED, timeZone: 'Europe/Zurich' };
    await ingest(storage, otherwise).catch(() => undefined);
    assert.equal((await tableRows(storage)).length, 1);
    assert.deepEqual(inQuarantine(storage), ['raw/a.csv 2']);
    await sound(storage);
  });

  it('is left as it is where another encoding would cure a record and give others of it other ids', async () => {
    const storage = new MemoryStorage();
    const lines = [good(0, 'Jürg Müller'), good(1), good(2, 'Ann')].map((line) => Buffer.from(line));
    const content = Buffer.concat([Buffer.from(HEADER), ...lines, Buffer.from(good(0, 'Jürg Müller'), 'latin1')]);
    storage.put('raw/a.csv', content, LANDED_AT);
    await ingest(storage);
    const before = await messages(storage);
    const { reports } = await ingest(storage, { encoding: 'windows-1252' });
    assert.deepEqual([reports[0]?.outcome, reports[0]?.reason], ['skipped', 'already_ingested']);
    assert.match(reports[0]?.explanation ?? '', /other events/);
    assert.deepEqual(await messages(storage), before);
    assert.deepEqual(inQuarantine(storage), ['raw/a.csv 4']);
    await sound(storage);
  });

  it('never adds an event where one that it gave before is not found again, whatever the encodings', async () => {
    const text = fc.constantFrom('Jürg', 'Ägeri', 'plain', 'Łódź', 'é');
    const written = fc.constantFrom<BufferEncoding>('utf8', 'utf8', 'latin1');
    const record = fc.tuple(fc.nat({ max: 2 }), text, written);
    const reading = fc.constantFrom('windows-1252', 'windows-1250', 'utf-8', 'macintosh', 'iso-8859-15');
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 6 }),
        fc.array(reading, { minLength: 1, maxLength: 2 }),
        async (records, readings) => {
          const lines = records.map(([at, text, encoding]) => Buffer.from(good(at, text), encoding));
          const storage = new MemoryStorage();
          storage.put('raw/a.csv', Buffer.concat([Buffer.from(HEADER + good(59)), ...lines]), LANDED_AT);
          await ingest(storage, { encoding: 'utf-8' });
          for (const encoding of readings) {
            const before = await messages(storage);
            const [report] = (await ingest(storage, { encoding })).reports;
            const added = (await messages(storage)).length - before.length;
            if (added === 0) continue;
            const fresh = new MemoryStorage();
            fresh.put('raw/a.csv', storage.content('raw/a.csv'), LANDED_AT);
            await ingest(fresh, { encoding });
            assert.deepEqual(await messages(storage), await messages(fresh), JSON.stringify(report));
          }
          await sound(storage);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('counts equal records right, wherever the bad ones stood', async () => {
    const equal = `2026-03-01T00:00:00Z,92042,${LONG}\n`;
    const storage = lakeOf({ 'a.csv': HEADER + good(9) + equal + equal, 'b.csv': HEADER + good(8) + equal });
    await ingest(storage, LOW);
    assert.deepEqual(outcomes(await ingest(storage, RAISED)), ['a.csv: ingested 2/1/0', 'b.csv: ingested 0/2/0']);
    assert.equal((await tableRows(storage)).length, 4);
    await sound(storage);
  });

  it('is as if it had been read with these settings at once, after any order of settings', async () => {
    const lines = fc.constantFrom('good', 'long', 'longer', 'broken');
    const setting = fc.constantFrom('1KiB', '3KiB', '8KiB');
    await fc.assert(
      fc.asyncProperty(
        fc.array(lines, { minLength: 1, maxLength: 8 }),
        fc.array(setting, { minLength: 1, maxLength: 3 }),
        async (kinds, steps) => {
          const texts = { good: 'g', long: LONG, longer: LONG.repeat(2) };
          const content = kinds.map((kind, at) => (kind === 'broken' ? 'broken\n' : good(at, texts[kind]))).join('');
          const storage = lakeOf({ 'a.csv': `${HEADER}${good(59)}${content}` });
          for (const maxRecordBytes of steps) await ingest(storage, { maxRecordBytes });
          const most = Math.max(...steps.map((step) => Number.parseInt(step, 10)));
          const atOnce = lakeOf({ 'a.csv': `${HEADER}${good(59)}${content}` });
          await ingest(atOnce, { maxRecordBytes: `${most}KiB` });
          assert.deepEqual(await messages(storage), await messages(atOnce));
          assert.deepEqual(inQuarantine(storage), inQuarantine(atOnce));
          await sound(storage);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('is one of so many that are read again in a run; the next runs go on', async () => {
    const files = Array.from({ length: 70 }, (_, at) => [
      `${at + 10}.csv`,
      HEADER + good(0, `s${at}`) + good(1, `${LONG}${at}`),
    ]);
    const storage = lakeOf(Object.fromEntries(files));
    await ingest(storage, LOW);
    await ingest(storage, RAISED);
    assert.equal(inQuarantine(storage).length, 6);
    await ingest(storage, RAISED);
    assert.deepEqual([inQuarantine(storage).length, (await tableRows(storage)).length], [0, 140]);
  }, 60_000);

  it('is read again once its own time was corrected', async () => {
    const storage = new MemoryStorage();
    const content = `${HEADER}${good(0)}${good(1)}2026-06-10T00:00:00Z,92042,later\n`;
    storage.put('raw/a.csv', content, LANDED_AT);
    await ingest(storage);
    assert.deepEqual(inQuarantine(storage), ['raw/a.csv 3']);
    storage.put('raw/a.csv', content, new Date(Date.now() + 1000));
    await ingest(storage);
    assert.deepEqual([inQuarantine(storage), (await messages(storage)).length], [[], 3]);
  });
});

describe('the reconciliation', () => {
  it('reads such files again once all that waited are in', async () => {
    const storage = lakeOf({ 'a.csv': HEADER + good(0) + good(1, LONG), 'b.csv': HEADER + good(2) + good(3, LONG) });
    await ingest(storage, LOW);
    const first = storage.paths(BAD_ROWS).length;
    const names: string[] = [];
    const observer = { onReport: ({ path, committed }: FileReport) => names.push(`${path} ${committed}`) };
    storage.put('raw/c.csv', HEADER + good(4), LANDED_AT);
    const given = { settleMs: 0, deadline: Number.POSITIVE_INFINITY, observer };
    const result = await reconcileRaw({ storage, host: HOST }, settings(RAISED), given);
    assert.deepEqual([result.error, result.waiting, names], [null, 1, ['raw/c.csv 1', 'raw/a.csv 1', 'raw/b.csv 1']]);
    assert.equal(storage.paths(BAD_ROWS).length, first + 2);
    names.length = 0;
    await reconcileRaw({ storage, host: HOST }, settings(LOW), given);
    assert.deepEqual(names, []);
    await sound(storage);
  });
});

describe('a crash while a file is read again', () => {
  it('leaves nothing that the next run does not make good', async () => {
    const storage = lakeOf({ 'a.csv': HEADER + good(0) + good(1, LONG) + good(2, LONG) });
    await ingest(storage, LOW);
    const create = storage.create.bind(storage);
    storage.create = async (path, content, options) => {
      if (path.includes('audit_events/_delta_log/')) throw new Error('the process ended');
      return await create(path, content, options);
    };
    await assert.rejects(ingest(storage, RAISED));
    storage.create = create;
    await ingest(storage, RAISED);
    assert.deepEqual([inQuarantine(storage), (await tableRows(storage)).length], [[], 3]);
    await sound(storage);
  });
});

async function replayed(storage: MemoryStorage, options: Readonly<Record<string, string>>): Promise<void> {
  const { events } = await prepareTables({ storage, host: HOST });
  const given = { scope: null, reason: 'test', dryRun: false };
  await replayTable({ storage, host: HOST }, settings(options), events, given);
}

describe('a replay after that', () => {
  for (const settings of [LOW, RAISED, {}]) {
    it(`with ${JSON.stringify(settings)} leaves each bad record there once`, async () => {
      const storage = lakeOf({
        'a.csv': `${HEADER + good(0) + good(1, LONG) + good(2)}broken\n`,
        'b.csv': HEADER + good(50, 'kept'),
      });
      await ingest(storage, LOW);
      await ingest(storage, RAISED);
      await replayed(storage, settings);
      const expected = settings === LOW ? ['raw/a.csv 2', 'raw/a.csv 4'] : ['raw/a.csv 4'];
      assert.deepEqual(inQuarantine(storage), expected);
      await sound(storage);
      await replayed(storage, settings);
      assert.deepEqual(inQuarantine(storage), expected);
      assert.ok((await messages(storage)).includes('kept'));
    });
  }

  it('lets a setting that was tried before take in again what went back to quarantine, as often as it does', async () => {
    const storage = lakeOf({ 'a.csv': `${HEADER + good(0) + good(1, LONG) + good(2)}broken\n` });
    await ingest(storage, LOW);
    for (let round = 0; round < 3; round++) {
      const { reports } = await ingest(storage, RAISED);
      assert.deepEqual([reports[0]?.warnings, (await tableRows(storage)).length], [['read_again'], 3], `${round}`);
      const tried = storage.paths(TRIED).length;
      assert.equal((await ingest(storage, RAISED)).reports[0]?.reason, 'already_ingested');
      assert.equal(storage.paths(TRIED).length, tried, 'it is tried once as long as nothing changes');
      await replayed(storage, LOW);
      assert.equal((await tableRows(storage)).length, 2);
    }
    await sound(storage);
  });
});
