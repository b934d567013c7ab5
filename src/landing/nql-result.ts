import { type Compression, type Download, downloadResult, type NqlApi } from '../nexthink/index.ts';
import { RAW, type Storage, utcDay } from '../storage/index.ts';
import { type Landed, LandedDiffers, landFile } from './landed-file.ts';
import { type CountLimits, countRecords, withRecordCount } from './record-count.ts';

/** Where a result is put, and how it is taken. */
export interface ResultRules extends CountLimits {
  /** A folder of the raw zone, with its slash. */
  readonly folder: string;
  /** A result of exactly so many records was cut. */
  readonly rowCap: number;
  readonly mostBytes: number;
}

/** What names a result. */
export interface ResultName {
  /** `#audit_trail`. */
  readonly query: string;
  /** When the export was started, in milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly compression: Compression;
}

/** A result in the raw zone. */
export interface LandedResult extends Landed {
  readonly isTruncated: boolean;
  /** Null where it cannot be decompressed. */
  readonly records: number | null;
  /** Whether what was sent is no file that can be decompressed. It stands there as it came. */
  readonly isUnreadable: boolean;
}

const SUFFIXES: Readonly<Record<Compression, string>> = { NONE: '.csv', GZIP: '.csv.gz', ZSTD: '.csv.zst' };

/**
 * The result that an earlier try, or another run, has landed; null where none has. What is to be known of it is in its name, or is found
 * by reading it again: whoever landed it may have been ended before it could tell.
 * @throws storage errors
 */
export async function landedBefore(
  storage: Storage,
  rules: ResultRules,
  name: ResultName,
): Promise<LandedResult | null> {
  // Where both are there, one try was told that it is cut.
  for (const isTruncated of [true, false]) {
    const info = await storage.head(RAW + pathOf(rules, name, isTruncated));
    if (info === null) continue;
    const { path, size } = info;
    const records = await countRecords(storage.read(path), rules);
    return { path, size, outcome: 'exists', ...judged(rules, isTruncated, records) };
  }
  return null;
}

function judged({ rowCap }: ResultRules, isTruncated: boolean, records: number | null) {
  return { isTruncated: isTruncated || records === rowCap, records, isUnreadable: records === null };
}

/**
 * Downloads a result into the raw zone, as it comes. That it was cut is part of its name: where only its number of records says so,
 * which nobody knows before its end, it is downloaded once more.
 * @throws ResultTooLong, NexthinkError, LandedDiffers, storage errors, the reason of the signal
 */
export async function landResult(
  api: Pick<NqlApi, 'send'>,
  storage: Storage,
  rules: ResultRules,
  name: ResultName,
  result: { readonly address: string; readonly isTruncated: boolean },
  signal?: AbortSignal,
): Promise<LandedResult> {
  const begin = (): Promise<Download> => downloadResult(api, result.address, rules.mostBytes, signal);
  const first = await begin();
  const isKnown = result.isTruncated || first.isTruncated;
  try {
    return await landed(storage, rules, name, first, isKnown);
  } catch (error) {
    if (!(error instanceof AtCap)) throw error;
    return await landed(storage, rules, name, await begin(), true);
  }
}

/** As many records as there can be. */
class AtCap extends Error {}

async function landed(
  storage: Storage,
  rules: ResultRules,
  name: ResultName,
  { bytes }: Download,
  isTruncated: boolean,
): Promise<LandedResult> {
  let records: number | null = null;
  const counted = withRecordCount(bytes, rules, (found) => {
    records = found;
    if (found === rules.rowCap && !isTruncated) throw new AtCap();
  });
  const path = pathOf(rules, name, isTruncated);
  const file = await landFile(storage, path, counted).catch((error: unknown) => {
    if (error instanceof LandedDiffers) return null;
    throw error;
  });
  if (file?.outcome === 'created') return { ...file, ...judged(rules, isTruncated, records) };
  // Another run was first: what stands there counts, and not what was downloaded here.
  const before = await landedBefore(storage, rules, name);
  if (before === null) throw new LandedDiffers(`${path}: expected the result that was landed, found no file`);
  return before;
}

function pathOf({ folder }: ResultRules, { query, at, id, compression }: ResultName, isTruncated: boolean): string {
  const day = utcDay(at);
  return `${folder}${query.replace('#', '')}/${day}/${id}${isTruncated ? '.truncated' : ''}${SUFFIXES[compression]}`;
}
