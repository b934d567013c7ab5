import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { type Run, reconcileRaw } from '../../src/ingest/index.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { replay } from '../maintenance/changes.ts';
import {
  HOST,
  ingest,
  LANDED_AT,
  messages,
  minutes,
  onlyReport,
  settings,
  snapshotOf,
  tableRows,
} from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

type Options = Readonly<Record<string, string>>;

const ZURICH = { timeZone: 'Europe/Zurich' };

/** An export of events at these times. */
function events(times: readonly string[], { header = 'time,code,message,user name', actor = 'li' } = {}): string {
  const cells = (time: string, at: number) => [time, '92042', `"Created dashboard, ID=d-${at}, name=Sales"`, actor];
  return `${[header, ...times.map((time, at) => cells(time, at).slice(0, header.split(',').length).join(','))].join('\n')}\n`;
}

const LOCAL = events(['2026-03-01T12:00:00', '2026-03-02T12:00:00']);
const FINE = ['2026-03-01T00:04:19.707Z', '2026-03-05T12:05:20.250Z', '2026-03-13T13:06:21Z'];
/** Enough of them for what is no chance any more. */
const LONG = [...FINE, ...Array.from({ length: 10 }, (_, at) => `2026-03-20T00:04:${at + 10}.707Z`)];
const [CUT, LONG_CUT] = [FINE, LONG].map((times) => times.map((time) => time.replace(/\.\d+/, ''))) as [
  string[],
  string[],
];

class Lake {
  readonly storage = new MemoryStorage();

  /** Lands a file and takes it in. */
  async take(path: string, content: string, options: Options = {}, changesIdentity = false) {
    this.storage.put(`raw/${path}`, content, LANDED_AT);
    return onlyReport(await ingest(this.storage, options, [`raw/${path}`], changesIdentity));
  }

  run(options: Options = {}, changesIdentity = false): Promise<Run> {
    return ingest(this.storage, options, undefined, changesIdentity);
  }

  async instants(): Promise<string[]> {
    return (await tableRows(this.storage))
      .map(({ event_time: time }) => new Date(Number(time) / 1000).toISOString())
      .sort();
  }
}

/** Takes a first file in, and says what becomes of a second. */
async function second(first: string, then: string, options: Options = {}) {
  const lake = new Lake();
  await lake.take('1.csv', first);
  const before = (await tableRows(lake.storage)).length;
  const report = await lake.take('2.csv', then, options);
  if (report.outcome !== 'ingested') assert.equal((await tableRows(lake.storage)).length, before);
  return { lake, report };
}

describe('the zone that a lake remembers', () => {
  it('is used where nothing is set', async () => {
    const lake = new Lake();
    await lake.take('1.csv', LOCAL, ZURICH);
    const { committed, duplicates } = await lake.take('2.csv', LOCAL);
    assert.deepEqual([committed, duplicates], [0, 2]);
    assert.deepEqual(await lake.instants(), ['2026-03-01T11:00:00.000Z', '2026-03-02T11:00:00.000Z']);
  });

  it('is not overruled by a setting, which says what it would do, until somebody says so', async () => {
    const lake = new Lake();
    await lake.take('1.csv', LOCAL, ZURICH);
    for (const timeZone of ['UTC', 'America/New_York']) {
      const refused = await lake.take('2.csv', LOCAL, { timeZone });
      assert.deepEqual([refused.outcome, refused.reason], ['skipped', 'setting_differs']);
      assert.match(refused.explanation ?? '', /Europe\/Zurich/);
      assert.match(refused.explanation ?? '', new RegExp(timeZone));
      assert.match(refused.explanation ?? '', /Europe\/Zurich \(2026-03-01T12:00:00 is 2026-03-01T11:00:00\.000Z\)/);
      assert.match(refused.explanation ?? '', /--change-identity/);
    }
    assert.equal((await tableRows(lake.storage)).length, 2);
    const changed = await lake.take('2.csv', LOCAL, { timeZone: 'UTC' }, true);
    assert.deepEqual([changed.committed, changed.warnings], [2, ['time_reading_changed']]);
    // From then on that is what the lake remembers.
    assert.deepEqual((await lake.take('3.csv', LOCAL)).duplicates, 2);
    assert.equal((await lake.take('4.csv', LOCAL, ZURICH)).reason, 'setting_differs');
  });

  it('is none where every time has its offset', async () => {
    const lake = new Lake();
    await lake.take('1.csv', events(FINE), ZURICH);
    assert.equal((await lake.take('2.csv', events(FINE), { timeZone: 'UTC' })).duplicates, 3);
  });

  it('is of one instance: the files of others go in', async () => {
    const options = { instances: 'eu/=eu,us/=us' };
    const lake = new Lake();
    await lake.take('eu/1.csv', LOCAL, { ...options, ...ZURICH });
    await lake.take('us/1.csv', LOCAL, { ...options, timeZone: 'America/New_York' });
    for (const place of ['eu', 'us']) lake.storage.put(`raw/${place}/2.csv`, LOCAL.replaceAll('d-', 'e-'), LANDED_AT);
    const run = await lake.run({ ...options, ...ZURICH });
    assert.deepEqual(
      run.reports.slice(-4).map(({ path, outcome, reason }) => [path, outcome, reason]),
      [
        ['raw/eu/1.csv', 'skipped', 'already_ingested'],
        ['raw/eu/2.csv', 'ingested', null],
        ['raw/us/1.csv', 'skipped', 'already_ingested'],
        ['raw/us/2.csv', 'skipped', 'setting_differs'],
      ],
    );
    // Put right, or left out, it goes in.
    assert.equal((await lake.run(options)).reports.at(-1)?.committed, 2);
  });
});

