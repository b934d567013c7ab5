import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { verifyLake } from '../../src/verify/index.ts';
import { erase } from '../maintenance/changes.ts';
import { settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import {
  BEGIN,
  compare,
  countsCsv,
  csv,
  events,
  explanations,
  found,
  MINUTE,
  rowsOf,
  takenIn,
} from './counted-lake.ts';

const ALL = events(0, 600);

describe('a comparison with what the source counted', () => {
  it('finds nothing where both have the same, and judges neither the first nor the last hour', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL) });
    const result = await compare(storage, countsCsv(ALL));
    assert.deepEqual(found(result), []);
    assert.equal(result.compared[0]?.hours, 8);
    assert.deepEqual(result.summary.hours, {
      reconciled: 8,
      corroborated: 0,
      single_source: 2,
      unknown: 0,
      differs: 0,
    });
  });

  it('finds what no raw file holds, and names the pull that heals it', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL.filter(({ at }) => at !== 200)) });
    const result = await compare(storage, countsCsv(ALL));
    assert.deepEqual(found(result), ['3 91011: 1 (not_exported 1)']);
    assert.equal(result.findings[0]?.heal, 'audit-lake pull nql --from 2026-03-01T03:00:00Z --to 2026-03-01T04:00:00Z');
    assert.equal(result.summary.hours.differs, 1);
  });

  it('knows no finding any more once it was healed', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL.filter(({ at }) => at !== 200)) });
    await compare(storage, countsCsv(ALL));
    await takenIn(storage, { 'b.csv': csv(ALL.slice(180, 240)) });
    const again = await compare(storage, null);
    assert.deepEqual([found(again), again.summary.findings], [[], 0]);
  });

  it('explains what was quarantined, and only as much', async () => {
    const storage = new MemoryStorage();
    const bad = csv(ALL).replace('"Did it, ID=d-200"', 'Did "it, ID=d-200');
    await takenIn(storage, { 'a.csv': bad });
    assert.deepEqual(found(await compare(storage, countsCsv(ALL))), []);
    assert.deepEqual(await explanations(storage), ['3 91011 reconciled: quarantined 1']);
    const other = new MemoryStorage();
    await takenIn(other, { 'a.csv': bad.replace(/.*ID=d-203".*\n/, '') });
    assert.deepEqual(found(await compare(other, countsCsv(ALL))), ['3 91011: 1 (quarantined 1, not_exported 1)']);
  });

  it('explains by a record in quarantine one event, and none where it is whole elsewhere or only mentions a code', async () => {
    const timeless = (text: string, at: number) =>
      text.replace(new RegExp(`.*(,\\d{5},"Did it, ID=d-${at}")`), 'no time$1');
    const [lost, bad] = [ALL.filter(({ at }) => at !== 203), 200];
    const elsewhere = new MemoryStorage();
    await takenIn(elsewhere, { 'a.csv': timeless(csv(lost), bad), 'b.csv': csv(lost) });
    assert.deepEqual(found(await compare(elsewhere, countsCsv(ALL))), ['3 91011: 1 (not_exported 1)']);
    const mentioned = new MemoryStorage();
    const text = csv(lost).replace('"Did it, ID=d-201"', 'Did "it, ID=d-201 instead of 91011');
    await takenIn(mentioned, { 'a.csv': text });
    assert.deepEqual(found(await compare(mentioned, countsCsv(ALL))), ['3 91011: 1 (not_exported 1)']);
  });

  it('explains identical events that exports without overlap split', async () => {
    const storage = new MemoryStorage();
    const twice = [...ALL, { ...ALL[200]! }];
    await takenIn(storage, { 'a.csv': csv(ALL.slice(0, 201)), 'b.csv': csv(ALL.slice(200)) });
    assert.deepEqual(found(await compare(storage, countsCsv(twice))), []);
    assert.deepEqual(await explanations(storage), ['3 91011 reconciled: merged 1']);
  });

  it('takes equal records of exports that overlap for one event', async () => {
    const storage = new MemoryStorage();
    const lacking = ALL.filter(({ at }) => at !== 200);
    await takenIn(storage, { 'a.csv': csv(lacking.slice(0, 300)), 'b.csv': csv(lacking.slice(100)) });
    assert.deepEqual(found(await compare(storage, countsCsv(ALL))), ['3 91011: 1 (not_exported 1)']);
  });

  it('takes no event for one of two where exports overlap beyond the hour, and show no other of it in that hour', async () => {
    // Of 02:00 to 03:00 both exports have the event of minute 178 alone; of the hour after it, all.
    const all = ALL.filter(({ at }) => at !== 179);
    const lacking = all.filter(({ at }) => at !== 121);
    const storage = new MemoryStorage();
    await takenIn(storage, {
      'a.csv': csv(lacking.filter(({ at }) => at < 300)),
      'b.csv': csv(lacking.filter(({ at }) => at >= 178)),
    });
    assert.deepEqual(found(await compare(storage, countsCsv(all))), ['2 92043: 1 (not_exported 1)']);
  });

  it('takes what came later than the counting for no finding', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL) });
    const late = csv([{ at: 201, code: 92042, name: 'late' }]);
    await takenIn(storage, { 'late.csv': late }, {}, new Date('2026-06-03T00:00:00Z'));
    assert.deepEqual(found(await compare(storage, countsCsv(ALL))), []);
    assert.deepEqual(await explanations(storage), ['3 92042 differs: landed_later 1']);
  });

  it('finds what only a webhook brought', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL) });
    await takenIn(storage, {
      'landed/webhook/2026-03-01/x.json':
        '{"time":"2026-03-01T03:20:30Z","code":92042,"message":"forged","user name":"li"}',
    });
    assert.deepEqual(found(await compare(storage, countsCsv(ALL))), ['3 92042: -1 (only_by_webhook 1)']);
  });

  it('finds what only a webhook brought where something explains that as many are missing', async () => {
    const forged = (at: number) =>
      `{"time":"2026-03-01T03:${at}:30Z","code":91011,"message":"forged","user name":"mallory"}`;
    const hook = 'landed/webhook/2026-03-01/x.json';
    const quarantined = new MemoryStorage();
    await takenIn(quarantined, { 'a.csv': csv(ALL).replace('"Did it, ID=d-200"', 'Did "it, ID=d-200') });
    await takenIn(quarantined, { [hook]: forged(21) });
    assert.deepEqual(found(await compare(quarantined, countsCsv(ALL))), [
      '3 91011: -1 (quarantined 1, only_by_webhook 1)',
    ]);
    const erased = new MemoryStorage();
    await takenIn(erased, { 'a.csv': csv(ALL).replace('"Did it, ID=d-200",li', '"Did it, ID=d-200",eve') });
    await erase(erased, ['eve']);
    await takenIn(erased, { [hook]: forged(21) });
    assert.deepEqual(found(await compare(erased, countsCsv(ALL))), ['3 91011: -1 (withheld 1, only_by_webhook 1)']);
    const lacking = new MemoryStorage();
    await takenIn(lacking, { 'a.csv': csv(ALL.filter(({ at }) => at !== 200)), [hook]: forged(21) });
    const result = await compare(lacking, countsCsv(ALL));
    assert.deepEqual(found(result), ['3 91011: 0 (not_exported 1, only_by_webhook 1)']);
    assert.equal(result.summary.hours.differs, 1);
    const { problems } = await verifyLake(lacking, settings(), { deep: true, head: null });
    assert.deepEqual(problems, []);
  });

  it('doubts nothing of a webhook where no export covers the time, or where its record is in quarantine', async () => {
    const storage = new MemoryStorage();
    const delivery = ALL.slice(300).map(({ at, code, name }) => ({
      ...{ time: new Date(BEGIN + at * MINUTE).toISOString(), code, message: `Did it, ID=${name}` },
      'user name': 'li',
    }));
    await takenIn(storage, {
      'a.csv': csv(ALL.slice(0, 300)),
      'landed/webhook/2026-03-01/x.json': JSON.stringify(delivery),
    });
    assert.deepEqual(found(await compare(storage, countsCsv(ALL))), []);
    const mended = new MemoryStorage();
    await takenIn(mended, { 'a.csv': csv(ALL).replace('"Did it, ID=d-400"', 'Did "it, ID=d-400') });
    await takenIn(mended, { 'landed/webhook/2026-03-01/x.json': JSON.stringify(delivery) });
    assert.deepEqual(found(await compare(mended, countsCsv(ALL))), []);
  });

  it('takes events for the same where a way never names who did them, and not where one names somebody else', async () => {
    const hook = 'landed/nql/q/2026-03-01/x.csv';
    const unnamed = csv(ALL).replaceAll(',li\n', ',\n');
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL), [hook]: unnamed });
    assert.deepEqual(found(await compare(storage, countsCsv(ALL))), []);
    const framed = new MemoryStorage();
    const delivery = '{"time":"2026-03-01T03:20:00.500Z","code":91011,"message":"Did it, ID=d-200","user name":"bob"}';
    await takenIn(framed, { 'a.csv': csv(ALL), 'landed/webhook/2026-03-01/x.json': delivery });
    assert.deepEqual(found(await compare(framed, countsCsv(ALL))), ['3 91011: -1 (only_by_webhook 1)']);
    const nobody = new MemoryStorage();
    await takenIn(nobody, {
      'a.csv': csv(ALL),
      'landed/webhook/2026-03-01/x.json': delivery.replace('"bob"', '""').replace('.500Z', '.000Z'),
    });
    assert.deepEqual(found(await compare(nobody, countsCsv(ALL))), ['3 91011: -1 (only_by_webhook 1)']);
  });

  it('judges an hour only once it may not be late any more', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL.filter(({ at }) => at !== 200)) });
    const landed = new Date('2026-03-01T09:59:00Z');
    const result = await compare(storage, countsCsv(ALL), { landed });
    assert.deepEqual([result.compared[0]?.hours, found(result)], [2, []]);
  });

  it('names a zone where all hours are apart by as much', async () => {
    const storage = new MemoryStorage();
    const uneven = ALL.filter(({ at }) => (at * at) % 60 < at / 10);
    await takenIn(storage, { 'a.csv': csv(uneven) });
    const label = (time: number) => new Date(Math.floor(time / 3_600_000) * 3_600_000 + 5.5 * 3_600_000).toISOString();
    const result = await compare(storage, countsCsv(uneven, label));
    assert.equal(result.compared[0]?.shiftMinutes, 330);
    assert.ok((await rowsOf(storage)).some(({ heal }) => heal?.includes('time-zone')));
  });

  it('takes hours that are not there for no other zone, however even the trail is', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL.filter(({ at }) => at < 300)) });
    const result = await compare(storage, countsCsv(ALL.slice(120)));
    assert.equal(result.compared[0]?.shiftMinutes, null);
    assert.equal(result.summary.hours.differs, 4);
  });

  it('calls no hour reconciled of which the table has another number than when it was compared', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL).replace('"Did it, ID=d-200",li', '"Did it, ID=d-200",eve') });
    await compare(storage, countsCsv(ALL));
    await takenIn(storage, {
      'landed/webhook/2026-03-01/x.json':
        '{"time":"2026-03-01T02:20:30Z","code":92042,"message":"forged","user name":"li"}',
    });
    await erase(storage, ['eve']);
    await compare(storage, countsCsv(ALL.slice(300)), {
      name: 'audit_counts/2026-06-03/b.csv',
      landed: new Date('2026-06-03T00:00:00Z'),
    });
    const rows = await rowsOf(storage);
    const of = (hour: number) => rows.find(({ hour_start: start }) => start === BEGIN + hour * 60 * MINUTE)!;
    assert.deepEqual([of(1).state, of(1).lake_count], ['reconciled', 60]);
    assert.deepEqual(
      [of(2).state, of(2).lake_count, of(2).explanation?.includes('changed_since')],
      ['single_source', 61, true],
    );
    assert.deepEqual(
      [of(3).state, of(3).lake_count, of(3).explanation?.includes('changed_since')],
      ['single_source', 59, true],
    );
  });

  it('finds nothing, and advises no pull, where somebody was erased and the raw file with them', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL).replace('"Did it, ID=d-200",li', '"Did it, ID=d-200",eve') });
    await erase(storage, ['eve']);
    storage.files.delete('raw/a.csv');
    assert.deepEqual(found(await compare(storage, countsCsv(ALL))), []);
    assert.deepEqual(await explanations(storage), ['3 91011 differs: may_be_erased 1']);
    const more = await compare(storage, countsCsv([...ALL, ALL[200]!]));
    assert.deepEqual(found(more), ['3 91011: 1 (may_be_erased 1, not_exported 1)']);
    assert.equal(more.findings[0]?.heal, null);
  });

  it('keeps what was judged before of hours that are not judged again', async () => {
    const storage = new MemoryStorage();
    await takenIn(storage, { 'a.csv': csv(ALL.filter(({ at }) => at !== 200)) });
    await compare(storage, countsCsv(ALL));
    const later = await compare(storage, countsCsv(ALL.slice(300)), {
      name: 'audit_counts/2026-06-03/b.csv',
      landed: new Date('2026-06-03T00:00:00Z'),
    });
    assert.deepEqual([found(later), later.summary.findings], [[], 1]);
  });
});
