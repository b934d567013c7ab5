import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { rejectedPaths } from '../../src/lake/index.ts';
import { ingest, land, outcomes, snapshotOf, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { delivery, NOW, receiverOf, record } from './deliveries.ts';

/** An event as an exporter writes it, with what is hostile in JSON and in CSV. */
const events = fc.uniqueArray(
  fc.record({
    minute: fc.nat(600),
    code: fc.constantFrom(90211, 92042, 91011, 77777),
    message: fc.constantFrom(
      'User login, id=1',
      'a "quoted" name',
      'two\nlines',
      'back\\slash',
      'é{{x}}\u{1F600}',
      ', ,',
    ),
    user: fc.constantFrom('ana@corp.example', 'li, wei', '', 'O"Hara'),
  }),
  { minLength: 1, maxLength: 6, selector: (event) => JSON.stringify(event) },
);
type Event = { minute: number; code: number; message: string; user: string };
type Shape = (event: Event) => object;

const timeOf = ({ minute }: Event) => new Date(Date.UTC(2026, 2, 1) + minute * 60_000).toISOString();
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** Shapes of payloads, and the mapping that tells what is what in them. */
const SHAPES: readonly (readonly [mapping: string, shape: Shape])[] = [
  ['', (event) => ({ time: timeOf(event), code: event.code, message: event.message, user: event.user || null })],
  [
    '',
    (event) => ({
      event: { time: timeOf(event), code: String(event.code), message: event.message, more: [1] },
      user: event.user === '' ? null : { name: event.user },
    }),
  ],
  [
    'time=at,code=event.code,message=event.text,actor_name=who.0.name',
    (event) => ({
      at: Date.parse(timeOf(event)),
      event: { code: event.code, text: event.message },
      who: event.user === '' ? [] : [{ name: event.user, kind: 'x' }],
    }),
  ],
  [
    'time=a.b.c.t,code=a.b.code,message=a.m,actor_name=a.b.c.u',
    (event) => ({ a: { b: { c: { t: timeOf(event), u: event.user }, code: event.code }, m: event.message }, m: 'x' }),
  ],
];
const FORMS: readonly ((records: readonly object[]) => string[])[] = [
  (records) => records.map((each) => JSON.stringify(each)),
  (records) => [JSON.stringify(records)],
  (records) => [JSON.stringify({ sent: 'now', records })],
  (records) => [records.map((each) => JSON.stringify(each)).join('\n')],
];

describe('rows of what was received', () => {
  it('are those of an export of the same events, whatever the shape of the payload', async () => {
    await fc.assert(
      fc.asyncProperty(
        events,
        fc.constantFrom(...SHAPES),
        fc.constantFrom(...FORMS),
        async (all, [mapping, shape], form) => {
          const storage = new MemoryStorage();
          const csv = all.map((event) => [timeOf(event), event.code, quoted(event.message), quoted(event.user)].join());
          await land(storage, 'export.csv', `time,code,message,user name\n${csv.join('\n')}\n`);
          const options = mapping === '' ? {} : { webhookAliases: mapping };
          await ingest(storage, options);
          const before = await tableRows(storage);
          const receiver = receiverOf(storage, options);
          for (const body of form(all.map(shape)))
            assert.equal((await receiver.receive(delivery(body))).answer.status, 202, body);
          const run = await ingest(storage, options);
          assert.deepEqual(await tableRows(storage), before, outcomes(run).join());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are not doubled by a delivery that is repeated after midnight', async () => {
    const storage = new MemoryStorage();
    let now = NOW;
    const receiver = receiverOf(storage, {}, { now: () => now });
    await receiver.receive(delivery([record(1), record(2)]));
    await ingest(storage);
    now += 86_400_000;
    await receiver.receive(delivery([record(1), record(2)]));
    await ingest(storage);
    assert.equal(storage.paths('raw/landed/webhook/').length, 2);
    assert.equal((await tableRows(storage)).length, 2);
  });

  it('come of what was answered with 422 once the mapping is right', async () => {
    const storage = new MemoryStorage();
    const body = { when: record().time, kind: { number: 90211 }, say: 'User login, id=1' };
    const { answer } = await receiverOf(storage).receive(delivery(body));
    assert.equal(answer.status, 422);
    await ingest(storage);
    const [rejected = ''] = await rejectedPaths(storage);
    assert.ok(rejected.startsWith('raw/landed/webhook/'));
    await ingest(storage, { webhookAliases: 'time=when,code=kind.number,message=say' }, [rejected]);
    assert.deepEqual(
      (await tableRows(storage)).map(({ code, message }) => [code, message]),
      [[90211, 'User login, id=1']],
    );
  });

  it('are in a few commits where thousands were received at once', async () => {
    const storage = new MemoryStorage();
    const receiver = receiverOf(storage);
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, number) => receiver.receive(delivery(record(number)))),
    );
    assert.ok(answers.every(({ answer }) => answer.status === 202));
    await ingest(storage);
    assert.equal((await tableRows(storage)).length, 1000);
    assert.ok((await snapshotOf(storage)).version <= 8, String((await snapshotOf(storage)).version));
  });
});
