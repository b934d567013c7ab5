import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it, onTestFinished, vi } from 'vitest';
import { LayeredMap } from '../../src/table/layered-map.ts';

describe('a layered map', () => {
  it('is every version of a map, and the versions before stay', () => {
    // Few keys, so that they come, go and come again; many more than a layer holds, so that bases are made anew.
    const key = fc.integer({ min: 0, max: 120 }).map((number) => `k${number}`);
    const change = fc.tuple(key, fc.option(fc.nat(), { nil: undefined }));
    const changes = fc.array(change, { maxLength: 40 }).map((pairs) => new Map(pairs));
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 20 }), (steps) => {
        let map = LayeredMap.over<number>(new Map([['k0', 0]]));
        const plain = new Map([['k0', 0]]);
        const versions: [LayeredMap<number>, ReadonlyMap<string, number>][] = [[map, new Map(plain)]];
        for (const step of steps) {
          map = map.with(step);
          for (const [name, value] of step) value === undefined ? plain.delete(name) : plain.set(name, value);
          versions.push([map, new Map(plain)]);
        }
        for (const [layered, expected] of versions) agree(layered, expected);
      }),
    );
  });

  it('is not copied where nothing changes', () => {
    const map = LayeredMap.over(new Map([['a', 1]]));
    assert.equal(map.with(new Map()), map);
    assert.equal(LayeredMap.over(map), map);
  });

  it('does not pay for its size with every version', () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `event_date=2026-01-02/part-${index}`);
    const large = LayeredMap.over(new Map(keys.map((key, index) => [key, index])));
    const sets = vi.spyOn(Map.prototype, 'set');
    onTestFinished(() => sets.mockRestore());
    const copy = new Map(large).size;
    assert.ok(sets.mock.calls.length >= copy, 'what a copy sets is counted');
    sets.mockClear();
    let map = large;
    for (let index = 0; index < 1000; index++) map = map.with(new Map([[`new ${index}`, index]]));
    const version = sets.mock.calls.length / 1000;
    assert.equal(map.size, 6_000);
    assert.ok(version < copy / 20, `a version sets ${version} keys, a copy ${copy}`);
  });
});

function agree(layered: LayeredMap<number>, expected: ReadonlyMap<string, number>): void {
  assert.deepEqual(new Map(layered), expected);
  assert.equal(layered.size, expected.size);
  assert.deepEqual([...layered.keys()].sort(), [...expected.keys()].sort());
  assert.deepEqual([...layered.values()].sort(), [...expected.values()].sort());
  const visited = new Map<string, number>();
  layered.forEach((value, key) => {
    visited.set(key, value);
  });
  assert.deepEqual(visited, expected);
  for (let number = 0; number <= 121; number++) {
    assert.equal(layered.get(`k${number}`), expected.get(`k${number}`));
    assert.equal(layered.has(`k${number}`), expected.has(`k${number}`));
  }
}
