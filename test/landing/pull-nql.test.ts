import assert from 'node:assert/strict';
import { gunzipSync, gzipSync } from 'node:zlib';
import { betweenParameters, Nexthink, type NexthinkOptions, pastHours, type TrailRecord } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { countNql, NotConfigured, type NqlPull, type NqlWindowOptions, pullNql } from '../../src/landing/index.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { type Storage, wrapStorage } from '../../src/storage/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { sendTo } from '../support/nexthink-send.ts';

const NOON = Date.parse('2026-11-28T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function record(id: string, time: number, visibleFrom = time): TrailRecord {
  return { id, time, visibleFrom, code: 90211, message: `User login,\nid=${id}`, actor: 'a' };
}

const WINDOW = { nqlParameters: 'from={from},to={to}' };

/** A Nexthink with a clock, and what pulls from it. */
class World {
  now = NOON;
  readonly nexthink: Nexthink;
  readonly raw = new MemoryStorage();
  readonly state = new MemoryStorage();
  /** How long was slept. */
  slept = 0;

  constructor(records: readonly TrailRecord[], options: NexthinkOptions = {}) {
    const { nql = {}, ...rest } = options;
    const queries = {
      '#audit_trail': pastHours(24),
      '#window': betweenParameters('from', 'to'),
      '#counts': pastHours(24),
    };
    this.nexthink = new Nexthink({ now: () => this.now, records, nql: { queries, ...nql }, ...rest });
  }

  get host() {
    let ids = 0;
    return {
      now: () => this.now,
      random: () => 0.5,
      randomId: () => `${this.now}-${ids++}-${this.slept}`,
      sleep: async (milliseconds: number) => {
        this.now += milliseconds;
        this.slept += milliseconds;
      },
    };
  }

  settings(more: Readonly<Record<string, string>> = {}) {
    const environment = { AUDIT_LAKE_NQL_CLIENT_SECRET: 'client-secret' };
    const query = 'nqlParameters' in more ? '#window' : '#audit_trail';
    const options = {
      ...{ lake: 'memory', nqlUrl: 'https://acme.api.example', nqlClientId: 'client', nqlQuery: query },
      ...{ nqlTokenUrl: 'https://acme.api.example/oauth2/default/v1/token', nqlCompression: 'NONE', ...more },
    };
    return parseSettings({ environment, options });
  }

  pull(more: Readonly<Record<string, string>> = {}, options: Partial<NqlWindowOptions> = {}): Promise<NqlPull> {
    const context = { storage: this.raw, host: this.host };
    return pullNql(context, this.settings(more), { state: this.state, send: sendTo(this.nexthink), ...options });
  }

