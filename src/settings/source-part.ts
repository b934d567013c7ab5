import { createHash } from 'node:crypto';
import { READER_VERSION, type SourceSettings } from '../source/index.ts';
import type { Settings } from './schema.ts';

/** The part of the settings that decides what a file's records are. The instance is none of it: it depends on the path. */
export function sourceSettings(settings: Settings): SourceSettings {
  const { header, columns, columnAliases, delimiter, timeFormat, timeZone } = settings;
  const { maxRecordBytes, maxFileBytes, maxCompressionRatio } = settings;
  const { maxRecords, maxDays, maxFrames, maxWindowBytes } = settings;
  return {
    ...{ header, columns, columnAliases, delimiter, timeFormat, timeZone },
    ...{ maxRecordBytes, maxFileBytes, maxCompressionRatio },
    ...{ maxRecords, maxDays, maxFrames, maxWindowBytes },
  };
}

/** The one JSON text of these settings: no blanks, keys in order. */
export function canonicalJson(settings: SourceSettings | Readonly<Record<string, unknown>>): string {
  return JSON.stringify(settings, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** The settings that there were for the first version of the reader. */
const FIRST_SETTINGS = [
  ...(['header', 'columns', 'columnAliases', 'delimiter', 'timeFormat', 'timeZone'] as const),
  ...(['maxRecordBytes', 'maxFileBytes', 'maxCompressionRatio'] as const),
];

/** Names what can change a file's records: 8 hex digits of SHA-256 over the canonical JSON and the decimal READER_VERSION. */
export function settingsHash(settings: SourceSettings): string {
  return hashOf(canonicalJson(settings), READER_VERSION);
}

/** What {@link settingsHash} was for the versions of the reader before this one, as far as they had these settings. */
export function earlierSettingsHashes(settings: SourceSettings): readonly string[] {
  const first = Object.fromEntries(FIRST_SETTINGS.map((name) => [name, settings[name]]));
  const texts = new Set([canonicalJson(settings), canonicalJson(first)]);
  const versions = Array.from({ length: READER_VERSION - 1 }, (_, index) => index + 1);
  return versions.flatMap((version) => [...texts].map((text) => hashOf(text, version)));
}

function hashOf(text: string, version: number): string {
  return createHash('sha256').update(`${text}${version}`).digest('hex').slice(0, 8);
}
