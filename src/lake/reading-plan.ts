import { type Codec, snappy, zstd } from '../parquet/index.ts';
import {
  instanceEntry,
  isGiven,
  type Settings,
  settingsHash,
  type Way,
  wayOf,
  waySourceSettings,
} from '../settings/index.ts';
import type { Recognised, SourceSettings } from '../source/index.ts';
import { pathInZone } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { instancesIn } from './identity-places.ts';
import { exportsOf, ownerOf, rememberedOf } from './identity-state.ts';
import type { SourceFile } from './source-file.ts';

/** How a raw file is read. */
export interface ReadingPlan {
  readonly source: SourceFile;
  /** Which Nexthink tenant it comes from; null where the settings name none. */
  readonly instance: string | null;
  /** The beginning of its path, relative to the raw zone, by which that is so; null where it comes from none. */
  readonly prefix: string | null;
  /** By which way it came. */
  readonly way: Way;
  readonly settings: SourceSettings;
  readonly settingsHash: string;
  /** Patterns by which times of other files of its instance were read: they decide what its own leave open. */
  readonly timeFormats: readonly string[];
  /** How the file was found to be written when it was read before; null where it is to be found out. */
  readonly recorded: readonly Recognised[] | null;
  /** Tells the quarantine file apart from one of the same name with other content; mostly empty. */
  readonly quarantineSuffix: string;
  /** Names of the files of bad rows that the one of this reading takes the place of; mostly none. */
  readonly supersedes: readonly string[];
  /** Whether quarantined records name their raw file; those of the first version of the reader do not. */
  readonly quarantineNamesSource: boolean;
  /** Whether a file of which nothing can be read is taken in, all of it in quarantine: it was, before version 3 of the reader. */
  readonly keepsUnreadable: boolean;
}

const CODECS: Readonly<Record<Settings['codec'], Codec>> = { snappy, zstd };

/**
 * What a commit recorded of a raw file that was read before: how it was found to be written and by which way it came, which is
 * not asked again, and whose it was then, which it stays unless somebody says otherwise.
 */
interface Recorded {
  readonly recognised: readonly Recognised[] | null;
  readonly instance: string | null;
  readonly way: Way;
}

/** How these settings read a raw file, in a lake that remembers what they leave open. */
export function readingPlan(
  settings: Settings,
  source: SourceFile,
  snapshot: Pick<Snapshot, 'transactions'> | null,
  recorded: Recorded | null = null,
): ReadingPlan {
  const way = recorded?.way ?? wayOf(pathInZone(source.path), settings);
  const entry = instanceEntry(pathInZone(source.path), instancesIn(settings, snapshot));
  const instance = recorded === null || isGiven(settings, 'instances') ? (entry?.name ?? null) : recorded.instance;
  const prefix = entry?.name === instance ? entry.prefix : null;
  const owner = ownerOf({ instance, way });
  const remembered = snapshot && rememberedOf(snapshot, owner);
  const ofExports = owner.family === 'exports' ? remembered : snapshot && rememberedOf(snapshot, exportsOf(owner));
  const zone = remembered?.timeZone ?? ofExports?.timeZone ?? null;
  return {
    source,
    instance,
    prefix,
    way,
    ...effective(settings, way, isGiven(settings, 'timeZone') ? null : zone),
    timeFormats: remembered?.timeFormats ?? [],
    recorded: recorded?.recognised ?? null,
    quarantineSuffix: '',
    supersedes: [],
    quarantineNamesSource: true,
    keepsUnreadable: false,
  };
}

type Effective = Pick<ReadingPlan, 'settings' | 'settingsHash'>;

const known = new WeakMap<Settings, Map<string, Effective>>();

/** What decides how a file is read, with its hash: made once for each way and zone, and not for each of thousands of files. */
function effective(settings: Settings, way: Way, zone: string | null): Effective {
  const made = known.get(settings) ?? new Map<string, Effective>();
  known.set(settings, made);
  const key = `${way} ${zone}`;
  const found = made.get(key);
  if (found !== undefined) return found;
  const read = waySourceSettings(settings, way, zone ?? settings.timeZone);
  const plan = { settings: read, settingsHash: settingsHash(read) };
  made.set(key, plan);
  return plan;
}

/** How these settings compress data files. */
export function codecOf(settings: Settings): Codec {
  return CODECS[settings.codec];
}
