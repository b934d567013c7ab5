import { createHash } from 'node:crypto';
import type { SourceSettings } from '../source/source-settings.ts';
import { READER_VERSION } from '../source/version.ts';
import type { Settings } from './schema.ts';

/** The part of the settings that decides what a file's records are. The instance is none of it: it depends on the path. */
export function sourceSettings(settings: Settings): SourceSettings {
  const { header, columns, columnAliases, delimiter, timeFormat, timeZone } = settings;
  const { maxRecordBytes, maxFileBytes, maxCompressionRatio } = settings;
  return {
    ...{ header, columns, columnAliases, delimiter, timeFormat, timeZone },
    ...{ maxRecordBytes, maxFileBytes, maxCompressionRatio },
  };
}

/** The one JSON text of these settings: no blanks, keys in order. */
export function canonicalJson(settings: SourceSettings): string {
  return JSON.stringify(settings, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Names what can change a file's records: 8 hex digits of SHA-256 over the canonical JSON and the decimal READER_VERSION. */
export function settingsHash(settings: SourceSettings): string {
  return createHash('sha256')
    .update(`${canonicalJson(settings)}${READER_VERSION}`)
    .digest('hex')
    .slice(0, 8);
}
