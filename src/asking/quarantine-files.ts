import { BAD_ROWS, REJECTED_FILES, type Storage } from '../storage/index.ts';
import type { LakeFile } from './lake-cache.ts';

/** The files behind the views quarantine_rows and quarantine_files, by their lake paths. */
export interface QuarantineFiles {
  readonly rows: readonly LakeFile[];
  readonly files: readonly LakeFile[];
}

const OURS = new RegExp(`^(?:${BAD_ROWS}|${REJECTED_FILES})[0-9a-f]{16}-[0-9a-z-]{1,64}\\.jsonl?$`);

/** Whether a statement names one of the quarantine's views. */
export function namesQuarantine(sql: string): boolean {
  return /quarantine_(rows|files)/i.test(sql);
}

/** The quarantine's files. */
export async function quarantineFiles(storage: Storage): Promise<QuarantineFiles> {
  const [rows, files] = await Promise.all([listed(storage, BAD_ROWS), listed(storage, REJECTED_FILES)]);
  return { rows, files };
}

async function listed(storage: Storage, folder: string): Promise<LakeFile[]> {
  const files: LakeFile[] = [];
  // Our own names need no thought of what an engine takes for a pattern; verify names all others.
  for await (const file of storage.list(folder)) if (OURS.test(file.path)) files.push(file);
  return files;
}