  /** Ids of the records that are in the raw zone, each as often as it is there. */
  landed(): string[] {
    return this.raw.paths('raw/').flatMap((path) => {
      const content = path.endsWith('.gz') ? gunzipSync(this.raw.content(path)) : this.raw.content(path);
      return [...String(content).matchAll(/id=([^"]*)/g)].map(([, id]) => id ?? '');
    });
  }

  get calls(): number {
    return [...this.nexthink.nql.calls.values()].reduce((sum, calls) => sum + calls, 0);
  }

  asked(path: RegExp) {
    return this.nexthink.requests.filter(({ request }) => path.test(request.url.pathname));
  }
}

const START = /\/nql\/export$/;
const STATUS = /\/nql\/status\//;
const FILES = /^\/exports\//;

describe('a query with a window of its own', () => {
  it('lands its result under the names of query, day and export', async () => {
    const world = new World([record('a', NOON - HOUR), record('b', NOON - 2 * HOUR)], { nql: { takesMs: 7000 } });
    const pulled = await world.pull({ landingFolder: 'acme/', nqlCompression: 'GZIP' });
    assert.equal(pulled.outcome, 'done');
    const [landed] = pulled.exports;
    assert.equal(landed?.path, `raw/landed/nql/acme/audit_trail/2026-11-28/${landed?.exportId}.csv.gz`);
    assert.deepEqual([landed?.records, landed?.isTruncated, landed?.window], [2, false, null]);
    assert.deepEqual(world.landed(), ['b', 'a']);
    assert.deepEqual(pulled.calls, { day: '2026-11-28', used: 1, leftToPull: 22, leftToCount: 23 });
    assert.equal((await world.pull({ landingFolder: 'acme/' })).exports.length, 1);
    assert.equal(world.calls, 2);
  });

  it('shows its token to the API alone', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    await world.pull();
    for (const { request } of world.asked(/nql/)) assert.match(request.headers['authorization'] ?? '', /^Bearer /);
    const [download] = world.asked(FILES);
    assert.equal(download?.request.headers['authorization'], undefined);
    assert.equal(download?.status, 200);
  });

  it.each([true, false])('lands a result that was cut under a name that says so (206: %s)', async (saysTruncated) => {
    const records = [1, 2, 3].map((minute) => record(String(minute), NOON - minute * MINUTE));
    const world = new World(records, { nql: { rowCap: 2, saysTruncated } });
    const pulled = await world.pull({ nqlRowCap: '2' });
    assert.equal(pulled.outcome, 'done');
    assert.match(pulled.exports[0]?.path ?? '', /\.truncated\.csv$/);
    assert.equal(world.raw.paths('raw/').length, 1);
    assert.equal(world.landed().length, 2);
    assert.equal(world.asked(FILES).length, saysTruncated ? 1 : 2);
  });

  it('stops for the day where the calls are over, and leaves one for the count', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    const more = { nqlCallsPerDay: '3', nqlCountQuery: '#counts' };
    const outcomes: string[] = [];
    for (let run = 0; run < 4; run++) outcomes.push((await world.pull(more)).outcome);
    assert.deepEqual(outcomes, ['done', 'done', 'no_calls_left', 'no_calls_left']);
    const context = { storage: world.raw, host: world.host };
    const options = { state: world.state, send: sendTo(world.nexthink) };
    const counted = await countNql(context, world.settings(more), options);
    assert.match(counted.exports[0]?.path ?? '', /^raw\/landed\/counts\/counts\/2026-11-28\/[^/]+\.csv$/);
    assert.equal((await countNql(context, world.settings(more), options)).outcome, 'no_calls_left');
    assert.equal(world.calls, 3);
    world.now += 12 * HOUR;
    assert.equal((await world.pull(more)).outcome, 'done');
  });
});

describe('what goes wrong', () => {
  it('goes on with an export that was started, whatever became of the run', async () => {
    const world = new World([record('a', NOON - HOUR)], { nql: { takesMs: 2 * HOUR } });
    assert.equal((await world.pull({ nqlWaitMinutes: '1' })).outcome, 'still_running');
    assert.equal((await world.pull({ nqlWaitMinutes: '1' })).outcome, 'still_running');
    world.now += 2 * HOUR;
    assert.equal((await world.pull({ nqlWaitMinutes: '1' })).outcome, 'done');
    assert.equal(world.calls, 1);
    assert.deepEqual(world.landed(), ['a']);
  });

  it('asks for a fresh address where one has expired, or a download breaks off', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    const { faults } = world.nexthink;
    const of = ({ host }: { host: string }) => host === 'files';
    faults.add({ of, fault: { kind: 'refusal', when: 'before', status: 403 } });
    faults.add({ of, fault: { kind: 'cut-body', share: 0.9 } });
    faults.add({ of, fault: { kind: 'cut', when: 'after' } });
    assert.equal((await world.pull()).outcome, 'done');
    assert.deepEqual([world.calls, world.asked(STATUS).length, world.asked(FILES).length], [1, 4, 4]);
    assert.deepEqual(world.landed(), ['a']);
  });

  it('asks again how far an export is, as long as the service wants', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    const of = ({ url }: { url: URL }) => STATUS.test(url.pathname);
    const { faults } = world.nexthink;
    faults.add({ of, fault: { kind: 'refusal', when: 'before', status: 429, headers: { 'retry-after': '100' } } });
    faults.add({ of, fault: { kind: 'refusal', when: 'before', status: 503 } });
    faults.add({ of, fault: { kind: 'refusal', when: 'before', status: 401 } });
    assert.equal((await world.pull()).outcome, 'done');
    assert.ok(world.slept >= 100_000);
    assert.equal(world.calls, 1);
  });

  it('waits where a start is refused for its number, and charges the next try', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    const of = ({ url }: { url: URL }) => START.test(url.pathname);
    const headers = { 'retry-after': '90' };
    world.nexthink.faults.add({ of, fault: { kind: 'refusal', when: 'before', status: 429, headers } });
    const pulled = await world.pull();
    assert.equal(pulled.outcome, 'done');
    assert.ok(world.slept >= 90_000);
    assert.equal(pulled.calls.used, 2);
  });

