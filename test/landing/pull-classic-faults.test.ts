import assert from 'node:assert/strict';
import type { Fault, LogLine } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { Random } from '../../samples/random.ts';
import { pullClassic } from '../../src/landing/index.ts';
import { NexthinkError, type Send } from '../../src/nexthink/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { ingest, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty } from '../support/store-faults.ts';
import { aService, classicSettings, clock, HOUR, sendTo } from './classic-case.ts';

const MINUTE = 60_000;
/** Four days about the hours that clocks of Europe, America and Australia have twice or never. */
const BEGINNINGS = ['2026-03-27T12:00:00Z', '2026-10-23T12:00:00Z', '2026-10-30T12:00:00Z', '2026-04-03T00:00:00Z'];
const ZONES = ['UTC', 'Europe/Zurich', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'];

/** One way in which all may go. */
class Scenario {
  readonly random: Random;
  readonly begin: number;
  readonly storage = new MemoryStorage();
  readonly state = new MemoryStorage();
  readonly service: ReturnType<typeof aService>;
  readonly settings: ReturnType<typeof classicSettings>;
  /** What will be written, and how long after it happened. */
  readonly coming: { readonly log: LogLine[]; readonly line: LogLine; readonly at: number }[] = [];
  now: number;

  constructor(seed: number) {
    this.random = new Random(seed);
    const { random } = this;
    this.begin = Date.parse(random.pick(BEGINNINGS));
    this.now = this.begin + random.whole(0, 29) * HOUR;
    const zone = random.pick(ZONES);
    const reading = { zone, twice: random.pick(['earlier', 'later'] as const), onTheClock: random.chance(0.5) };
    this.service = aService({ now: () => this.now, reading });
    this.settings = classicSettings({
      AUDIT_LAKE_CLASSIC_TRAILS: random.pick([
        'portal,engines',
        'portal,engine-01.acme.example,engine-02.acme.example',
      ]),
      AUDIT_LAKE_CLASSIC_START: new Date(this.begin).toISOString(),
      AUDIT_LAKE_CLASSIC_WINDOW_HOURS: String(1 + random.whole(0, 29)),
      AUDIT_LAKE_CLASSIC_OVERLAP_MINUTES: String(random.pick([30, 60, 240])),
      // Where no zone is set, a window in the past is a day longer, and is never short enough.
      ...(random.chance(0.5) && {
        AUDIT_LAKE_CLASSIC_TIME_ZONE: zone,
        AUDIT_LAKE_CLASSIC_MAX_BYTES: random.pick(['1GiB', '3000']),
      }),
    });
    this.#write();
  }

  /** A line every quarter of an hour or so, for each log. */
  #write(): void {
    const { portal, engines } = this.service;
    for (const [component, log] of [['Portal', portal], ...engines] as [string, LogLine[]][]) {
      for (let time = this.begin; time < this.begin + 96 * HOUR; time += 15 * MINUTE) {
        const at = time + this.random.whole(0, 839) * 1000;
        const code = component === 'Portal' ? 'LOGIN|20101|li.wei' : 'General|10001|nxengine';
        const shown = component.split('.')[0]?.replace('engine', 'Engine');
        const text = `${new Date(at).toISOString()} host [${shown}|${code}] User li.wei logged with session id ${at}`;
        const late = this.random.chance(1 / 4) ? this.random.whole(0, 24) * MINUTE : 0;
        this.coming.push({ log, line: { time: at, text }, at: at + late });
      }
    }
  }

  /** Lets time pass, and what is written in it. */
  pass(milliseconds: number): void {
    this.now += milliseconds;
    for (let index = this.coming.length - 1; index >= 0; index--) {
      const next = this.coming[index]!;
      if (next.at > this.now) continue;
      next.log.push(next.line);
      this.coming.splice(index, 1);
    }
  }

  /** One run of a puller, whose clock is off by up to 20 minutes, and which is ended after so many steps. */
  async pull(steps: number): Promise<void> {
    const { random } = this;
    const host = clock(this.now + (random.whole(0, 40) - 20) * MINUTE);
    let left = steps;
    const step = (): Fate => {
      left--;
      if (left < 0) return 'fails';
      return left === 0 && random.chance(0.5) ? 'answer lost' : 'passes';
    };
    const send: Send = async (exchange) => {
      if (step() === 'fails') throw new NexthinkError('ended', null, false);
      return await faultySend(sendTo(this.service), drawnFault(random, Number.isFinite(steps)))(exchange);
    };
    const open = (storage: Storage): Storage => faulty(storage, step);
    await pullClassic({ storage: open(this.storage), host }, this.settings, { state: open(this.state), send });
  }

  /** All lines that were written so long ago, or longer. */
  written(ago = 0): string[] {
    const { portal, engines } = this.service;
    const lines = [portal, ...engines.values()].flat().filter(({ time }) => time < this.now - ago);
    return lines.map(({ text }) => text);
  }

  landed(): string[] {
    const texts = this.storage.paths('raw/').flatMap((path) => this.storage.content(path).toString('utf8').split('\n'));
    return [...new Set(texts.filter((text) => text !== ''))].toSorted();
  }

  /** Whatever happened: runs that are ended, two at a time, Engines that are away; then one that is not disturbed. */
  async run(): Promise<void> {
    const { random, service } = this;
    for (let run = 0; run < 6; run++) {
      this.pass(random.whole(0, 1079) * MINUTE);
      // All Engines as one leave out who is away.
      const isNamed = this.settings.classicTrails.length === 3;
      if (isNamed && random.chance(1 / 3)) service.unreachable.add('engine-02.acme.example');
      const steps = random.whole(0, 39);
      await Promise.all(random.chance(1 / 3) ? [this.pull(steps), this.pull(random.whole(0, 39))] : [this.pull(steps)]);
      service.unreachable.clear();
    }
    this.pass(25 * MINUTE);
    // Two runs: the last of the others may have been ahead of the time.
    await this.pull(Number.POSITIVE_INFINITY);
    this.pass(21 * MINUTE);
    await this.pull(Number.POSITIVE_INFINITY);
  }
}

