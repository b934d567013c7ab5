import assert from 'node:assert/strict';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, it } from 'vitest';
import { settingDifference } from '../../src/lake/index.ts';
import { compactTable } from '../../src/maintenance/compact.ts';
import { snappy } from '../../src/parquet/index.ts';
import { erase, replay, withdraw } from '../maintenance/changes.ts';
import {
  HOST,
  ingest,
  LANDED_AT,
  onlyReport,
  outcomes,
  settings,
  snapshotOf,
  sources,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { problems, verify } from '../verify/lake.ts';

const LOG = 'raw/landed/classic/portal/2026-03-01/a.log';
const HEADER = 'time,code,message,user name\n';
const EXPORT = `${HEADER}2026-03-01T09:00:00.707Z,92042,"Created dashboard, ID=d-1, name=Sales",li\n`;

const line = (second: number, rest: string) =>
  `2026-03-01T10:00:${String(second).padStart(2, '0')}+01:00 nx-01 ${rest}\n`;
const LINES = [
  line(1, '[Portal|LOGIN|20101|li] User li logged with session id 7'),
  line(2, '[Portal|LOGIN|20102|li] User li logout for session id 7'),
  line(3, '[Portal|SYSTEM|20001|*system] Portal is starting'),
  line(4, '[Engine-01|DBMGR|10028|mallory] Manual tagging:[device|PC 1]'),
];

/** Enough of them that their times are no chance: whole seconds, where exports of the instance have milliseconds. */
const MANY = Array.from({ length: 30 }, (_, at) => line(at, `[Portal|USER|20201|li] User u${at} is created`)).join('');

class Lake {
  readonly storage = new MemoryStorage();

  async take(path: string, content: string | Uint8Array, options: Readonly<Record<string, string>> = {}) {
    this.storage.put(path, content, LANDED_AT);
    return onlyReport(await ingest(this.storage, options, [path]));
  }

  async check(): Promise<void> {
    assert.deepEqual(problems(await verify(this.storage, { deep: true })), []);
  }

  async rows(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return await tableRows(this.storage);
  }
}

describe('classic logs in a lake', () => {
  it('are rows with their trail, component and category, and what is none is in quarantine', async () => {
    const lake = new Lake();
    const report = await lake.take(LOG, `${LINES.join('')}second line of it\n`);
    assert.deepEqual([report.outcome, report.rows, report.committed, report.quarantined], ['ingested', 5, 4, 1]);
    assert.deepEqual(report.quarantineReasons, { no_log_line: 1 });
    const rows = (await lake.rows()).map((row) => [
      row['source_system'],
      row['component'],
      row['category'],
      row['code'],
      row['actor_name'],
    ]);
    assert.deepEqual(
      rows.toSorted((a, b) => Number(a[3]) - Number(b[3])),
      [
        ['engine', 'Engine-01', 'DBMGR', 10028, 'mallory'],
        ['portal', 'Portal', 'SYSTEM', 20001, '*system'],
        ['portal', 'Portal', 'LOGIN', 20101, 'li'],
        ['portal', 'Portal', 'LOGIN', 20102, 'li'],
      ],
    );
    assert.match(String((await lake.rows())[0]!['unmapped']), /"host":"nx-01"/);
  });

  it('are read by what was recorded: verified, replayed, compacted, and a person erased, beside exports', async () => {
    const lake = new Lake();
    const { storage } = lake;
    await lake.take('raw/a.csv', EXPORT);
    await lake.take(LOG, `${LINES.join('')}none\n`);
    await lake.take('raw/landed/classic/portal/2026-03-01/b.log', LINES.slice(1).join(''));
    await lake.check();
    const before = await lake.rows();
    assert.equal(before.length, 5);

    // The settings of today are others, and the files are read as they were.
    await replay(storage, {});
    await lake.check();
    assert.equal((await lake.rows()).length, 5);
    await compactTable({ storage, host: HOST }, await snapshotOf(storage), { codec: snappy, dryRun: false });
    await lake.check();

    await erase(storage, ['li']);
    const after = await lake.rows();
    assert.deepEqual(after.map((row) => row['actor_name']).toSorted(), ['*system', 'mallory']);
    await lake.check();
  });

  it('and exports of the same instance are not compared with each other', async () => {
    const lake = new Lake();
    const fine = Array.from(
      { length: 30 },
      (_, at) => `2026-03-01T09:00:${at + 10}.707Z,92042,"Created dashboard, ID=d-${at}, name=Sales",li\n`,
    );
    assert.equal((await lake.take('raw/a.csv', HEADER + fine.join(''))).outcome, 'ingested');
    const before = await sources(lake.storage);
    const log = await lake.take(LOG, MANY);
    assert.deepEqual([log.outcome, log.reason, log.warnings], ['ingested', null, []]);
    assert.equal((await lake.take('raw/b.csv', HEADER + fine[0]!.replace('d-0', 'd-99'))).outcome, 'ingested');
    assert.equal(before.length, 1);
    // And logs are compared with logs.
    const finer = MANY.replaceAll('+01:00', '.707+01:00').replaceAll('is created', 'is removed');
    assert.equal((await lake.take(`${LOG}2`, finer)).reason, 'identity_differs');
    await lake.check();
  });

  it('have a zone of their own', async () => {
    const lake = new Lake();
    const local = (text: string) => text.replaceAll('+01:00', '');
    const options = { classicTimeZone: 'Europe/Zurich', timeZone: 'Asia/Tokyo' };
    await lake.take('raw/a.csv', EXPORT.replace('Z,', ','), options);
    await lake.take(LOG, local(LINES[0]!), options);
    const times = async () =>
      (await lake.rows()).map((row) => new Date(Number(row['event_time']) / 1000).toISOString()).toSorted();
    assert.deepEqual(await times(), ['2026-03-01T00:00:00.707Z', '2026-03-01T09:00:01.000Z']);
    // Remembered, each for its own.
    await lake.take(`${LOG}2`, local(LINES[1]!));
    assert.deepEqual((await times()).at(-1), '2026-03-01T09:00:02.000Z');
    await lake.check();
  });

  it('are not read by what is set for exports alone, which is not recorded of them', async () => {
    const lake = new Lake();
    const options = { delimiter: ';', columnAliases: 'time=when', classicLine: '{time} {host}' };
    assert.equal((await lake.take(LOG, LINES.join(''), options)).committed, 4);
    await lake.take('raw/a.csv', EXPORT.replaceAll(',', ';').replace('time', 'when'), options);
    const [log, other] = (await sources(lake.storage)).map(
      ({ settings }) => settings as Readonly<Record<string, unknown>>,
    );
    assert.deepEqual([log!['delimiter'], log!['columnAliases'], log!['classicLine']], ['auto', {}, '{time} {host}']);
    assert.deepEqual([other!['delimiter'], 'classicLine' in other!], [';', false]);
    await lake.check();
  });

  it('of nothing are in, with no row', async () => {
    const lake = new Lake();
    for (const [name, content] of [
      ['a', ''],
      ['b', '\n\n'],
    ] as const) {
      const report = await lake.take(`${LOG}${name}`, content);
      assert.deepEqual([report.outcome, report.rows], ['ingested', 0]);
    }
    await lake.check();
  });

  it('are rejected where nothing in them can be read, or where they are the answer to a failed call', async () => {
    const lake = new Lake();
    assert.equal((await lake.take(LOG, EXPORT)).reason, 'nothing_readable');
    assert.equal((await lake.take(`${LOG}2`, '[{"code":"UNKNOWN_ENGINE"}]')).reason, 'error_answer');
    const old = await lake.take(
      `${LOG}3`,
      LINES.join('').replaceAll('2026-03-01T10:00', 'Mar  1 10:00').replaceAll('+01:00', ''),
    );
    assert.equal(old.reason, 'nothing_readable');
    assert.match(old.explanation ?? '', /have no year: with --classic-line "auto without year"/);
    assert.deepEqual(old.alternatives, [{ classicLine: 'auto without year' }]);
    await lake.check();
  });

  it('are none where they lie among exports, and say where they belong', async () => {
    const lake = new Lake();
    const report = await lake.take('raw/audit.log', LINES.join(''));
    assert.deepEqual([report.outcome, report.reason], ['rejected', 'other_format']);
    assert.match(report.explanation ?? '', /--into landed\/classic/);
    assert.deepEqual(outcomes(await ingest(lake.storage)), ['audit.log: skipped 0/0/0']);
  });

  it('are read anew by another setting: a rejected one goes in, and a replay takes lines out of quarantine', async () => {
    const lake = new Lake();
    const old = LINES.join('').replaceAll('2026-03-01T10:00', 'Mar  1 10:00').replaceAll('+01:00', '');
    assert.equal((await lake.take(LOG, old)).outcome, 'rejected');
    assert.deepEqual(outcomes(await ingest(lake.storage)), ['landed/classic/portal/2026-03-01/a.log: skipped 0/0/0']);
    const yearless = { classicLine: 'auto without year' };
    assert.deepEqual(outcomes(await ingest(lake.storage, yearless)), [
      'landed/classic/portal/2026-03-01/a.log: ingested 4/0/0',
    ]);
    await lake.check();
    const mixed = `${LINES[0]}${LINES[1]!.replace(' nx-01 ', ' nx-01 a b ')}`;
    const other = new Lake();
    assert.equal((await other.take(LOG, mixed)).quarantined, 1);
    await replay(other.storage, { classicLine: '{time} nx-01 a b' });
    assert.deepEqual(
      (await other.rows()).map((row) => row['code']),
      [20102],
    );
    await other.check();
  });

  it('are refused under another zone than the lake remembers of logs, whatever that of exports is', async () => {
    const lake = new Lake();
    const local = (at: number) => LINES[at]!.replace('+01:00', '');
    await lake.take(LOG, local(0), { classicTimeZone: 'Europe/Zurich' });
    const events = await snapshotOf(lake.storage);
    const differs = (options: Readonly<Record<string, string>>, path = LOG) =>
      settingDifference(settings(options), events, path);
    assert.match(differs({ classicTimeZone: 'Asia/Tokyo' }) ?? '', /--classic-time-zone .* says Asia\/Tokyo/);
    assert.match(differs({ timeZone: 'Asia/Tokyo' }) ?? '', /--time-zone .* says Asia\/Tokyo/);
    assert.equal(differs({ classicTimeZone: 'Europe/Zurich', timeZone: 'Asia/Tokyo' }), null);
    assert.equal(differs({ timeZone: 'Asia/Tokyo' }, 'raw/a.csv'), null);
  });

  it('are refused no more once all of them are out', async () => {
    const lake = new Lake();
    await lake.take('raw/a.csv', EXPORT);
    await lake.take(LOG, MANY);
    const finer = MANY.replaceAll('+01:00', '.707+01:00').replaceAll('is created', 'is removed');
    assert.equal((await lake.take(`${LOG}2`, finer)).reason, 'identity_differs');
    await withdraw(lake.storage, [LOG.slice('raw/'.length)]);
    assert.equal((await lake.take(`${LOG}2`, finer)).outcome, 'ingested');
    await lake.check();
  });

  it('may come in an archive, each for itself', async () => {
    const lake = new Lake();
    const archive = zipSync({ 'portal.log': Buffer.from(LINES[0]!), 'engine.log': Buffer.from(LINES[3]!) });
    const report = await lake.take('raw/landed/classic/a.zip', archive);
    assert.deepEqual([report.outcome, report.committed], ['ingested', 2]);
    assert.deepEqual(
      report.recognised.map(({ format }) => format),
      ['log', 'log'],
    );
    await lake.check();
  });

  it('say where a local time occurs twice, or never', async () => {
    const lake = new Lake();
    const at = (time: string, id: number) =>
      `${time} nx [Portal|LOGIN|20101|li] User li logged with session id ${id}\n`;
    const log = at('2026-03-29T02:30:00', 1) + at('2025-10-26T02:30:00', 2) + at('2025-10-26T03:30:00', 3);
    await lake.take(LOG, log, { classicTimeZone: 'Europe/Zurich' });
    const found = (await lake.rows()).map((row) => [
      new Date(Number(row['event_time']) / 1000).toISOString(),
      row['decode_detail'],
    ]);
    assert.deepEqual(found.toSorted(), [
      ['2025-10-26T00:30:00.000Z', 'time_ambiguous'],
      ['2025-10-26T02:30:00.000Z', null],
      ['2026-03-29T01:30:00.000Z', 'time_nonexistent'],
    ]);
    await lake.check();
  });

  it('that overlap give each event once, whichever of them comes first', async () => {
    const line = (at: number) =>
      `2026-03-01T10:${String(at).padStart(2, '0')}:00Z nx [Engine-0${at % 3}|DBMGR|10028|li] Manual tagging:[device|PC ${at}]`;
    const all = Array.from({ length: 40 }, (_, at) => line(at));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(39), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('\n', '\r\n'),
        async (windows, end) => {
          const lake = new Lake();
          const given = new Set<string>();
          for (const [index, [from, length]] of windows.entries()) {
            const lines = all.slice(from, from + length);
            for (const each of lines) given.add(each.slice(each.indexOf('] ') + 2));
            await lake.take(`${LOG}${index}`, lines.join(end));
          }
          assert.deepEqual((await lake.rows()).map((row) => row['message']).toSorted(), [...given].toSorted());
        },
      ),
      { numRuns: 15 },
    );
  });

  it('of two hosts that say the same are two events, apart or joined', async () => {
    const lines = ['engine-01', 'engine-02'].map(
      (host) => `2026-03-01T10:00:00Z ${host} [Engine|DBMGR|10026|nxengine] LDAP synchronization`,
    );
    const lake = new Lake();
    for (const [index, line] of lines.entries()) await lake.take(`${LOG}${index}`, line);
    await lake.take(`${LOG}all`, lines.join('\n'));
    assert.equal((await lake.rows()).length, 2);
    await lake.check();
  });
});
