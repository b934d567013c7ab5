import { type Codec, snappy, zstd } from '../parquet/index.ts';
import { instanceOf, type Settings, settingsHash, sourceSettings } from '../settings/index.ts';
import type { Recognised, SourceSettings } from '../source/index.ts';
import { pathInZone } from '../storage/index.ts';
import type { SourceFile } from './source-file.ts';

/** How a raw file is read. */
export interface ReadingPlan {
  readonly source: SourceFile;
  /** Which Nexthink tenant it comes from; null where the settings name none. */
  readonly instance: string | null;
  readonly settings: SourceSettings;
  readonly settingsHash: string;
  /** How the file was found to be written when it was read before; null where it is to be found out. */
  readonly recorded: readonly Recognised[] | null;
  /** Tells the quarantine file apart from one of the same name with other content; mostly empty. */
  readonly quarantineSuffix: string;
  /** Whether quarantined records name their raw file; those of the first version of the reader do not. */
  readonly quarantineNamesSource: boolean;
  /** Whether a file of which nothing can be read is taken in, all of it in quarantine: it was, before version 3 of the reader. */
  readonly keepsUnreadable: boolean;
}

const CODECS: Readonly<Record<Settings['codec'], Codec>> = { snappy, zstd };

/**
 * How these settings read a raw file.
 * @param recorded how it was found to be written when it was read before, which is not asked again
 */
export function readingPlan(
  settings: Settings,
  source: SourceFile,
  recorded: readonly Recognised[] | null = null,
): ReadingPlan {
  const given = sourceSettings(settings);
  return {
    source,
    instance: instanceOf(pathInZone(source.path), settings.instances) ?? null,
    settings: given,
    settingsHash: settingsHash(given),
    recorded,
    quarantineSuffix: '',
    quarantineNamesSource: true,
    keepsUnreadable: false,
  };
}

/** How these settings compress data files. */
export function codecOf(settings: Settings): Codec {
  return CODECS[settings.codec];
}
