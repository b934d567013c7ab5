import { FileArchived, UnreadableFile } from '../storage/index.ts';
import type { Findings } from './findings.ts';

const REHYDRATE = 'rehydrate it (az storage blob set-tier --tier Hot)';

/** One file cannot be read, though the store works. */
export type UnreadFault = FileArchived | UnreadableFile;

export function isUnread(error: unknown): error is UnreadFault {
  return error instanceof FileArchived || error instanceof UnreadableFile;
}

/** Runs a step that reads a file of the table or of the quarantine; null, and reported, where nobody can read that. */
export async function unlessUnread<T>(where: string, findings: Findings, step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (!isUnread(error)) throw error;
    if (error instanceof UnreadableFile) reportUnreadable(where, error, findings);
    else {
      const text = `this file is in the archive tier, where nobody can read it; ${REHYDRATE}`;
      findings.problem('file_archived', where, text);
    }
    return null;
  }
}

/** Says that what a raw file holds cannot be told: a note where it is archived, and else a problem. */
export function reportUnreadRaw(path: string, fault: UnreadFault, findings: Findings): void {
  if (fault instanceof UnreadableFile) {
    reportUnreadable(path, fault, findings);
    return;
  }
  const text = `this file is in the archive tier: what it holds, and rows that come from it, cannot be proved; ${REHYDRATE}`;
  findings.note('raw_archived', path, text);
}

function reportUnreadable(where: string, { detail }: UnreadableFile, findings: Findings): void {
  findings.problem('file_unreadable', where, `what this file holds cannot be told: ${detail}`);
}