describe('the instance of a place', () => {
  it('is the one that it was where nothing is set: for files that come, for what is looked at, and for a replay', async () => {
    const options = { instances: 'eu/=acme-eu,us/=acme-us' };
    const lake = new Lake();
    await lake.take('eu/1.csv', minutes(0, 3), options);
    await lake.take('us/1.csv', minutes(0, 3), options);
    await lake.take('top.csv', minutes(0, 3), options);
    assert.equal((await lake.take('eu/2.csv', minutes(0, 4))).committed, 1);
    lake.storage.put('raw/us/2.csv', minutes(0, 4), LANDED_AT);
    const context = { storage: lake.storage, host: HOST };
    await reconcileRaw(context, settings(), { settleMs: 0, deadline: HOST.now() + 60_000, mostTries: 2 });
    const rows = await tableRows(lake.storage);
    const instances = (found: typeof rows) => found.map(({ instance }) => String(instance)).sort();
    assert.deepEqual(instances(rows), [
      ...Array.from({ length: 4 }, () => 'acme-eu'),
      ...Array.from({ length: 4 }, () => 'acme-us'),
      ...Array.from({ length: 3 }, () => 'null'),
    ]);
    const replayed = await replay(lake.storage);
    assert.deepEqual([replayed.idsChanged, replayed.appeared], [0, 0]);
    const ids = (found: typeof rows) => found.map(({ event_uid: id }) => String(id)).sort();
    assert.deepEqual(ids(await tableRows(lake.storage)), ids(rows));
    // The setting stays the right one, and another one is another instance still.
    assert.equal((await lake.take('eu/3.csv', minutes(0, 4), options)).duplicates, 4);
    assert.equal((await lake.take('eu/4.csv', minutes(0, 4), { instances: 'eu/=acme' })).reason, 'setting_differs');
    assert.equal((await lake.take('eu/5.csv', minutes(0, 4), { instances: '' })).reason, 'setting_differs');
  });

  it('is for each file of a replay the one that it had, whosever the place is by now', async () => {
    const lake = new Lake();
    await lake.take('eu/1.csv', minutes(0, 3));
    await lake.take('eu/2.csv', minutes(0, 3), { instances: 'eu/=acme' }, true);
    const replayed = await replay(lake.storage);
    assert.deepEqual([replayed.idsChanged, replayed.appeared], [0, 0]);
    assert.equal((await lake.take('eu/3.csv', minutes(0, 3))).duplicates, 3);
    const renamed = await replay(lake.storage, { instances: 'eu/=acme' });
    assert.deepEqual([renamed.idsChanged, renamed.rowsAfter], [3, 3]);
  });

  it('keeps its name: another one is refused, for files that had one and for files that had none', async () => {
    for (const [before, after] of [
      ['acme/=acme', 'acme/=acme-eu'],
      ['=acme', '=acme-eu'],
      ['acme/=acme', ''],
      ['', 'acme/=acme'],
      ['', '=acme'],
      ['=acme', 'acme/=acme-eu'],
    ] as const) {
      const lake = new Lake();
      await lake.take('acme/1.csv', minutes(0, 3), { instances: before });
      const refused = await lake.take('acme/2.csv', minutes(0, 3), { instances: after });
      assert.deepEqual([refused.reason, refused.committed], ['setting_differs', 0], `${before} to ${after}`);
      assert.match(refused.explanation ?? '', /acme\/1\.csv/);
      const changed = await lake.take('acme/2.csv', minutes(0, 3), { instances: after }, true);
      assert.equal(changed.committed, 3);
      assert.equal((await lake.take('acme/3.csv', minutes(0, 3), { instances: after })).duplicates, 3);
      assert.equal((await lake.take('acme/4.csv', minutes(0, 3), { instances: before })).reason, 'setting_differs');
    }
  });

  it('is no change where no file came from there before, nor a prefix that gives the same name', async () => {
    const lake = new Lake();
    await lake.take('acme/1.csv', minutes(0, 3), { instances: 'acme/=acme' });
    await lake.take('top.csv', minutes(0, 3), { instances: 'acme/=acme' });
    const instances = 'acme/=acme,acme/us/=acme-us,other/=other,acme/2026/=acme';
    for (const [path, committed] of [
      ['acme/us/1.csv', 3],
      ['other/1.csv', 3],
      ['acme/2026/1.csv', 0],
      ['top-2.csv', 0],
      ['acme/2.csv', 0],
    ] as const) {
      const report = await lake.take(path, minutes(0, 3), { instances });
      assert.deepEqual([path, report.outcome, report.committed], [path, 'ingested', committed]);
    }
  });
});