  it('leaves a wait that is too long to the next run, which asks nothing before it is over', async () => {
    const world = new World([record('a', NOON - HOUR)], { nql: { callsPerDay: 0 } });
    const pulled = await world.pull();
    assert.equal(pulled.outcome, 'told_to_wait');
    assert.equal(pulled.waitUntil, NOON + 12 * HOUR);
    const before = world.nexthink.requests.length;
    assert.equal((await world.pull()).outcome, 'told_to_wait');
    assert.equal(world.nexthink.requests.length, before);
    assert.equal((await world.pull()).calls.used, 1);
  });

  it.each([
    ['the answer is lost', { kind: 'cut', when: 'after' }, null],
    ['the service fails', { kind: 'refusal', when: 'after', status: 502 }, 502],
  ] as const)('spends no second call in the same run where %s after a start', async (_, fault, status) => {
    const world = new World([record('a', NOON - HOUR)]);
    world.nexthink.faults.add({ of: ({ url }) => START.test(url.pathname), fault });
    const pulled = await world.pull();
    assert.equal(pulled.outcome, 'failed');
    assert.equal((pulled.fault as { status?: number } | null)?.status, status);
    assert.equal(world.calls, 1);
    assert.equal((await world.pull()).outcome, 'done');
    assert.equal(world.calls, 2);
  });

  it('spends no call where no token is to be had', async () => {
    const world = new World([], { clients: [] });
    const pulled = await world.pull();
    assert.equal(pulled.outcome, 'failed');
    assert.deepEqual([pulled.calls.used, world.nexthink.requests.length, world.slept], [0, 1, 0]);
    assert.doesNotMatch(String(pulled.fault?.stack), /client-secret/);
  });

  it('asks no more than once again where it is refused', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    const fault = { kind: 'refusal', when: 'before', status: 401 } as const;
    world.nexthink.faults.add({ of: ({ url }) => STATUS.test(url.pathname), fault, times: 99 });
    assert.equal((await world.pull()).outcome, 'failed');
    assert.equal(world.asked(STATUS).length, 2);
  });

  it('starts an export that ended with ERROR again with the next run only', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    world.nexthink.nql.failNext = 1;
    assert.equal((await world.pull()).outcome, 'failed');
    assert.equal(world.calls, 1);
    assert.equal((await world.pull()).outcome, 'done');
  });

  it('gives up an export that the service does not know any more', async () => {
    const world = new World([record('a', NOON - HOUR)], { nql: { takesMs: HOUR } });
    await world.pull({ nqlWaitMinutes: '1' });
    world.nexthink.nql.exports.clear();
    assert.equal((await world.pull()).outcome, 'failed');
    world.now += HOUR;
    assert.equal((await world.pull({ nqlWaitMinutes: '90' })).outcome, 'done');
  });

  it('refuses a result that is too long', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    const pulled = await world.pull({ nqlMaxBytes: '10' });
    assert.equal(pulled.outcome, 'failed');
    assert.match(pulled.fault?.message ?? '', /expected at most 10 bytes, found more/);
    assert.deepEqual(world.raw.paths(), []);
  });

  it('does not ask where what is set does not fit together', async () => {
    const world = new World([]);
    for (const more of [
      { nqlUrl: '' },
      { nqlQuery: '' },
      { nqlClientId: '' },
      { nqlParameters: 'from={from}' },
      { ...WINDOW, nqlTimeFormat: 'auto' },
      { ...WINDOW, nqlTimeZone: 'Nowhere' },
      { ...WINDOW, nqlStart: '2026-03-01' },
    ]) {
      await assert.rejects(world.pull(more), NotConfigured);
    }
    await assert.rejects(world.pull({}, { range: { from: NOON - HOUR, to: NOON } }), NotConfigured);
    assert.deepEqual([world.nexthink.requests, world.state.paths()], [[], []]);
  });
});

