import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ZoneOffsets } from '../../src/source/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { BEGIN, compare, countsCsv, csv, type Event, found, HOUR, MINUTE, takenIn } from './counted-lake.ts';

/** Events round a change of clocks, uneven enough to be told from others. */
function around(day: string): Event[] {
  const from = (Date.parse(day) - BEGIN) / MINUTE - 26 * 60;
  return Array.from({ length: 52 * 12 }, (_, index) => ({
    at: from + 5 * index,
    code: 92042,
    name: `${index}`,
  })).filter(({ at }) => (at * at) % 7 < 5);
}

/** The hour that clocks of a zone show, without offset, as a regional instance writes it. */
function localHour(zone: string): (time: number) => string {
  const clock = new ZoneOffsets(zone);
  return (time) => {
    const there = time + clock.at(time);
    return new Date(Math.floor(there / HOUR) * HOUR).toISOString().slice(0, 19).replace('T', ' ');
  };
}

/** The same with its offset. */
function hourWithOffset(zone: string): (time: number) => string {
  const clock = new ZoneOffsets(zone);
  return (time) => {
    const offset = clock.at(time);
    const there = new Date(Math.floor((time + offset) / HOUR) * HOUR).toISOString().slice(0, 19);
    const minutes = Math.abs(offset) / MINUTE;
    const two = (number: number) => String(number).padStart(2, '0');
    return `${there}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  };
}

const CHANGES = [
  ['Europe/Zurich', '2026-03-29'],
  ['Europe/Zurich', '2026-10-25'],
  ['America/St_Johns', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-04'],
  ['Australia/Lord_Howe', '2026-10-03'],
  ['Asia/Kolkata', '2026-05-05'],
  ['Asia/Kathmandu', '2026-05-05'],
  ['Antarctica/Troll', '2026-10-25'],
] as const;

describe('counts by the hours of a zone', () => {
  for (const [zone, day] of CHANGES) {
    for (const [form, hourOf] of [
      ['without offset', localHour(zone)],
      ['with offset', hourWithOffset(zone)],
    ] as const) {
      it(`of ${zone} around ${day}, ${form}, agree with a table in UTC, and lack what is lacking`, async () => {
        const all = around(day);
        const options = { timeZone: zone };
        const landed = new Date(Date.parse(day) + 40 * 24 * HOUR);
        const whole = new MemoryStorage();
        await takenIn(whole, { 'a.csv': csv(all) }, options, landed);
        const result = await compare(whole, countsCsv(all, hourOf), { options, landed });
        assert.deepEqual(found(result), []);
        assert.ok((result.compared[0]?.hours ?? 0) > 40);
        // An event near the change is missed like any other.
        const near = (Date.parse(day) - BEGIN) / MINUTE;
        const gone = all.find(({ at }) => at > near + 60)!;
        const lacking = new MemoryStorage();
        await takenIn(lacking, { 'a.csv': csv(all.filter((event) => event !== gone)) }, options, landed);
        const missed = await compare(lacking, countsCsv(all, hourOf), { options, landed });
        assert.equal(missed.findings.length, 1);
        assert.equal(missed.findings[0]?.difference, 1);
      });
    }
  }
});
