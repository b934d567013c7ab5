import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { erase, retain, withdraw } from '../maintenance/changes.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { compare, countsCsv, csv, type Event, found, takenIn } from './counted-lake.ts';

const MINUTES = 30 * 60;
const TRIALS = { numRuns: 100, endOnFailure: true };
/** A minute on a machine with nothing else to do, many on one that has: this ends what hangs. */
const PATIENCE_MS = 1_800_000;

/** An uneven trail of thirty hours and three codes, an event twice now and then. */
const trail = fc
  .array(
    fc.record({
      at: fc.integer({ min: 0, max: MINUTES - 1 }),
      code: fc.constantFrom(92042, 92043, 91011),
      times: fc.constantFrom(1, 1, 1, 1, 2),
    }),
    { minLength: 250, maxLength: 400 },
  )
  .map((drawn) =>
    // The first and the last hour are not judged, and are there for that.
    [{ at: 0, code: 92042, times: 1 }, ...drawn, { at: MINUTES - 1, code: 92042, times: 1 }]
      .flatMap(({ at, code, times }, index) =>
        Array.from({ length: times }, (): Event => ({ at, code, name: `d-${index}` })),
      )
      .sort((a, b) => a.at - b.at),
  );

/** Windows in which a trail is exported: one, or several that overlap by an hour or two. */
const windows = fc.constantFrom(
  [[0, MINUTES]],
  [
    [0, 900],
    [780, MINUTES],
  ],
  [
    [0, 700],
    [600, 1300],
    [1190, MINUTES],
  ],
);

function exportsOf(events: readonly Event[], cuts: readonly (readonly number[])[]): Record<string, string> {
  return Object.fromEntries(
    cuts.map(([from = 0, to = 0], index) => [`e-${index}.csv`, csv(events.filter(({ at }) => at >= from && at < to))]),
  );
}

/** One of the events that are judged, by a number drawn. */
function judged(events: readonly Event[], drawn: number): Event {
  const some = events.filter(({ at }) => at >= 60 && at < MINUTES - 60);
  return some[drawn % some.length]!;
}

function without(events: readonly Event[], gone: Event): Event[] {
  const at = events.indexOf(gone);
  return [...events.slice(0, at), ...events.slice(at + 1)];
}

describe('in 100 of 100 trials', { timeout: PATIENCE_MS }, () => {
  it('one record that is in no export is found, and nothing else is', async () => {
    await fc.assert(
      fc.asyncProperty(trail, windows, fc.nat(), async (events, cuts, drawn) => {
        const gone = judged(events, drawn);
        const storage = new MemoryStorage();
        await takenIn(storage, exportsOf(without(events, gone), cuts));
        const result = await compare(storage, countsCsv(events));
        assert.deepEqual(found(result), [`${Math.floor(gone.at / 60)} ${gone.code}: 1 (not_exported 1)`]);
      }),
      TRIALS,
    );
  });

  it('one record that only a webhook ever brought is found', async () => {
    await fc.assert(
      fc.asyncProperty(trail, windows, fc.nat(), async (events, cuts, drawn) => {
        const { at, code } = judged(events, drawn);
        const storage = new MemoryStorage();
        await takenIn(storage, exportsOf(events, cuts));
        const [, line] = csv([{ at, code, name: 'forged' }]).split('\n');
        const [time] = line!.split(',');
        const delivery = JSON.stringify({ time, code, message: 'Did it, ID=forged', 'user name': 'li' });
        await takenIn(storage, { 'landed/webhook/2026-03-01/f.json': delivery });
        const result = await compare(storage, countsCsv(events));
        assert.deepEqual(found(result), [`${Math.floor(at / 60)} ${code}: -1 (only_by_webhook 1)`]);
      }),
      TRIALS,
    );
  });

  it('one record whose absence is explained is no finding', async () => {
    const explaining = fc.constantFrom(
      'quarantined',
      'merged',
      'erased',
      'retained',
      'withdrawn',
      'waiting',
      'by two ways',
    );
    await fc.assert(
      fc.asyncProperty(trail, windows, fc.nat(), explaining, async (events, cuts, drawn, why) => {
        const event = { ...judged(events, drawn), name: 'the-one' };
        const storage = new MemoryStorage();
        const all = [...events, event].sort((a, b) => a.at - b.at);
        const counts = await explain(storage, why, { events, all, event, cuts });
        const result = await compare(storage, counts);
        assert.deepEqual(found(result), [], why);
      }),
      TRIALS,
    );
  });
});

interface Told {
  readonly events: readonly Event[];
  /** The events, and the one in question. */
  readonly all: readonly Event[];
  readonly event: Event;
  readonly cuts: readonly (readonly number[])[];
}

/** Makes a lake that lacks an event for a reason, and gives what the source counts. */
async function explain(storage: MemoryStorage, why: string, { events, all, event, cuts }: Told): Promise<string> {
  if (why === 'quarantined') {
    const broken = Object.entries(exportsOf(all, cuts)).map(
      ([name, content]) => [name, content.replaceAll('"Did it, ID=the-one"', 'Did "it, ID=the-one')] as const,
    );
    await takenIn(storage, Object.fromEntries(broken));
  } else if (why === 'merged') {
    // A delivery in two parts, each of which ends, and begins, with one of two identical events.
    const [first, rest] = [all.filter(({ at }) => at < event.at), all.filter(({ at }) => at > event.at)];
    const same = all.filter(({ at, name }) => at === event.at && name !== event.name);
    await takenIn(storage, { 'p-1.csv': csv([...first, ...same, event]), 'p-2.csv': csv([event, ...rest]) });
    return countsCsv([...all, event]);
  } else if (why === 'by two ways') {
    await takenIn(storage, exportsOf(all, cuts));
    await takenIn(storage, { 'landed/nql/audit/2026-03-01/x.csv': csv(all.filter(({ at }) => at > event.at - 90)) });
  } else if (why === 'waiting') {
    await takenIn(storage, exportsOf(events, cuts));
    storage.put('raw/waiting.csv', csv([event]));
  } else if (why === 'withdrawn') {
    await takenIn(storage, { ...exportsOf(events, cuts), 'test.csv': csv([event]) });
    await withdraw(storage, ['test.csv']);
  } else if (why === 'erased') {
    await takenIn(storage, { 'a.csv': csv(all).replaceAll('"Did it, ID=the-one",li', '"Did it, ID=the-one",mallory') });
    await erase(storage, ['mallory']);
  } else {
    await takenIn(storage, exportsOf(all, cuts));
    await retain(storage, '2026-03-02');
  }
  return countsCsv(all);
}
