import { BAD_ROWS, REJECTED_FILES, type Storage } from '../storage/index.ts';
import type { LakeFile } from './lake-cache.ts';

/** The files behind the views quarantine_rows and quarantine_files, by their lake paths. */
export interface QuarantineFiles {
  readonly rows: readonly LakeFile[];
  readonly files: readonly LakeFile[];
}

const OURS = new RegExp(`^(?:${BAD_ROWS}|${REJECTED_FILES})[0-9a-f]{16}-[0-9a-z-]{1,64}\\.jsonl?$`);

/**
 * The quarantine's files, where a statement names one of its views: whoever may read the tables need not have a right
 * to the quarantine. Null where it does not.
 */
export async function quarantineNamed(storage: Storage, sql: string): Promise<QuarantineFiles | null> {
  if (!/quarantine_(rows|files)/i.test(sql)) return null;
  const [rows, files] = await Promise.all([listed(storage, BAD_ROWS), listed(storage, REJECTED_FILES)]);
  return { rows, files };
}

async function listed(storage: Storage, folder: string): Promise<LakeFile[]> {
  const files: LakeFile[] = [];
  // Our own names need no thought of what an engine takes for a pattern; verify names all others.
  for await (const file of storage.list(folder)) if (OURS.test(file.path)) files.push(file);
  return files;
}
