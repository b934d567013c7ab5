import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { EventUids } from '../../src/events/index.ts';
import { Row, SOURCE_SYSTEMS } from '../../src/source/index.ts';
import { type Identity, NaiveOrdinals, naiveUid } from './naive-uid.ts';
import { UID_VECTORS } from './vectors.ts';

type Uid = Omit<Identity, 'instance' | 'ordinal'>;

/** Gives a record its id; the slices stand in the middle of a larger buffer, as in a file. */
function uidOf(uids: EventUids, { sourceSystem, timeMicros, code, actor, message, component, host }: Uid): string {
  const [a, m, c, h] = [actor, message, component ?? '', host ?? ''].map((text) => Buffer.from(text)) as Buffer[] as [
    ...[Buffer, Buffer, Buffer, Buffer],
  ];
  const bytes = Buffer.concat([
    Buffer.from('xx'),
    a,
    Buffer.from(','),
    m,
    Buffer.from('|'),
    c,
    Buffer.from('|'),
    h,
    Buffer.from('yy'),
  ]);
  const row = new Row();
  row.begin(1);
  row.system = (SOURCE_SYSTEMS as readonly string[]).indexOf(sourceSystem);
  row.timeMicros = timeMicros;
  row.code = code;
  [row.actorNameStart, row.actorNameEnd] = [2, 2 + a.length];
  [row.messageStart, row.messageEnd] = [3 + a.length, 3 + a.length + m.length];
  const componentEnd = row.messageEnd + 1 + c.length;
  if (component !== undefined) [row.componentStart, row.componentEnd] = [row.messageEnd + 1, componentEnd];
  row.extraStarts[0] = host === undefined ? -1 : componentEnd + 1;
  row.extraEnds[0] = host === undefined ? -1 : bytes.length - 2;
  uids.next(bytes, row);
  return uids.hex.toString('latin1');
}

describe('event_uid', () => {
  for (const vector of UID_VECTORS) {
    const { instance, source_system: sourceSystem, time_micros: timeMicros, code, message, ordinal } = vector;
    const { component, host } = vector;
    const actor = vector.actor_id ?? vector.actor_name ?? '';
    it(`vector: ${vector.name}`, () => {
      const of = {
        sourceSystem,
        timeMicros,
        code,
        actor,
        message,
        ...(component !== undefined && { component }),
        ...(host !== undefined && { host }),
      };
      assert.equal(naiveUid({ instance, ...of, ordinal }), vector.event_uid);
      const uids = new EventUids(instance);
      for (let earlier = 0; earlier < ordinal; earlier++) uidOf(uids, of);
      assert.equal(uidOf(uids, of), vector.event_uid);
    });
  }

  it('has enough vectors, and no two of them are one event', () => {
    assert.ok(UID_VECTORS.length >= 12);
    const ids = new Map(UID_VECTORS.map((vector) => [vector.event_uid, vector.name]));
    // An empty actor cell is by contract the same as no column; that alone gives equal ids.
    const equal = UID_VECTORS.filter(({ name, event_uid }) => ids.get(event_uid) !== name).map(({ name }) => name);
    assert.deepEqual(equal, [
      'an instance',
      'an actor_id column',
      'an empty actor_id cell beside a name: empty, never the name',
    ]);
  });

  it('equals the plain definition on any file: repeats, long and short messages, any text', () => {
    const text = fc.oneof(
      fc.constantFrom('', 'a', '1:a,', 'é', '\u{1f600}', 'x'.repeat(63), 'x'.repeat(64), 'ü'.repeat(5000)),
      fc.string({ unit: 'grapheme', maxLength: 80 }),
    );
    const record = fc.record({
      sourceSystem: fc.constantFrom(...SOURCE_SYSTEMS),
      component: fc.constantFrom('', 'Engine-01', 'Engine-02'),
      host: fc.constantFrom('', 'engine-01', 'engine-02'),
      timeMicros: fc.oneof(fc.constantFrom(0, 9, 10, 1_772_323_459_707_000), fc.maxSafeInteger()),
      code: fc.oneof(fc.constantFrom(0, 90211), fc.nat()),
      actor: text,
      message: text,
    });
    fc.assert(
      fc.property(
        text,
        fc.array(record, { maxLength: 20 }),
        fc.infiniteStream(fc.nat()),
        (instance, records, picks) => {
          const uids = new EventUids(instance);
          const ordinals = new NaiveOrdinals();
          for (let drawn = 0; drawn < records.length * 2; drawn++) {
            const record = records[(picks.next().value as number) % records.length]!;
            const identity = { instance, ...record };
            if (record.sourceSystem === 'infinity') [identity.component, identity.host] = ['', ''];
            const expected = naiveUid({ ...identity, ordinal: ordinals.next(identity) });
            assert.equal(uidOf(uids, record), expected);
          }
          assert.equal(uids.ids.size, records.length * 2);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('counts repeats right however many records have them, and however often one comes', () => {
    const uids = new EventUids('');
    const identity = { instance: '', sourceSystem: 'infinity', timeMicros: 1, code: 2, actor: '' };
    const check = (message: string, ordinal: number): void => {
      const found = uidOf(uids, { ...identity, message });
      if (Number(message) % 997 === 0) assert.equal(found, naiveUid({ ...identity, message, ordinal }), message);
    };
    const repeated = 70_000;
    for (let ordinal = 0; ordinal < 20; ordinal++) check('0', ordinal);
    for (let round = 0; round < 3; round++)
      for (let record = 1; record <= repeated; record++) check(`${record}`, round);
    // By now nothing is at hand of the first record.
    for (let ordinal = 20; ordinal < 40; ordinal++) check('0', ordinal);
    assert.equal(uids.ids.size, 3 * repeated + 40);
  });

  it('returns the id as words as well as in hex', () => {
    const uids = new EventUids('');
    const words = uids.next(Buffer.from('message'), Object.assign(new Row(), { messageEnd: 7 }));
    const hex = Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
    assert.equal(uids.hex.toString('latin1'), hex);
  });
});
