import { z } from 'zod';
import { rejectionPath, type SourceFile } from '../lake/index.ts';
import { FileNotFound, readAll, type Storage } from '../storage/index.ts';
import { emptyReport, type FileReport } from './report.ts';

/** What is read back of a rejection's quarantine file. */
const REJECTION = z.object({ reason: z.string(), explanation: z.string() });

/** The report of a file that was rejected before and has not changed since, nor the settings. */
export async function rejectedBeforeReport(
  storage: Storage,
  source: SourceFile,
  settingsHash: string,
  named: boolean,
): Promise<FileReport> {
  const { reason, explanation } = await recordedRejection(storage, rejectionPath(source, settingsHash));
  return named
    ? emptyReport(source.path, 'rejected', reason, explanation)
    : emptyReport(source.path, 'skipped', 'rejected_before', explanation);
}

/** What was put on record when a file was rejected; its record may have been deleted since. */
async function recordedRejection(storage: Storage, path: string): Promise<z.infer<typeof REJECTION>> {
  try {
    const text = Buffer.from(await readAll(storage, path)).toString('utf8');
    return REJECTION.parse(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof FileNotFound)) throw error;
    return { reason: 'rejected_before', explanation: `the record of the rejection, ${path}, is gone` };
  }
}
