import type { Random } from '../../samples/random.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { ACTORS, type Actor } from './actors.ts';
import type { FaultRates } from './fault-storage.ts';
import { RawContents, type Verification } from './outcome.ts';
import { type LakeKind, preparedLake, type RawFile } from './prepared-lakes.ts';
import { drawContent, type RawContent } from './raw-files.ts';
import { BEGINNING, type Death } from './schedule.ts';
import type { SharedLake } from './shared-lake.ts';

/** One process and all it will be asked to do, one delivery after the other. */
export interface WriterPlan {
  readonly name: string;
  /** Raw paths of each run; null stands for whatever raw holds. */
  readonly runs: readonly (readonly string[] | null)[];
  readonly death: Death | null;
}

/** Something else than an ingestion that is done once, at any time. */
export interface ActorPlan {
  readonly name: string;
  readonly actor: Actor;
  /** Milliseconds after the schedule's beginning. */
  readonly delay: number;
  readonly death: Death | null;
}

/** A small lake, what lands in it, and who works on it: all drawn from a seed. */
export interface World {
  readonly lake: SharedLake;
  readonly contents: RawContents;
  readonly writers: readonly WriterPlan[];
  readonly actors: readonly ActorPlan[];
  /** Other contents that raw files get while the processes are at work. */
  readonly arrivals: readonly RawFile[];
  readonly rates: FaultRates;
  /** Whether waste is removed when all is done and it is old enough. */
  readonly isVacuumed: boolean;
  readonly verification: Verification;
}

/** Most lakes have tables, since making them is slow and soon tested. */
const LAKES: readonly LakeKind[] = [
  'nothing',
  ...Array<LakeKind>(9).fill('empty'),
  ...Array<LakeKind>(8).fill('filled'),
  'aged',
  'aged',
];
const VERIFICATIONS: readonly Verification[] = [
  ...Array<Verification>(24).fill('none'),
  ...Array<Verification>(5).fill('shallow'),
  'deep',
];
const HOUR_MS = 3_600_000;
const WASTE = 'curated/audit_events/event_date=2026-03-02/part-00000-0123456789abcdef0123456789abcdef.snappy.parquet';
const NO_FAULTS: FaultRates = { failsBefore: 0, failsAfter: 0, late: 0, repeated: 0, torn: 0, delayed: 0 };

/** @param open makes the store that holds it, with what is in the lake already */
export async function drawWorld(
  random: Random,
  open: (prepared: MemoryStorage) => Promise<SharedLake>,
): Promise<World> {
  const { storage, files: old } = await preparedLake(random.pick(LAKES));
  const lake = await open(storage);
  const contents = new RawContents();
  for (const { path, content } of old) contents.add(path, lake.etagOf(path), content);
  const files = drawFiles(random);
  for (const { path, content } of files) {
    const etag = lake.put(path, content.bytes, new Date(BEGINNING - random.whole(1, 100) * HOUR_MS));
    contents.add(path, etag, content);
  }
  if (random.chance(0.3))
    lake.put(WASTE, Buffer.from('left by a writer that died'), new Date(BEGINNING - 30 * 24 * HOUR_MS));
  const arrivals = drawArrivals(random, files);
  const paths = files.map(({ path }) => path);
  const writers = Array.from({ length: random.whole(2, 4) }, (_, index) => drawWriter(random, `w${index}`, paths));
  const actors = drawActors(random);
  return {
    lake,
    contents,
    writers,
    actors,
    arrivals,
    rates: drawRates(random),
    isVacuumed: random.chance(0.3),
    verification: random.pick(VERIFICATIONS),
  };
}

/** Two to five files; a name may hold what another holds too. */
function drawFiles(random: Random): RawFile[] {
  const drawn: RawContent[] = [];
  return Array.from({ length: random.whole(2, 5) }, (_, index) => {
    const content = drawn.length > 0 && random.chance(0.2) ? random.pick(drawn) : drawContent(random);
    drawn.push(content);
    return { path: `raw/${'abcde'[index]}.csv${content.compressed ? '.gz' : ''}`, content };
  });
}

function drawArrivals(random: Random, files: readonly RawFile[]): RawFile[] {
  return files.flatMap(({ path, content }) => {
    if (!random.chance(0.12)) return [];
    const next = drawContent(random);
    // A name keeps its kind: what ends in .gz stays compressed.
    return next.compressed === content.compressed ? [{ path, content: next }] : [];
  });
}

function drawWriter(random: Random, name: string, paths: readonly string[]): WriterPlan {
  const runs = Array.from({ length: random.whole(1, 2) }, () =>
    random.chance(0.2) ? null : Array.from({ length: random.whole(1, paths.length) }, () => random.pick(paths)),
  );
  return { name, runs, death: drawDeath(random, 0.35, 120) };
}

function drawActors(random: Random): ActorPlan[] {
  const count = random.pick([0, 1, 1, 2, 3]);
  return Array.from({ length: count }, (_, index) => {
    const actor = random.pick(ACTORS);
    return {
      name: `${actor.name}${index}`,
      actor,
      delay: random.whole(0, random.pick([200, 2_000])),
      death: drawDeath(random, 0.3, 80),
    };
  });
}

function drawDeath(random: Random, probability: number, turns: number): Death | null {
  if (!random.chance(probability)) return null;
  const step = random.pick(['undone', 'done', 'late'] as const);
  // Most of what can go wrong does so around a commit, which few turns are.
  return random.chance(0.5)
    ? { kind: 'any', at: random.whole(1, turns), step }
    : { kind: 'commit', at: random.whole(1, 3), step };
}

/** Most worlds have some kinds of fault, a few have none, and each kind is rare or frequent. */
function drawRates(random: Random): FaultRates {
  if (random.chance(0.15)) return NO_FAULTS;
  const rate = () => random.pick([0, 0, 0.004, 0.02]);
  return {
    failsBefore: rate(),
    failsAfter: rate(),
    late: rate(),
    repeated: rate(),
    torn: rate(),
    delayed: random.pick([0, 0.1]),
  };
}