describe('a file that differs', () => {
  const byName = events(FINE);
  const byId = events(FINE, { header: 'time,code,message,user id', actor: 'u-1' });
  const bare = events(FINE, { header: 'time,code,message' });

  it('in the actor column is rejected with both readings, and nothing of it is in; the others go in', async () => {
    for (const [first, then] of [
      [byName, bare],
      [bare, byName],
      [byName, byId],
      [byId, byName],
    ] as const) {
      const { lake, report } = await second(first, then);
      assert.deepEqual([report.outcome, report.reason], ['rejected', 'identity_differs']);
      assert.match(report.explanation ?? '', /--change-identity/);
      lake.storage.put('raw/3.csv', first.replaceAll('d-', 'e-'), LANDED_AT);
      assert.deepEqual(
        (await lake.run()).reports.map(({ reason, committed }) => [reason, committed]),
        [
          ['already_ingested', 0],
          ['rejected_before', 0],
          [null, 3],
        ],
      );
      // As it is, where somebody says so; then the lake expects that.
      const changed = onlyReport(await ingest(lake.storage, {}, ['raw/2.csv'], true));
      assert.deepEqual([changed.committed, changed.warnings], [3, ['identity_columns_changed']]);
      assert.equal((await lake.take('4.csv', then)).duplicates, 3);
      assert.equal((await lake.take('5.csv', first)).reason, 'identity_differs');
    }
  });

  it('in which of two columns is the actor, the message or the time is rejected', async () => {
    const header = 'time,code,message,user name,owner';
    const both = (actor: string) => events(FINE, { header, actor });
    const { report } = await second(both('li,mo'), both('li,mo'), { columnAliases: 'actor_name=owner' });
    assert.equal(report.reason, 'identity_differs');
    assert.match(report.explanation ?? '', /"user name".*"owner"/);
  });

  it('only in how it is written goes in: names of columns, their order, JSON, a byte order mark', async () => {
    const [a, b] = FINE;
    for (const [path, text] of [
      ['2.csv', `\ufeff${byName}`],
      ['2.csv', byName.replace('user name', 'Account name')],
      ['2.csv', `user name,message,time,code,extra\nli,"Created dashboard, ID=d-0, name=Sales",${a},92042,x\n`],
      ['2.jsonl', `{"time":"${b}","code":92042,"message":"Created dashboard, ID=d-1, name=Sales","user":"li"}\n`],
      // What is null is left out of JSON: one record proves nothing.
      ['2.jsonl', `{"time":"${b}","code":92042,"message":"Created dashboard, ID=d-1, name=Sales"}\n`],
    ] as const) {
      const lake = new Lake();
      await lake.take('1.csv', byName);
      assert.equal((await lake.take(path, text)).outcome, 'ingested', text);
    }
  });

  it('has its times cut, or finer ones, is rejected; a writer that leaves out zeros is none', async () => {
    for (const [first, then] of [
      [LONG, LONG_CUT],
      [LONG_CUT, LONG],
      [LONG, LONG_CUT.slice(0, 10)],
      [LONG.map((time) => time.replace(/(\.\d+)/, '$1123')), LONG],
    ] as const) {
      const { report } = await second(events(first), events(then));
      assert.equal(report.reason, 'identity_differs');
      assert.match(report.explanation ?? '', /12:05:20/);
    }
    for (const [first, then] of [
      [LONG, LONG.slice(2, 3)],
      [LONG.slice(2, 3), LONG],
      [LONG_CUT, LONG_CUT.map((time) => time.replace('Z', '.000Z'))],
      [LONG_CUT.map((time) => time.replace('Z', '.000Z')), LONG],
      [['2026-03-01T00:04:19.7Z'], LONG],
    ] as const) {
      assert.equal((await second(events(first), events(then))).report.outcome, 'ingested', `${first} then ${then}`);
    }
  });

  it('of a few records with such times goes in, and that is said', async () => {
    for (const [first, then] of [
      [LONG, CUT],
      [CUT, LONG],
    ] as const) {
      const { report } = await second(events(first), events(then));
      assert.deepEqual([report.outcome, report.warnings], ['ingested', ['time_precision_differs']]);
    }
    const { report } = await second(events(LONG), events(FINE));
    assert.deepEqual(report.warnings, []);
  });

  it('has some parts cut, or many times, or its seconds, is rejected', async () => {
    const many = Array.from({ length: 39 }, (_, at) => `2026-03-01T12:${String(at + 10)}:21.${String(at + 101)}Z`);
    const cut = many.map((time) => time.replace(/\.\d+/, ''));
    const toMinute = many.map((time) => time.replace(/:\d+\.\d+/, ''));
    const few = [...cut.slice(0, 38), many[38] ?? ''];
    for (const [first, then] of [
      [events(many), events(many) + events(cut)],
      [events(many), events(cut) + events(many)],
      [events(cut), events(cut) + events(many)],
      [events(many), events(few)],
      [events(cut), events(toMinute)],
      [events(toMinute), events(cut)],
      [events(cut), events([...toMinute.slice(0, 38), cut[38] ?? ''])],
    ] as const) {
      const { report } = await second(first, then);
      assert.equal(report.reason, 'identity_differs');
    }
    // In an empty lake too, and with what an archive holds.
    for (const both of [events(many) + events(cut), events(toMinute) + events(cut)]) {
      const report = await new Lake().take('1.csv', both);
      assert.equal(report.reason, 'identity_differs');
    }
    // A few zeros that were left out, a file like the first one, and events at whole minutes.
    const zeros = ['2026-03-02T12:00:00Z', '2026-03-02T12:00:01Z', ...many];
    const atMinutes = toMinute.map((time) => time.replace('Z', ':00Z'));
    for (const [first, then] of [
      [events(many), events(zeros)],
      [events(few), events(few)],
      [events(cut), events(atMinutes)],
      [events(many), `${events(many)}${events(cut.slice(0, 1))}`],
    ] as const) {
      assert.equal((await second(first, then)).report.outcome, 'ingested');
    }
  });

  it('has the column of the actor and nobody in it is rejected, where others name one', async () => {
    const times = Array.from({ length: 20 }, (_, at) => `2026-03-01T12:00:${String(at + 10)}.707Z`);
    const named = events(times);
    const nobody = events(times, { actor: '' });
    const json = times.map((time) => `{"time":"${time}","code":92042,"message":"m","user name":null}\n`).join('');
    const { report } = await second(named, nobody);
    assert.equal(report.reason, 'identity_differs');
    assert.match(report.explanation ?? '', /user name.*\n?.*none names an actor/);
    assert.equal((await new Lake().take('1.csv', named + nobody)).reason, 'identity_differs');
    const lake = new Lake();
    await lake.take('1.csv', named);
    assert.equal((await lake.take('2.jsonl', json)).reason, 'identity_differs');
    assert.equal((await lake.take('3.csv', events(times.slice(1), { actor: '' }))).outcome, 'ingested');
    // Where nobody was named before, nothing is lost.
    const other = new Lake();
    for (const [path, text] of [
      ['1.csv', nobody],
      ['2.csv', nobody],
      ['3.csv', named],
    ] as const) {
      assert.equal((await other.take(path, text)).outcome, 'ingested', path);
    }
    assert.equal((await other.take('4.csv', nobody)).outcome, 'rejected');
  });

  it('has times without offset, the first of its instance, is said to be read as UTC', async () => {
    const warnings = async (lake: Lake, path: string, content: string, options: Options = {}) =>
      (await lake.take(path, content, options)).warnings.filter((warning) => warning === 'time_zone_assumed');
    const lake = new Lake();
    assert.deepEqual(await warnings(lake, '1.csv', events(FINE)), []);
    assert.deepEqual(await warnings(lake, '2.csv', events(['2026-04-01T00:04:19.707'])), ['time_zone_assumed']);
    assert.deepEqual(await warnings(lake, '3.csv', events(['2026-04-02T00:04:19.707'])), []);
    assert.deepEqual(await warnings(new Lake(), '1.csv', LOCAL, { timeZone: 'Europe/Zurich' }), []);
  });

  it('is compared once more when what the lake remembers has changed', async () => {
    const { lake } = await second(byName, byId);
    assert.equal((await lake.run()).reports[1]?.reason, 'rejected_before');
    await lake.take('3.csv', byId, {}, true);
    assert.equal((await lake.run()).reports[1]?.duplicates, 3);
  });
});

