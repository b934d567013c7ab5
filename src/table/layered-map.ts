/** What becomes of keys: their new value, or undefined where they go. */
export type Changes<V> = ReadonlyMap<string, V | undefined>;

/** A version of a map: a base that it shares with versions near it, and its own changes. */
export interface Layers<V> {
  readonly base: ReadonlyMap<string, V>;
  readonly layer: Changes<V>;
}

/** Changes up to which every version may share one base, however small that is. */
const LEAST_SHARED = 64;

/**
 * A map whose next version costs little: it shares the base with the version before and has a small layer of changes of
 * its own. The layer goes into a new base once it outgrows the base's square root, so n versions of a map of n keys cost
 * about n * sqrt(n) steps and not n * n. No version ever changes. The order of the keys means nothing.
 */
export class LayeredMap<V> implements ReadonlyMap<string, V> {
  // No #fields: a deep comparison would pass over them and find all maps equal.
  private readonly base: ReadonlyMap<string, V>;
  private readonly layer: Changes<V>;
  readonly size: number;

  private constructor(base: ReadonlyMap<string, V>, layer: Changes<V>, size: number) {
    this.base = base;
    this.layer = layer;
    this.size = size;
  }

  /** The map itself where it has layers already, else one on top of it; it must not change any more. */
  static over<V>(map: ReadonlyMap<string, V>): LayeredMap<V> {
    return map instanceof LayeredMap ? map : new LayeredMap(map, new Map(), map.size);
  }

  /** What a version shares with those near it, and its own changes on top; a map without layers shares all of itself. */
  static layersOf<V>(map: ReadonlyMap<string, V>): Layers<V> {
    return map instanceof LayeredMap ? { base: map.base, layer: map.layer } : { base: map, layer: new Map() };
  }

  /** The version after this one; the changes must not change any more. */
  with(changes: Changes<V>): LayeredMap<V> {
    if (changes.size === 0) return this;
    if (this.size === 0 && isComplete(changes)) return LayeredMap.over(changes);
    if (this.layer.size + changes.size > Math.max(LEAST_SHARED, Math.sqrt(this.base.size))) {
      const base = new Map(this.base);
      apply(base, this.layer);
      apply(base, changes);
      return new LayeredMap(base, new Map(), base.size);
    }
    const layer = new Map(this.layer);
    let size = this.size;
    for (const [key, value] of changes) {
      size += Number(value !== undefined) - Number(this.has(key));
      layer.set(key, value);
    }
    return new LayeredMap(this.base, layer, size);
  }

  get(key: string): V | undefined {
    return this.layer.has(key) ? this.layer.get(key) : this.base.get(key);
  }

  has(key: string): boolean {
    return this.layer.has(key) ? this.layer.get(key) !== undefined : this.base.has(key);
  }

  *entries(): Generator<[string, V], undefined> {
    for (const entry of this.base) if (!this.layer.has(entry[0])) yield entry;
    for (const [key, value] of this.layer) if (value !== undefined) yield [key, value];
  }

  *keys(): Generator<string, undefined> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<V, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): Generator<[string, V], undefined> {
    return this.entries();
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    const { base, layer } = this;
    // Without a pair for every entry: a table has many.
    base.forEach((value, key) => {
      if (!layer.has(key)) visit(value, key, this);
    });
    for (const [key, value] of layer) if (value !== undefined) visit(value, key, this);
  }
}

/** The layers of a version of a map; it must not change any more. */
export function layersOf<V>(map: ReadonlyMap<string, V>): Layers<V> {
  return LayeredMap.layersOf(map);
}

/**
 * Makes what finds the keys of one kind in versions of a map of which most are of another: in the base that versions share they are
 * looked for once. Versions between which none of them changed give the very same map.
 */
export function finderOf<V>(isWanted: (key: string) => boolean) {
  const inBase = new WeakMap<ReadonlyMap<string, V>, ReadonlyMap<string, V>>();
  const inVersion = new WeakMap<ReadonlyMap<string, V>, ReadonlyMap<string, V>>();
  const foundIn = (base: ReadonlyMap<string, V>): ReadonlyMap<string, V> => {
    const found = new Map<string, V>();
    base.forEach((value, key) => {
      if (isWanted(key)) found.set(key, value);
    });
    return found;
  };
  return (map: ReadonlyMap<string, V>): ReadonlyMap<string, V> => {
    const known = inVersion.get(map);
    if (known !== undefined) return known;
    const { base, layer } = layersOf(map);
    const shared = inBase.get(base) ?? foundIn(base);
    inBase.set(base, shared);
    const changes = new Map([...layer].filter(([key]) => isWanted(key)));
    const found = changes.size === 0 ? shared : changed(shared, changes);
    inVersion.set(map, found);
    return found;
  };
}

function changed<V>(map: ReadonlyMap<string, V>, changes: Changes<V>): ReadonlyMap<string, V> {
  const after = new Map(map);
  apply(after, changes);
  return after;
}

/** Whether no key goes: the changes are then a map of values. */
function isComplete<V>(changes: Changes<V>): changes is ReadonlyMap<string, V> {
  for (const value of changes.values()) if (value === undefined) return false;
  return true;
}

function apply<V>(map: Map<string, V>, changes: Changes<V>): void {
  for (const [key, value] of changes) {
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
}
