import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { betweenParameters, type FaultRule, Nexthink, pastHours, type TrailRecord } from 'nexthink-emulator';
import { Temporal } from 'temporal-polyfill';
import { describe, it } from 'vitest';
import { Random } from '../../samples/random.ts';
import { countNql, pullNql } from '../../src/landing/index.ts';
import { NexthinkError } from '../../src/nexthink/index.ts';
import { parseSettings, type Settings } from '../../src/settings/index.ts';
import { type Host, type Storage, wrapStorage } from '../../src/storage/index.ts';
import { ingest, messages } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { sendTo } from '../support/nexthink-send.ts';
import { FaultStorage, isInjected } from './fault-storage.ts';
import { BEGINNING, type Death, type Process, Schedule } from './schedule.ts';

/** `AUDIT_LAKE_PULL_SEEDS=17..17` asks for one, `=2000` for so many. */
const [, FIRST = '1', LAST = '120'] = /^(?:(\d+)\.\.)?(\d+)$/.exec(process.env['AUDIT_LAKE_PULL_SEEDS'] ?? '120') ?? [];

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CALLS_PER_DAY = 9;

/** How often a request to the store goes wrong. */
const RATES = { failsBefore: 0.02, failsAfter: 0.02, late: 0, repeated: 0, torn: 0.01, delayed: 0.1 };

/** A download that ends with 200, and is no file that can be decompressed: something between has cut it. */
const UNREADABLE: FaultRule = {
  of: ({ host }) => host === 'files',
  fault: { kind: 'stand-in', reply: { status: 200, headers: {}, body: gzipSync('time\n'.repeat(99)).subarray(0, 20) } },
};

/** A world that a seed names: a trail whose records come while it is pulled, two pullers that die, and clocks that differ. */
class World {
  readonly problems: string[] = [];
  readonly schedule: Schedule;
  readonly nexthink: Nexthink;
  readonly raw = new MemoryStorage();
  readonly state = new MemoryStorage();
  readonly settings: Settings;
  readonly #random: Random;
  /** Whether clocks differ. */
  readonly #skews: boolean;

  constructor(seed: number) {
    this.schedule = new Schedule(seed ^ 0x51ed270b);
    this.#random = new Random(seed);
    const random = this.#random;
    this.#skews = random.chance(0.5);
    const zone = random.pick(['UTC', 'Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe']);
    // Half of the worlds begin a few hours before the clocks of their zone change.
    this.schedule.now = random.chance(0.5) ? beforeChange(zone, random) : BEGINNING + random.whole(0, 24) * HOUR;
    const hasWindow = random.chance(0.8);
    const rowCap = hasWindow ? random.pick([30, 60, 1_000]) : 1_000;
    const queries = {
      '#audit_trail': hasWindow
        ? betweenParameters('from', 'to', (text) => instantIn(zone, text, random.chance(0.5)))
        : pastHours(3 * 24),
      '#counts': pastHours(24),
    };
    this.nexthink = new Nexthink({
      now: () => this.schedule.now,
      records: this.#records(),
      nql: {
        queries,
        rowCap,
        saysTruncated: random.chance(0.5),
        randomId: () => this.schedule.newId(),
        takesMs: random.pick([0, 5_000, 10 * MINUTE]),
        addressSeconds: 5,
      },
    });
    const isCompressed = random.chance(0.5);
    if (isCompressed) this.nexthink.faults.add({ ...UNREADABLE, times: random.whole(0, 3) });
    this.nexthink.faults.rates = { chance: this.schedule.random, rate: random.pick([0, 0.05, 0.2]) };
    this.settings = parseSettings({
      environment: { AUDIT_LAKE_NQL_CLIENT_SECRET: 'client-secret' },
      options: {
        ...{ lake: 'memory', nqlUrl: 'https://acme.api.example', nqlClientId: 'client', nqlQuery: '#audit_trail' },
        ...{
          nqlTokenUrl: 'https://acme.api.example/oauth2/default/v1/token',
          nqlCompression: isCompressed ? 'GZIP' : 'NONE',
          nqlCountQuery: '#counts',
        },
        ...{
          nqlTimeZone: zone,
          nqlCallsPerDay: String(CALLS_PER_DAY),
          nqlRowCap: String(rowCap),
          nqlOverlapMinutes: '120',
        },
        ...{ nqlWindowHours: random.pick(['12', '24']), nqlStart: new Date(this.schedule.now - DAY).toISOString() },
        ...(hasWindow ? { nqlParameters: 'from={from},to={to}' } : {}),
      },
    });
  }

