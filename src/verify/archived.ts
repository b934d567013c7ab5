import { FileArchived } from '../storage/index.ts';
import type { Findings } from './findings.ts';

const REHYDRATE = 'rehydrate it (az storage blob set-tier --tier Hot)';

/** Runs a step that reads a file of the table or of the quarantine; null, and reported, where that is in the archive tier. */
export async function unlessArchived<T>(where: string, findings: Findings, step: () => Promise<T>): Promise<T | null> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof FileArchived)) throw error;
    findings.problem(
      'file_archived',
      where,
      `this file is in the archive tier, where nobody can read it; ${REHYDRATE}`,
    );
    return null;
  }
}

/** Says that what a raw file holds cannot be told. */
export function noteArchived(path: string, findings: Findings): void {
  const text = `this file is in the archive tier: what it holds, and rows that come from it, cannot be proved; ${REHYDRATE}`;
  findings.note('raw_archived', path, text);
}