describe('a query that takes its window', () => {
  const every = (minutes: number, from: number, to: number) =>
    Array.from({ length: Math.floor((to - from) / (minutes * MINUTE)) }, (_, at) => from + at * minutes * MINUTE).map(
      (time) => record(String(time), time),
    );

  it('is pulled window after window, from where the first begins until now', async () => {
    const records = every(30, NOON - 60 * HOUR, NOON);
    const world = new World(records);
    const pulled = await world.pull({ ...WINDOW, nqlStart: '2026-11-26T00:00:00Z' });
    assert.equal(pulled.outcome, 'done');
    assert.equal(pulled.exports.length, 3);
    assert.equal(pulled.reached, NOON);
    assert.deepEqual(new Set(world.landed()), new Set(records.map(({ id }) => id)));
  });

  it('finds records that come late, within the overlap', async () => {
    const world = new World([record('a', NOON - HOUR), record('late', NOON - 2 * MINUTE, NOON + 5 * MINUTE)]);
    await world.pull(WINDOW);
    assert.deepEqual(world.landed(), ['a']);
    world.now += HOUR;
    await world.pull(WINDOW);
    assert.ok(world.landed().includes('late'));
  });

  it('is halved where a result was cut, until all is there', async () => {
    const records = every(10, NOON - 24 * HOUR, NOON);
    const world = new World(records, { nql: { rowCap: 50, saysTruncated: false } });
    const pulled = await world.pull({ ...WINDOW, nqlRowCap: '50', nqlOverlapMinutes: '0' });
    assert.equal(pulled.outcome, 'done');
    assert.ok(pulled.halved >= 2);
    const cut = pulled.exports.filter(({ isTruncated }) => isTruncated);
    assert.ok(cut.length > 0 && cut.every(({ isHalved }) => isHalved));
    assert.deepEqual(new Set(world.landed()), new Set(records.map(({ id }) => id)));
  });

  it('goes on where a minute has more than a result can hold', async () => {
    const records = Array.from({ length: 9 }, (_, at) => record(String(at), NOON - 5 * MINUTE + at));
    const world = new World(records, { nql: { rowCap: 3 } });
    const more = { ...WINDOW, nqlRowCap: '3', nqlWindowHours: '1', nqlCallsPerDay: '50' };
    assert.equal((await world.pull(more)).outcome, 'done');
    assert.equal(world.landed().length % 3, 0);
  });

  it('is halved where a result is too long', async () => {
    const records = every(10, NOON - 24 * HOUR, NOON);
    const world = new World(records);
    const pulled = await world.pull({ ...WINDOW, nqlMaxBytes: '5000' });
    assert.equal(pulled.outcome, 'done');
    assert.ok(pulled.halved > 0);
    assert.deepEqual(new Set(world.landed()), new Set(records.map(({ id }) => id)));
  });

  it('is pulled again for a window that was named, and stays where it is', async () => {
    const world = new World([record('a', NOON - 50 * HOUR), record('b', NOON - HOUR)]);
    await world.pull(WINDOW);
    const range = { from: NOON - 51 * HOUR, to: NOON - 49 * HOUR };
    const pulled = await world.pull(WINDOW, { range });
    assert.deepEqual([pulled.outcome, pulled.exports.length], ['done', 1]);
    assert.deepEqual(world.landed().sort(), ['a', 'b']);
    assert.equal(world.state.paths('landing-state/nql/').length, 1);
    assert.equal((await world.pull(WINDOW)).reached, NOON);
  });
});

/** What of a compressed result may come with 200, where something between cut it. */
const CUT_GZIP = gzipSync(`time,code,message,actor_name\n${'x'.repeat(500)}`).subarray(0, 30);

/** The first download brings a file that nobody can decompress. */
function standIn(world: World): void {
  const reply = { status: 200, headers: { 'content-type': 'application/octet-stream' }, body: CUT_GZIP };
  world.nexthink.faults.add({ of: ({ host }) => host === 'files', fault: { kind: 'stand-in', reply } });
}