  /** Records of the day before and of the hours to come; some of them are seen up to an hour late. */
  #records(): TrailRecord[] {
    const random = this.#random;
    const begun = this.schedule.now;
    return Array.from({ length: random.whole(10, 80) }, (_, at) => {
      const time = begun - DAY + random.whole(0, 30 * 3_600) * 1_000;
      const late = random.chance(0.2) ? random.whole(0, 60) * MINUTE : 0;
      const message = `User login, id=u${at}, name=n${at}, session_id=s${at}, ip=10.0.0.1`;
      return { id: `n${at}`, time, visibleFrom: time + late, code: 90211, message, actor: 'a@acme.example' };
    });
  }

  /** Two pullers, again and again, each of which may be ended at any of its turns, and somebody who counts. */
  async run(): Promise<void> {
    const random = this.#random;
    for (const name of ['p0', 'p1']) {
      for (let run = 0; run < 6; run++) {
        const death: Death | null = random.chance(0.6)
          ? { kind: 'any', at: random.whole(1, 60), step: random.pick(['undone', 'done']) }
          : null;
        const skew = this.#skews ? random.pick([0, -3 * MINUTE, 3 * MINUTE]) : 0;
        const delay = run * 2 * HOUR + random.whole(0, 60) * MINUTE;
        this.schedule.start(
          `${name}.${run}`,
          (process) => this.#pull(process, delay, skew, run === 3 && name === 'p0'),
          death,
        );
      }
    }
    await this.schedule.run();
    this.checkBudget();
    await this.#finish();
    this.checkBudget();
    await this.checkTable();
  }

  async #pull(process: Process, delay: number, skew: number, counts: boolean): Promise<void> {
    await process.host.sleep(delay);
    const host: Host = { ...process.host, now: () => this.schedule.now + skew };
    const store = (storage: Storage) => new FaultStorage(storage, 'operations', process, RATES);
    const send = sendTo(this.nexthink, process);
    try {
      const context = { storage: store(this.raw), host };
      const pull = counts ? countNql : pullNql;
      const pulled = await pull(context, this.settings, { state: store(this.state), send });
      this.schedule.note(`${process.name}: ${pulled.outcome} ${pulled.fault?.message ?? ''}`);
    } catch (error) {
      if (!isInjected(error) && !(error instanceof NexthinkError)) this.#fail(process.name, error);
    }
  }

  /** Nothing goes wrong any more: runs of the days that follow bring what is left. */
  async #finish(): Promise<void> {
    this.nexthink.faults.clear();
    let ids = 0;
    const host: Host = {
      now: () => this.schedule.now,
      random: () => 0.5,
      randomId: () => `last${ids++}`,
      sleep: async (milliseconds) => {
        this.schedule.now += milliseconds;
      },
    };
    // Records that are younger than their file cannot be.
    const storage = wrapStorage(this.raw, {
      create: (path, content) => this.raw.create(path, content, { modified: new Date(this.schedule.now) }),
    });
    const end = this.schedule.now + 40 * HOUR;
    for (;;) {
      const context = { storage, host };
      const pulled = await pullNql(context, this.settings, { state: this.state, send: sendTo(this.nexthink) });
      if (pulled.outcome === 'failed') this.#fail('the last runs', pulled.fault);
      if (this.schedule.now > end && pulled.outcome === 'done') return;
      if (this.problems.length > 0 || this.schedule.now > end + 40 * DAY)
        return this.#fail('the last runs', new Error(pulled.outcome));
      this.schedule.now += 3 * HOUR;
    }
  }

  /** Calls that came in never exceed those that were charged, nor the budget of a day. */
  checkBudget(): void {
    const charged = this.state.paths('landing-state/calls/').length;
    const calls = [...this.nexthink.nql.calls];
    const sum = calls.reduce((all, [, count]) => all + count, 0);
    // What is kept of the calls is forgotten after a week.
    if (sum > charged && calls.length < 7) this.problems.push(`${sum} calls came in, ${charged} were charged`);
    // Whose clock is minutes ahead begins the next day earlier than Nexthink does.
    for (const [day, count] of this.#skews ? [] : calls) {
      if (count > CALLS_PER_DAY) this.problems.push(`${count} calls came in on ${day}`);
    }
  }

  /** Every record of the trail is in the table, once. */
  async checkTable(): Promise<void> {
    await ingest(this.raw);
    const expected = this.nexthink.trail.records.map(({ message }) => message).sort();
    try {
      assert.deepEqual(await messages(this.raw), expected);
    } catch (error) {
      this.#fail('the table', error);
    }
  }

  #fail(where: string, error: unknown): void {
    this.problems.push(`${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}

/** Some hours before the clocks of a zone change, in 2026. */
function beforeChange(zone: string, random: Random): number {
  const year = Temporal.Instant.from('2026-01-01T00:00:00Z').toZonedDateTimeISO(
    zone === 'UTC' ? 'Europe/Zurich' : zone,
  );
  const first = year.getTimeZoneTransition('next');
  const change = random.chance(0.5) ? first : (first?.getTimeZoneTransition('next') ?? null);
  if (change === null) throw new Error(`expected that the clocks of ${zone} change, found that they do not`);
  return change.epochMilliseconds - random.whole(0, 12) * HOUR;
}

/** An instant as a server reads a local time of its zone; it may take either of two. */
function instantIn(zone: string, text: string, isLater: boolean): number {
  const disambiguation = isLater ? 'later' : 'earlier';
  return Temporal.PlainDateTime.from(text.replace(' ', 'T')).toZonedDateTime(zone, { disambiguation })
    .epochMilliseconds;
}

describe('pullers that meet, die, lose answers, and have other clocks', () => {
  it('bring every record into the table exactly once, and never call more often than they may', async () => {
    for (let seed = Number(FIRST); seed <= Number(LAST); seed++) {
      const world = new World(seed);
      await world.run();
      const account = [
        `seed ${seed}: AUDIT_LAKE_PULL_SEEDS=${seed}..${seed}`,
        ...world.problems,
        ...world.schedule.trace,
      ];
      assert.deepEqual(world.problems, [], account.join('\n'));
    }
  });
});
