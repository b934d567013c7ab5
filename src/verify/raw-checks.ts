import type { SourceRecord } from '../lake/index.ts';
import { inclusion, isCount, type Settings } from '../settings/index.ts';
import {
  comparePaths,
  counted,
  digestOf,
  type FileInfo,
  forEachParallel,
  pathInZone,
  RAW,
  type Storage,
  type StorageFault,
} from '../storage/index.ts';
import type { Findings } from './findings.ts';
import { isUnread, reportUnreadRaw, type UnreadFault } from './unread-files.ts';
import type { OutFile, WithdrawnFiles } from './withdrawn-files.ts';

const PARALLEL_FILES = 8;
const DAY_MS = 86_400_000;

/** A raw file as commits recorded it, with the version that did. */
export interface VersionedSource {
  readonly version: number;
  readonly source: SourceRecord;
}

/** What a raw file is now, and which of the recorded contents of its path that is, named by their ETags. */
export interface PresentRaw {
  readonly etag: string;
  readonly recordedEtags: ReadonlySet<string>;
}

/** Every file of the raw zone. Listed before the log is read, so that whatever comes meanwhile is not missed in the log. */
export async function listRaw(storage: Storage, settings: Settings, findings: Findings): Promise<string[]> {
  const isIncluded = inclusion(settings);
  const paths: string[] = [];
  const onFault = ({ path, detail }: StorageFault) => {
    if (isIncluded(pathInZone(path))) findings.problem('not_a_file', path, detail);
  };
  for await (const { path } of storage.list(RAW, { onFault, anyOrder: true })) paths.push(path);
  return paths.sort(comparePaths);
}

/**
 * Every raw file must have an outcome in the log, and every outcome its raw file as it was. A file is known by its ETag;
 * in a copy of the lake, which has other ETags, by its content. One that is gone may have reached the end of its
 * retention by `now` (milliseconds since 1970); one that was withdrawn may be gone or there. Returns, by path, what recorded files are now.
 */
export async function checkRaw(
  storage: Storage,
  settings: Settings,
  listed: readonly string[],
  recorded: readonly VersionedSource[],
  withdrawn: WithdrawnFiles,
  now: number,
  findings: Findings,
): Promise<ReadonlyMap<string, PresentRaw>> {
  const isIncluded = inclusion(settings);
  const byPath = Map.groupBy(recorded, ({ source }) => source.path);
  const present = new Map<string, PresentRaw>();
  const seen = new Set<string>();
  await forEachParallel(listed, PARALLEL_FILES, async (path) => {
    const info = await orUnread(() => storage.head(path));
    if (info === null) return;
    seen.add(path);
    const records = byPath.get(path) ?? [];
    findings.counts[kindOf(path, settings, isIncluded(pathInZone(path)) || records.length > 0)]++;
    if (isUnread(info)) {
      // What no setting includes and no commit names is nobody's concern.
      if (records.length > 0 || isIncluded(pathInZone(path))) reportUnreadRaw(path, info, findings);
      return;
    }
    const out = await withdrawn.of(storage, info);
    if (records.length > 0) present.set(path, await checkContent(storage, info, records, out !== null, findings));
    if (out !== null && out.path !== path) {
      findings.note('raw_withdrawn', path, `this file holds what was withdrawn as ${out.path}, and stays out`);
    } else if (out === null && records.length === 0 && isIncluded(pathInZone(path))) {
      findings.problem('raw_not_ingested', path, 'no commit says what became of this file; run ingest');
    }
  });
  for (const out of withdrawn.all) findings.note('raw_withdrawn', out.path, withdrawnText(out, seen.has(out.path)));
  for (const [path, all] of byPath) {
    const records = all.filter(({ source }) => !withdrawn.has(source));
    if (seen.has(path) || records.length === 0) continue;
    const versions = records.map(({ version, source }) => `${source.outcome} by version ${version}`).join(', ');
    const expired = expiry(records, settings.rawRetentionDays);
    if (now >= expired) {
      const since = new Date(expired).toISOString();
      findings.note('raw_expired', path, `this file was ${versions}, and its retention was over at ${since}`);
    } else findings.problem('raw_missing', path, `this file was ${versions}, and it is not there any more`);
  }
  return present;
}

