import { z } from 'zod';
import type { ReadingPlan } from '../lake/index.ts';
import { parseSettings, sourceSettings } from '../settings/index.ts';
import { ROLES, type SourceSettings } from '../source/index.ts';
import { BAD_ROWS } from '../storage/index.ts';
import type { SourceRecord } from './commit-record.ts';

/** Source settings as a commit recorded them. One that did not exist then has its default; a limit that did not was none. */
const RECORDED_SETTINGS = z
  .object({
    header: z.boolean(),
    columns: z.array(z.string()),
    columnAliases: z.partialRecord(z.enum(ROLES), z.array(z.string())),
    delimiter: z.string(),
    timeFormat: z.string(),
    timeZone: z.string(),
    maxRecordBytes: z.number(),
    maxFileBytes: z.number(),
    maxCompressionRatio: z.number(),
    maxRecords: z.number(),
    maxDays: z.number(),
    maxFrames: z.number(),
    maxWindowBytes: z.number(),
  })
  .partial();

const DEFAULTS: SourceSettings = {
  ...sourceSettings(parseSettings({ environment: {}, options: { lake: '.' } })),
  maxRecords: Number.MAX_SAFE_INTEGER,
  maxDays: Number.MAX_SAFE_INTEGER,
  maxFrames: Number.MAX_SAFE_INTEGER,
};

/** How a raw file was read when it was recorded; a text that says why, where the record does not tell. */
export function recordedPlan(record: SourceRecord): ReadingPlan | string {
  const { path, etag, size, ingest_id: ingestId, landed_at: landed, instance, settings_hash: settingsHash } = record;
  const settings = RECORDED_SETTINGS.safeParse(record.settings);
  const landedAt = new Date(landed);
  if (!settings.success) return `its settings cannot be read: ${settings.error.issues[0]?.path.join('.')}`;
  if (Number.isNaN(landedAt.getTime())) return `landed_at cannot be read: ${landed}`;
  return {
    source: { path, etag, size, landedAt, ingestId },
    instance,
    settings: { ...DEFAULTS, ...settings.data } as SourceSettings,
    settingsHash,
    quarantineSuffix: quarantineSuffix(record),
    quarantineNamesSource: record.reader_version > 1,
  };
}

/** What stands between the usual name of a quarantine file and its extension. */
function quarantineSuffix({ quarantine, ingest_id: id, settings_hash: hash }: SourceRecord): string {
  const prefix = `${BAD_ROWS}${id}-${hash}`;
  const path = quarantine?.path ?? '';
  return path.startsWith(prefix) && path.endsWith('.jsonl') ? path.slice(prefix.length, -'.jsonl'.length) : '';
}