/** What goes wrong with an answer that is read. */
function drawnFault(random: Random, mayFail: boolean): Fault | null {
  if (!mayFail || random.chance(4 / 5)) return null;
  return random.pick<Fault>([
    { kind: 'cut-body', share: random.whole(0, 99) / 100 },
    { kind: 'refusal', when: 'before', status: random.pick([500, 502, 429]) },
    { kind: 'cut', when: 'after' },
  ]);
}

function faultySend(send: Send, fault: Fault | null): Send {
  return async (exchange) => {
    const answer = await send(exchange);
    if (fault?.kind === 'cut') throw new NexthinkError('cut', null, true);
    if (fault?.kind === 'refusal') return { ...answer, status: fault.status, length: 0, async *bytes() {} };
    if (fault?.kind !== 'cut-body') return answer;
    return {
      ...answer,
      async *bytes(mostBytes) {
        const most = Math.floor((answer.length ?? 0) * fault.share);
        let sent = 0;
        for await (const chunk of answer.bytes(mostBytes)) {
          const part = chunk.subarray(0, most - sent);
          sent += part.length;
          yield part;
          if (sent >= most) break;
        }
        throw new NexthinkError('cut', 200, true);
      },
    };
  };
}

describe('pulls of classic logs that are ended anywhere, two at a time, by clocks that differ', () => {
  it('land every line, whatever happened', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const scenario = new Scenario(seed);
      await scenario.run();
      const landed = new Set(scenario.landed());
      // The clock of the last run may be behind by twenty minutes.
      const missing = scenario.written(20 * MINUTE).filter((text) => !landed.has(text));
      assert.deepEqual(missing.slice(0, 3), [], `seed ${seed}`);
      const written = new Set(scenario.written());
      assert.ok(
        [...landed].every((text) => written.has(text)),
        `seed ${seed}: lines that nobody wrote`,
      );
    }
  });

  it('give each line one row', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const scenario = new Scenario(seed);
      await scenario.run();
      for (const path of scenario.storage.paths('raw/'))
        scenario.storage.put(path, scenario.storage.content(path), new Date(scenario.now));
      await ingest(scenario.storage);
      const rows = await tableRows(scenario.storage);
      assert.equal(rows.length, scenario.landed().length, `seed ${seed}`);
      const sessions = new Set(rows.map((row) => `${row['source_system']} ${row['component']} ${row['message']}`));
      assert.equal(sessions.size, rows.length, `seed ${seed}`);
    }
  });
});