/** Among what a raw file is counted. @param isExport whether it is to be taken in, or was */
function kindOf(path: string, settings: Settings, isExport: boolean) {
  if (isExport) return 'raw_files';
  return isCount(pathInZone(path), settings) ? 'count_files' : 'raw_files_excluded';
}

/** What is said of a raw file that is out. */
function withdrawnText({ version, sha256, rows, reason, by }: OutFile, isThere: boolean): string {
  const content = sha256 === null ? '' : ` (content with SHA-256 ${sha256})`;
  const there = isThere ? '' : '; no file is there any more';
  const who = by === null ? '' : `, asked for by ${by.name}${by.kind === 'claimed' ? ' (claimed)' : ''}`;
  return `this file${content} was withdrawn by version ${version}${who}, with ${counted(rows, 'row')}: ${reason}${there}`;
}

/**
 * When the store may delete a raw file, in milliseconds since 1970: counted from its last change, as lifecycle rules do.
 * The latest on record counts, so that no later record can make a file seem older.
 */
function expiry(records: readonly VersionedSource[], retentionDays: number): number {
  return retentionEnd(
    records.reduce((latest, { source }) => Math.max(latest, Date.parse(source.landed_at)), 0),
    retentionDays,
  );
}

/** When the store may delete what landed then, in milliseconds since 1970. */
export function retentionEnd(landedAt: number, retentionDays: number): number {
  if (retentionDays === 0 || Number.isNaN(landedAt)) return Number.POSITIVE_INFINITY;
  return landedAt + retentionDays * DAY_MS;
}

async function checkContent(
  storage: Storage,
  { path, etag, size }: FileInfo,
  records: readonly VersionedSource[],
  isOut: boolean,
  findings: Findings,
): Promise<PresentRaw> {
  const latest = records.at(-1);
  const isAsRecorded = latest?.source.etag === etag;
  const isOfOneEtag = records.every(({ source }) => source.etag === etag);
  // The same content has another ETag once its metadata were set or it was copied over itself.
  const known = isAsRecorded ? (latest.source.sha256 ?? null) : null;
  const sha256 = known ?? (isAsRecorded && isOfOneEtag ? null : await contentHash(storage, path));
  if (isUnread(sha256)) {
    reportUnreadRaw(path, sha256, findings);
    return { etag, recordedEtags: new Set(records.flatMap(({ source }) => (source.etag === etag ? [etag] : []))) };
  }
  const isOf = ({ source }: VersionedSource) =>
    source.etag === etag || (sha256 !== null && isContent(source, sha256, size));
  const versions = records.filter((record) => !isOf(record)).map(({ version }) => version);
  if (latest === undefined || (!isOf(latest) && !isOut)) {
    const text = `its content is not what version ${latest?.version} recorded; where it is a new export run ingest, else restore it from a copy`;
    findings.problem('raw_altered', path, text);
  } else if (versions.length > 0 && !isOut) {
    const text = `an earlier content of this file was replaced; version ${versions.join(', ')} took it in`;
    findings.note('raw_replaced', path, text);
  }
  return { etag, recordedEtags: new Set(records.filter(isOf).map(({ source }) => source.etag)) };
}

/** SHA-256 of a file's content in hex; null where it is gone, and the error where it cannot be read. */
export async function contentHash(storage: Storage, path: string): Promise<string | UnreadFault | null> {
  return await orUnread(async () => (await digestOf(storage, path))?.sha256 ?? null);
}

/** What a step gives, or the error where a file cannot be read. */
async function orUnread<T>(step: () => Promise<T>): Promise<T | UnreadFault> {
  try {
    return await step();
  } catch (error) {
    if (isUnread(error)) return error;
    throw error;
  }
}

/** Whether this content is the one recorded. Of a rejected file, which may not have been read to its end, the size must do. */
function isContent({ sha256, etag, size: recordedSize }: SourceRecord, found: string, size: number): boolean {
  if (sha256 !== undefined) return sha256 === found;
  // On a local lake the ETag is the beginning of the content's SHA-256.
  return /^[0-9a-f]{32}$/.test(etag) ? found.startsWith(etag) : recordedSize === size;
}