describe('files of one form', () => {
  it('go in, whatever their order and however they are cut, each event once', async () => {
    const drawn = fc.record({
      form: fc.constantFrom('user name', 'user id', ''),
      starts: fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 })), { minLength: 1, maxLength: 6 }),
      digits: fc.constantFrom(0, 3, 6),
    });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ form, starts, digits }) => {
        const header = ['time,code,message', ...(form === '' ? [] : [form])].join(',');
        const timeOf = (minute: number) => {
          const fraction = String(707_119 + minute).slice(0, digits);
          return `2026-03-01T00:${String(minute).padStart(2, '0')}:00${digits === 0 ? '' : `.${fraction}`}Z`;
        };
        const lake = new Lake();
        for (const [at, [from, count]] of starts.entries()) {
          const lines = Array.from({ length: count }, (_, index) =>
            [timeOf(from + index), '92042', `m${from + index}`, ...(form === '' ? [] : ['li'])].join(','),
          );
          const report = await lake.take(`${at}.csv`, `${header}\n${lines.join('\n')}\n`);
          assert.equal(report.outcome, 'ingested');
        }
        const found = await messages(lake.storage);
        assert.equal(new Set(found).size, found.length);
      }),
      { numRuns: 40 },
    );
  });

  it('of two writers that are first at the same time are of one form in the end', async () => {
    const storage = new MemoryStorage();
    storage.put('raw/1.csv', events(FINE), LANDED_AT);
    storage.put('raw/2.csv', events(FINE, { header: 'time,code,message,user id' }), LANDED_AT);
    const runs = await Promise.all(['raw/1.csv', 'raw/2.csv'].map((path) => ingest(storage, {}, [path])));
    assert.deepEqual(runs.map((run) => onlyReport(run).outcome).sort(), ['ingested', 'rejected']);
    assert.equal((await tableRows(storage)).length, 3);
    assert.equal(
      [...(await snapshotOf(storage)).transactions.keys()].filter((id) => id.startsWith('identity:')).length,
      1,
    );
  });
});

