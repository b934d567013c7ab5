import { type Codec, snappy, zstd } from '../parquet/index.ts';
import { instanceEntry, isGiven, type Settings, settingsHash, sourceSettings } from '../settings/index.ts';
import type { Recognised, SourceSettings } from '../source/index.ts';
import { pathInZone } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { instancesIn } from './identity-places.ts';
import { rememberedIdentities } from './identity-state.ts';
import type { SourceFile } from './source-file.ts';

/** How a raw file is read. */
export interface ReadingPlan {
  readonly source: SourceFile;
  /** Which Nexthink tenant it comes from; null where the settings name none. */
  readonly instance: string | null;
  /** The beginning of its path, relative to the raw zone, by which that is so; null where it comes from none. */
  readonly prefix: string | null;
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
 * How these settings read a raw file, in a lake that remembers what they leave open.
 * @param recorded how it was found to be written when it was read before, which is not asked again, and whose it was then, which
 *   it stays unless somebody says otherwise
 */
export function readingPlan(
  settings: Settings,
  source: SourceFile,
  snapshot: Pick<Snapshot, 'transactions'> | null,
  recorded: { readonly recognised: readonly Recognised[] | null; readonly instance: string | null } | null = null,
): ReadingPlan {
  const entry = instanceEntry(pathInZone(source.path), instancesIn(settings, snapshot));
  const instance = recorded === null || isGiven(settings, 'instances') ? (entry?.name ?? null) : recorded.instance;
  const prefix = entry?.name === instance ? entry.prefix : null;
  const remembered = snapshot && rememberedIdentities(snapshot).get(instance)?.state;
  return {
    source,
    instance,
    prefix,
    ...effective(settings, isGiven(settings, 'timeZone') ? null : (remembered?.timeZone ?? null)),
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

/** What decides how a file is read, with its hash: made once for each zone, and not for each of thousands of files. */
function effective(settings: Settings, zone: string | null): Effective {
  const byZone = known.get(settings) ?? new Map<string, Effective>();
  known.set(settings, byZone);
  const timeZone = zone ?? settings.timeZone;
  const found = byZone.get(timeZone);
  if (found !== undefined) return found;
  const read = { ...sourceSettings(settings), timeZone };
  const made = { settings: read, settingsHash: settingsHash(read) };
  byZone.set(timeZone, made);
  return made;
}

/** How these settings compress data files. */
export function codecOf(settings: Settings): Codec {
  return CODECS[settings.codec];
}
