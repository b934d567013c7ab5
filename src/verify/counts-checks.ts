import type { CoverageRow } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { COVERAGE_TABLE, checkPath, counted, RAW, type Storage } from '../storage/index.ts';
import type { Findings } from './findings.ts';
import { contentHash, retentionEnd } from './raw-checks.ts';
import { isUnread, reportUnreadRaw } from './unread-files.ts';

/**
 * Reads the counts again that hours of audit_coverage were judged by: a file of them is what it was by its SHA-256, or is gone
 * once its retention was over.
 */
export async function checkCounts(
  { storage, settings, now }: { readonly storage: Storage; readonly settings: Settings; readonly now: number },
  rows: readonly CoverageRow[],
  findings: Findings,
): Promise<void> {
  const hours = rows.filter(({ code, counts_file: file }) => code === null && file !== null);
  for (const [path, judged] of Map.groupBy(hours, ({ counts_file: file }) => file ?? '')) {
    if (!isRawPath(path)) {
      findings.problem(
        'row_differs',
        `${COVERAGE_TABLE}/`,
        `hours name counts that are no file of the raw zone: ${path}`,
      );
      continue;
    }
    const sha256 = await contentHash(storage, path);
    if (isUnread(sha256)) {
      reportUnreadRaw(path, sha256, findings);
      continue;
    }
    const others = judged.filter((hour) => hour.counts_sha256 !== sha256);
    if (others.length === 0) continue;
    const what = `${counted(others.length, 'hour')} of audit_coverage were judged by this file`;
    const end = Math.max(
      ...others.map(({ counted_at: at }) => retentionEnd(at ?? Number.NaN, settings.rawRetentionDays)),
    );
    if (sha256 !== null) {
      const text = `${what}, and its content is another now (SHA-256 ${others[0]?.counts_sha256} then); restore it from a copy, or have it counted again: audit-lake compare nql`;
      findings.problem('raw_altered', path, text);
    } else if (now >= end) {
      findings.note('raw_expired', path, `${what}, and its retention was over at ${new Date(end).toISOString()}`);
    } else findings.problem('raw_missing', path, `${what}, and it is not there any more; restore it from a copy`);
  }
}

function isRawPath(path: string): boolean {
  try {
    checkPath('verify', path);
    return path.startsWith(RAW);
  } catch {
    return false;
  }
}
