import { isWhole, markedTries, type Tries } from '../ingest/index.ts';
import { rejectedAppId, settingDifference } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { counted, type ListedFile, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';

/** Why a raw file waits. */
export const WAITING_REASONS = {
  setting_differs: 'until a setting is put right: its events would get other ids',
  failed: 'and failed when it was tried',
  settling: 'since it changed too recently: it may not be whole',
  rejected_before: 'though rejected before: the file, a setting or the readers have changed since',
  replaced: 'since its path held something else, which is in',
  never_tried: 'and was never tried',
} as const;

export type WaitingReason = keyof typeof WAITING_REASONS;

/** A raw file that the next run takes in or tries again. */
export interface WaitingFile {
  readonly path: string;
  readonly reason: WaitingReason;
  /** What is known beyond the reason; null where there is no more. */
  readonly explanation: string | null;
  /** When it was last changed. */
  readonly modified: string;
  readonly bytes: number;
}

/**
 * Why raw files wait, as an ingestion would say it.
 * @param snapshot null where there is no table yet @param now milliseconds since 1970
 * @throws storage errors
 */
export async function waitingFiles(
  storage: Storage,
  settings: Settings,
  snapshot: Snapshot | null,
  files: readonly ListedFile[],
  now: number,
): Promise<WaitingFile[]> {
  if (files.length === 0) return [];
  const triesOf = await markedTries(storage);
  return files.map((file) => {
    const { path, size: bytes, lastModified } = file;
    const [reason, explanation] = reasonOf(file, triesOf(file), settings, snapshot, now);
    return { path, reason, explanation, modified: lastModified.toISOString(), bytes };
  });
}

/** The reason that somebody has to know of first. */
function reasonOf(
  file: ListedFile,
  { tries, error }: Tries,
  settings: Settings,
  snapshot: Snapshot | null,
  now: number,
): readonly [WaitingReason, string | null] {
  const difference = snapshot === null ? null : settingDifference(settings, snapshot, file.path);
  if (difference !== null) return ['setting_differs', difference];
  if (tries > 0) {
    const how = error === null ? 'did not come to an end' : `failed with ${error}`;
    const end = `after ${counted(settings.reconcileTries, 'try').replace(/ys$/, 'ies')} that it can be blamed for it is rejected`;
    return ['failed', `tried ${tries === 1 ? 'once' : `${tries} times`}; the last ${how}; ${end}`];
  }
  const minutes = settings.settleMinutes;
  if (!isWhole(file, settings, minutes * 60_000, now)) {
    return [
      'settling',
      `the app takes it once it has stood unchanged for ${counted(minutes, 'minute')}; ingest takes it now`,
    ];
  }
  if (snapshot?.transactions.has(rejectedAppId(file.path)) === true) return ['rejected_before', null];
  return snapshot?.transactions.has(file.path) === true ? ['replaced', null] : ['never_tried', null];
}