describe('what a reconciliation does where a setting differs', () => {
  it('leaves the files of that instance waiting, however often, and takes the others in; put right, they go in', async () => {
    const instances = 'eu/=eu,us/=us';
    const lake = new Lake();
    await lake.take('eu/1.csv', LOCAL, { instances, ...ZURICH });
    await lake.take('us/1.csv', LOCAL, { instances, timeZone: 'America/New_York' });
    lake.storage.put('raw/eu/2.csv', LOCAL.replaceAll('d-', 'e-'), LANDED_AT);
    lake.storage.put('raw/us/2.csv', LOCAL.replaceAll('d-', 'e-'), LANDED_AT);
    const reconcile = async (options: Options) => {
      const reasons: (string | null)[] = [];
      const found = await reconcileRaw({ storage: lake.storage, host: HOST }, settings({ instances, ...options }), {
        settleMs: 0,
        deadline: HOST.now() + 60_000,
        mostTries: 2,
        observer: { onReport: ({ reason }) => reasons.push(reason) },
      });
      return { ...found, reasons };
    };
    const first = await reconcile(ZURICH);
    assert.deepEqual([first.taken.ingested, first.taken.rejected, first.failed, first.error], [1, 0, 0, null]);
    for (let run = 0; run < 4; run++) {
      const { waiting, taken, failed, reasons } = await reconcile(ZURICH);
      assert.deepEqual([waiting, taken.skipped, failed, reasons], [1, 1, 0, ['setting_differs']]);
    }
    assert.equal((await reconcile({})).taken.ingested, 1);
    assert.equal((await tableRows(lake.storage)).length, 8);
  });
});