/** A store whose so-many-th change and all after it fail. */
function dying(storage: Storage, at: number): Storage {
  let changes = 0;
  const check = () => {
    if (++changes >= at) throw new Error('ended');
  };
  return wrapStorage(storage, {
    create: async (...given) => {
      check();
      return await storage.create(...given);
    },
    replace: async (...given) => {
      check();
      return await storage.replace(...given);
    },
    delete: async (...given) => {
      check();
      await storage.delete(...given);
    },
  });
}

/** Whether a whole result with the record is in the raw zone. */
function isWhole(world: World, prefix: string): boolean {
  const files = world.raw.paths(prefix).map((path) => world.raw.content(path));
  return files.some((content) => !content.equals(CUT_GZIP) && String(gunzipSync(content)).includes('id=a'));
}

describe('a result that cannot be decompressed', () => {
  const more = { ...WINDOW, nqlCompression: 'GZIP', nqlStart: '2026-11-28T00:00:00Z', nqlOverlapMinutes: '0' };
  const counting = { nqlCompression: 'GZIP', nqlCountQuery: '#counts' };

  it.each(Array.from({ length: 12 }, (_, at) => at + 1))(
    'is asked for again, wherever the run that landed it was ended: %i',
    async (at) => {
      const world = new World([record('a', NOON - HOUR)]);
      standIn(world);
      await world.pull(more, { state: dying(world.state, at) }).catch(() => undefined);
      for (let run = 0; run < 3; run++) {
        world.now += MINUTE;
        await world.pull(more);
      }
      assert.ok(isWhole(world, 'raw/landed/nql/'));
    },
  );

  it.each(Array.from({ length: 12 }, (_, at) => at + 1))('of counts as well: %i', async (at) => {
    const world = new World([record('a', NOON - HOUR)]);
    standIn(world);
    const context = { storage: world.raw, host: world.host };
    const options = { state: world.state, send: sendTo(world.nexthink) };
    const first = { ...options, state: dying(world.state, at) };
    const outcome = await countNql(context, world.settings(counting), first).then(
      (pulled) => pulled.outcome,
      () => 'ended',
    );
    assert.notEqual(outcome, 'done');
    world.now += MINUTE;
    const again = await countNql(context, world.settings(counting), options);
    if (again.outcome === 'done') return assert.ok(isWhole(world, 'raw/landed/counts/'));
    assert.equal((await countNql(context, world.settings(counting), options)).outcome, 'done');
    assert.ok(isWhole(world, 'raw/landed/counts/'));
  });

  it('is asked for again where another run landed it first, and this one has a whole one', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    const raw = wrapStorage(world.raw, {
      create: async (name, ...given) => {
        if (world.raw.paths('raw/').length === 0) world.raw.put(name, CUT_GZIP);
        return await world.raw.create(name, ...given);
      },
    });
    const context = { storage: raw, host: world.host };
    const options = { state: world.state, send: sendTo(world.nexthink) };
    const outcomes: string[] = [];
    for (let run = 0; run < 2; run++) outcomes.push((await pullNql(context, world.settings(more), options)).outcome);
    assert.deepEqual(outcomes, ['failed', 'done']);
    assert.ok(isWhole(world, 'raw/landed/nql/'));
  });

  it('that was cut counts as cut, although another run took it for whole', async () => {
    const world = new World([record('a', NOON - HOUR)]);
    const raw = wrapStorage(world.raw, {
      create: async (name, ...given) => {
        if (!name.includes('.truncated.') && world.raw.paths('raw/').length === 0)
          world.raw.put(name.replace('.csv', '.truncated.csv'), gzipSync('time\n1\n'));
        return await world.raw.create(name, ...given);
      },
    });
    const context = { storage: raw, host: world.host };
    const state = dying(world.state, 5);
    await pullNql(context, world.settings(more), { state, send: sendTo(world.nexthink) }).catch(() => undefined);
    world.now += MINUTE;
    const pulled = await world.pull(more);
    assert.ok(pulled.halved > 0 && isWhole(world, 'raw/landed/nql/'));
  });
});
