import { type FileMetaData, parquetMetadataAsync, parquetSchema, type SchemaTree } from 'hyparquet';
import { rangesOf } from '../lake/index.ts';
import { type ListedFile, type Storage, StorageFault } from '../storage/index.ts';
import { type ListedCheckpoint, readLastCheckpoint } from '../table/index.ts';
import { isJsonObject, jsonOf } from './checksum-file.ts';
import type { Findings } from './findings.ts';

/**
 * Checks `_last_checkpoint`, from which readers begin: it must name a checkpoint that is there, and the newest. One that
 * was written before the newest checkpoint is what a run leaves that ended between the two; the next one mends it.
 */
export async function checkHint(
  storage: Storage,
  table: string,
  hint: ListedFile,
  checkpoints: readonly ListedCheckpoint[],
  findings: Findings,
): Promise<void> {
  const fault = await hintFault(storage, table, hint, checkpoints);
  if (fault !== null) {
    const text = `${fault}; readers begin from what it names: remove it, and the next checkpoint brings a new one`;
    findings.problem('hint_differs', hint.path, text);
    return;
  }
  const newest = checkpoints[0];
  const named = (await readLastCheckpoint(storage, table))?.version ?? -1;
  if (newest === undefined || named >= newest.version) return;
  const since = `it names version ${named}, and the newest checkpoint is of version ${newest.version}`;
  const written = await storage.head(newest.files[0] ?? '');
  if (written !== null && hint.lastModified.getTime() < written.lastModified.getTime()) {
    const text = `${since}: a run ended between writing the two; the next commit or maintenance names it`;
    findings.note('hint_behind', hint.path, text);
  } else {
    const text = `${since}, which was there when this was written: it was put back; remove it, and the next checkpoint brings a new one`;
    findings.problem('hint_differs', hint.path, text);
  }
}

/** What is wrong with what a hint says by itself; null where nothing is. */
async function hintFault(
  storage: Storage,
  table: string,
  { path }: ListedFile,
  checkpoints: readonly ListedCheckpoint[],
): Promise<string | null> {
  const named = await readLastCheckpoint(storage, table);
  const content = named === null ? null : await jsonOf(storage, path);
  if (named === null || content === null) return 'it is no hint that can be read, or its checksum is another';
  const there = checkpoints.filter(({ version }) => version === named.version);
  if (there.length === 0) return `it names the checkpoint of version ${named.version}, which is not there`;
  const { parts } = content;
  if (parts !== undefined && parts !== null && !there.some(({ files }) => files.length === parts)) {
    return `it names a checkpoint of version ${named.version} in ${String(parts)} parts, which is not there`;
  }
  const { size, checkpointSchema: schema, v2Checkpoint: second = null } = content;
  if (second !== null) return 'it repeats actions of a checkpoint of the second kind (v2Checkpoint)';
  for (const { files, kind } of kindsNamed(there, parts)) {
    if (kind === 'v2') continue;
    const fault = await fileFault(storage, files, size, schema);
    if (fault !== null) return fault;
  }
  return null;
}

function kindsNamed(there: readonly ListedCheckpoint[], parts: unknown): readonly ListedCheckpoint[] {
  return there.filter(({ files }) => files.length === (typeof parts === 'number' ? parts : 1));
}

/** What the hint says of the checkpoint's files, against what they are. */
async function fileFault(
  storage: Storage,
  files: readonly string[],
  size: unknown,
  schema: unknown,
): Promise<string | null> {
  let rows = 0;
  for (const file of files) {
    const footer = await footerOf(storage, file);
    // What cannot be read is reported as a checkpoint.
    if (footer === null) return null;
    rows += Number(footer.num_rows);
    const missing = isJsonObject(schema) ? columnMissing(parquetSchema(footer), schema) : null;
    if (missing !== null) return `its checkpointSchema lacks ${missing}, which the checkpoint has`;
  }
  if (typeof size !== 'number' || size === rows) return null;
  return `it says ${size} actions, and the checkpoint has ${rows}`;
}

async function footerOf(storage: Storage, path: string): Promise<FileMetaData | null> {
  const info = await storage.head(path);
  if (info === null) return null;
  try {
    return await parquetMetadataAsync(rangesOf(storage, path, info.size));
  } catch (error) {
    if (error instanceof StorageFault) throw error;
    return null;
  }
}

/** The first column, down to the second level, that a schema of Delta's lacks. */
function columnMissing(root: SchemaTree, schema: Readonly<Record<string, unknown>>): string | null {
  const fields = fieldsOf(schema);
  for (const { element, children } of root.children) {
    if (!fields.has(element.name)) return element.name;
    const inner = fieldsOf(fields.get(element.name));
    const lacking = children.find((child) => !inner.has(child.element.name));
    if (lacking !== undefined) return `${element.name}.${lacking.element.name}`;
  }
  return null;
}

function fieldsOf(type: unknown): ReadonlyMap<unknown, unknown> {
  const fields: unknown = isJsonObject(type) ? type['fields'] : null;
  const named = new Map<unknown, unknown>();
  for (const field of Array.isArray(fields) ? fields : []) {
    if (isJsonObject(field)) named.set(field['name'], field['type']);
  }
  return named;
}
