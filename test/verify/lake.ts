import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { encodeEvidence, evidencePath } from '../../src/evidence/index.ts';
import type { FileInfo, ReadOptions } from '../../src/storage/index.ts';
import { commitPath } from '../../src/table/index.ts';
import { type Verification, verifyLake } from '../../src/verify/index.ts';
import { EVENTS, ingest, minutes, settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

export const CODES = 'curated/audit_codes';

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** A lake of six versions: two days, a bad row, a file that is no export, duplicates, a file replaced by a longer one. */
export async function lake(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  for (const [name, content] of [
    ['day.csv', minutes(1400, 100)],
    ['bad-rows.csv', `${minutes(10, 5)}yesterday,92042,x,li\n`],
    ['readme.txt', 'no export\n'],
    ['again.csv', minutes(1450, 100)],
    ['day.csv', minutes(1380, 120)],
  ] as const) {
    storage.put(`raw/${name}`, content);
    await ingest(storage, {}, [`raw/${name}`]);
  }
  return storage;
}

interface Verifying {
  readonly deep?: boolean;
  readonly head?: string | null;
  readonly now?: Date;
  readonly exclude?: string;
  readonly rawRetentionDays?: string;
}

export function verify(
  storage: MemoryStorage,
  { deep = false, head = null, now, ...rest }: Verifying = {},
): Promise<Verification> {
  return verifyLake(storage, settings(rest), { deep, head, ...(now !== undefined && { now: now.getTime() }) });
}

/** Problems as `kind where`, in their order. */
export function problems({ problems: found }: Verification): string[] {
  return found.map(({ kind, where }) => `${kind} ${where}`);
}

export function notes({ notes: found }: Verification): string[] {
  return found.map(({ kind, where }) => `${kind} ${where}`);
}

/** Replaces part of a text file, which must hold it. */
export function edit(storage: MemoryStorage, path: string, from: string | RegExp, to: string): void {
  const before = storage.content(path).toString();
  const after = before.replace(from, to);
  assert.ok(after !== before, `${path} holds no ${from}`);
  storage.put(path, after);
}

/** Flips one bit of a file, in its middle unless said otherwise. */
export function flip(storage: MemoryStorage, path: string, at = storage.content(path).length >> 1): void {
  const content = Buffer.from(storage.content(path));
  content[at]! ^= 1;
  storage.put(path, content);
}

export const log = (version: number) => commitPath(EVENTS, version);
export const evidence = (version: number) => evidencePath(EVENTS, version);

/** Writes all evidence anew, as somebody would who may write everywhere. */
export function reseal(storage: MemoryStorage, table = EVENTS): void {
  let previous: string | null = null;
  for (let version = 0; storage.files.has(commitPath(table, version)); version++) {
    const bytes = encodeEvidence(table, version, storage.content(commitPath(table, version)), previous);
    storage.put(evidencePath(table, version), bytes);
    previous = sha256(bytes);
  }
}

/** The data files of the table, in their order. */
export function dataFiles(storage: MemoryStorage): string[] {
  return storage.paths(`${EVENTS}/event_date=`);
}

/** A copy of a lake on another store: same content, other ETags and times. */
export class CopiedLake extends MemoryStorage {
  static of(storage: MemoryStorage): CopiedLake {
    const copied = new CopiedLake();
    for (const [path, { content }] of storage.files) copied.put(path, content, new Date('2027-01-01T00:00:00Z'));
    return copied;
  }

  override async head(path: string): Promise<FileInfo | null> {
    const info = await super.head(path);
    return info === null ? null : { ...info, etag: `"0x8D${info.etag.slice(0, 12).toUpperCase()}"` };
  }

  override async *read(path: string, options: ReadOptions = {}): AsyncGenerator<Uint8Array> {
    const { ifMatch, ...rest } = options;
    if (ifMatch !== undefined) assert.equal(ifMatch, (await this.head(path))?.etag);
    yield* super.read(path, rest);
  }
}
