import { hash } from 'node:crypto';
import { FileNotFound, PreconditionFailed, type Storage } from '../storage/index.ts';
import { asciiJson, Fields, isObject, type JsonValue } from './json.ts';
import { listLog } from './log.ts';
import { readAtMost } from './log-files.ts';
import { strictJson } from './strict-json.ts';

/** After so many times that others were faster, the hint is theirs to keep, and goes unread. */
const MOST_TRIES = 8;

/** Larger than any engine writes it, also with the schema of the checkpoint. */
const MOST_BYTES = 4 * 1024 * 1024;

/** What `_last_checkpoint` says of a checkpoint: a hint, which may be old or wrong. `size` counts its actions. */
export interface LastCheckpoint {
  readonly version: number;
  readonly size?: number;
}

/** The hint as it is written. */
export interface NewCheckpoint {
  readonly version: number;
  readonly size: number;
  readonly sizeInBytes: number;
  readonly numOfAddFiles: number;
}

/** What `_last_checkpoint` says; null where there is none, or none that makes sense. */
export async function readLastCheckpoint(storage: Storage, table: string): Promise<LastCheckpoint | null> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    try {
      const bytes = await readAtMost(storage, hintPath(table), MOST_BYTES);
      return bytes === null ? null : parse(new TextDecoder().decode(bytes));
    } catch (error) {
      if (error instanceof FileNotFound) return null;
      // Replaced while it was being read.
      if (!(error instanceof PreconditionFailed)) throw error;
    }
  }
  return null;
}

/**
 * Makes `_last_checkpoint` name this checkpoint, unless it names a newer one that is there.
 * Source: Delta protocol, "Last Checkpoint File Schema".
 * @throws StorageError
 */
export async function moveLastCheckpoint(storage: Storage, table: string, checkpoint: NewCheckpoint): Promise<void> {
  const path = hintPath(table);
  const content = Buffer.from(asciiJson({ ...checkpoint, checksum: jsonChecksum({ ...checkpoint }) }));
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await storage.head(path);
    if (found === null) {
      if ((await storage.create(path, content)) === 'created') return;
      continue;
    }
    const named = (await readLastCheckpoint(storage, table))?.version ?? -1;
    if (named > checkpoint.version && (await listLog(storage, table, named)).checkpoints.length > 0) return;
    try {
      return await storage.replace(path, content, { ifMatch: found.etag });
    } catch (error) {
      if (!(error instanceof PreconditionFailed)) throw error;
    }
  }
}

/**
 * MD5 of the canonical form of a JSON value, which leaves out a top-level `checksum`.
 * Source: Delta protocol, "JSON checksum".
 */
export function jsonChecksum(value: JsonValue): string {
  const { checksum, ...rest } = isObject(value) ? value : {};
  const leaves = [...canonicalLeaves('', isObject(value) ? rest : value)];
  // Paths are ASCII by now, so the order of UTF-16 units is that of bytes.
  const sorted = leaves.sort(([a], [b]) => (a < b ? -1 : 1));
  return hash('md5', sorted.map(([path, leaf]) => `${path}=${leaf}`).join(','), 'hex');
}

function* canonicalLeaves(path: string, value: JsonValue): Generator<readonly [string, string]> {
  if (typeof value !== 'object' || value === null) {
    yield [path, typeof value === 'string' ? quoted(value) : String(value)];
    return;
  }
  const names = Array.isArray(value) ? [...value.keys()].map(String) : Object.keys(value).map(quoted);
  for (const [index, inner] of Object.values(value as object).entries()) {
    const name = names[index] ?? '';
    yield* canonicalLeaves(path === '' ? name : `${path}+${name}`, inner as JsonValue);
  }
}

function quoted(text: string): string {
  const rest = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return `"${encodeURIComponent(text).replace(/[!'()*]/g, rest)}"`;
}

function parse(text: string): LastCheckpoint | null {
  try {
    const fields = new Fields('_last_checkpoint', strictJson(text));
    const version = fields.number('version');
    if (!Number.isSafeInteger(version) || version < 0) return null;
    if (fields.has('checksum') && fields.text('checksum') !== jsonChecksum(fields.values)) return null;
    return { version, ...(fields.has('size') && { size: fields.number('size') }) };
  } catch (error) {
    // SyntaxError: no JSON; TypeError: a field of another type; URIError: a lone surrogate.
    if (error instanceof SyntaxError || error instanceof TypeError || error instanceof URIError) return null;
    throw error;
  }
}

function hintPath(table: string): string {
  return `${table}/_delta_log/_last_checkpoint`;
}
