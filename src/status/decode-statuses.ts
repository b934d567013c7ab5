import { onlyValue, recordedRows, type Snapshot } from '../table/index.ts';
import type { TakenIn } from './taken-in.ts';

/** Rows of the table by `decode_status`. */
export interface DecodeStatuses {
  /** Null where neither statistics nor commits tell. */
  readonly rows: Readonly<Record<string, number>> | null;
  /** What tells it. */
  readonly from: 'statistics' | 'commits' | null;
}

/** By the statistics of data files, each of rows of one status; null where some file has rows of several, or does not tell. */
function statusesByStatistics({ files }: Pick<Snapshot, 'files'>): Readonly<Record<string, number>> | null {
  const sums: Record<string, number> = {};
  for (const file of files.values()) {
    const [status, rows] = [onlyValue(file, 'decode_status'), recordedRows(file)];
    if (status === null || rows === null) return null;
    sums[status] = (sums[status] ?? 0) + rows;
  }
  return sums;
}

/** By the statistics, where they tell it, else by the commits; no data file is opened for it. */
export function decodeStatuses(snapshot: Pick<Snapshot, 'files'>, { statuses }: TakenIn): DecodeStatuses {
  const rows = statusesByStatistics(snapshot);
  if (rows !== null) return { rows, from: 'statistics' };
  return statuses === null ? { rows: null, from: null } : { rows: statuses, from: 'commits' };
}
