import { readSourceSettings } from '../settings/index.ts';
import { RECOGNISED_SINCE, type Recognised, recognisedBefore } from '../source/index.ts';
import { BAD_ROWS } from '../storage/index.ts';
import type { ReadingPlan } from './reading-plan.ts';
import { readRecognised } from './recognised-record.ts';
import type { SourceRecord } from './record-schema.ts';

/** How a raw file was read when it was recorded; a text that says why, where the record does not tell. */
export function recordedPlan(record: SourceRecord): ReadingPlan | string {
  const { path, etag, size, ingest_id: ingestId, landed_at: landed, instance, settings_hash: settingsHash } = record;
  const { way } = record;
  const settings = readSourceSettings(record.settings);
  const landedAt = new Date(landed);
  if (typeof settings === 'string') return `its settings cannot be read: ${settings}`;
  if (Number.isNaN(landedAt.getTime())) return `landed_at cannot be read: ${landed}`;
  return {
    source: { path, etag, size, landedAt, ingestId },
    instance,
    prefix: null,
    way,
    settings,
    settingsHash,
    timeFormats: [],
    recorded: record.outcome === 'ingested' ? (record.recognised?.map(readRecognised) ?? recognisedAt(record)) : null,
    quarantineSuffix: quarantineSuffix(record),
    supersedes: record.outcome === 'ingested' ? (record.supersedes ?? []) : [],
    quarantineNamesSource: record.reader_version > 1,
    keepsUnreadable: record.outcome === 'ingested' && record.quarantined === record.rows,
  };
}

/** What a reader that recorded nothing went by: the first versions recognised nothing. */
function recognisedAt({ path, reader_version: version }: SourceRecord): readonly Recognised[] | null {
  return version < RECOGNISED_SINCE ? [recognisedBefore(path)] : null;
}

/** What stands between the usual name of a quarantine file and its extension. */
function quarantineSuffix({ quarantine, ingest_id: id, settings_hash: hash }: SourceRecord): string {
  const prefix = `${BAD_ROWS}${id}-${hash}`;
  const path = quarantine?.path ?? '';
  return path.startsWith(prefix) && path.endsWith('.jsonl') ? path.slice(prefix.length, -'.jsonl'.length) : '';
}