describe('what an older version remembered', () => {
  /** A lake as an older version left it: its own `txn`s in place of ours. */
  async function older(content: string, options: Options, path = '1.csv'): Promise<Lake> {
    const lake = new Lake();
    await lake.take(path, content, options);
    const log = 'curated/audit_events/_delta_log/00000000000000000001.json';
    const lines = lake.storage.content(log).toString('utf8').trim().split('\n');
    const instance = (options['instances'] ?? '').split('=')[1] ?? '';
    const others = [
      { txn: { appId: `identity_columns:${instance}`, version: 8, lastUpdated: 1 } },
      { txn: { appId: `reader_version:${instance}`, version: 2, lastUpdated: 1 } },
    ].map((action) => JSON.stringify(action));
    const kept = lines.filter((line) => !line.includes('"appId":"identity:'));
    lake.storage.put(log, `${[...kept, ...others].join('\n')}\n`.replace(/"ledger":\{[^}]*\},/, ''), LANDED_AT);
    for (const path of lake.storage.paths('evidence/audit_events/')) await lake.storage.delete(path);
    return lake;
  }

  it('is taken over once: columns, zone and place', async () => {
    const lake = await older(LOCAL, { ...ZURICH, instances: 'acme/=acme' }, 'acme/2026/1.csv');
    const refused = await lake.take('acme/2026/2.csv', LOCAL, { timeZone: 'UTC', instances: 'acme/=acme' });
    assert.equal(refused.reason, 'setting_differs');
    assert.equal((await lake.take('acme/3.csv', LOCAL, { instances: 'acme/=acme-eu' })).reason, 'setting_differs');
    assert.equal((await lake.take('acme/4.csv', LOCAL, { instances: 'acme/=acme' })).duplicates, 2);
    const bare = events(['2026-03-01T12:00:00'], { header: 'time,code,message' });
    assert.equal((await lake.take('acme/5.csv', bare, { instances: 'acme/=acme' })).reason, 'identity_differs');
    const { version } = await snapshotOf(lake.storage);
    assert.equal((await lake.take('acme/6.csv', LOCAL, { instances: 'acme/=acme' })).duplicates, 2);
    assert.equal((await snapshotOf(lake.storage)).version, version + 1);
    const { problems } = await verifyLake(lake.storage, settings(), { deep: true, head: null });
    assert.deepEqual(
      problems.filter(({ kind }) => kind === 'transaction_unfounded'),
      [],
    );
  });
});
