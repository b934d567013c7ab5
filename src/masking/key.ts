import { randomBytes } from 'node:crypto';
import { MASKING_KEYS, readAll, type Storage, sha256Hex } from '../storage/index.ts';

/** Where the key is by which people are masked. A key that works otherwise gets another name. */
export const PEOPLE_KEY = `${MASKING_KEYS}people-1.json`;

const KEY_BYTES = 32;

/** No key is longer, written. */
const MOST_BYTES = 1024;

/** A key by which pseudonyms are made. */
export interface MaskingKey {
  /** Digest of the key, from which it cannot be had: answers that name the same id have the same pseudonyms. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** The key file of a lake is none that this program wrote. */
export class MaskingKeyError extends Error {
  /** The message without the path. */
  readonly found: string;

  constructor(what: string) {
    const found =
      `expected the key by which names are masked, as this program wrote it, found ${what}; ` +
      'put the file back from a copy, or destroy it with erase --masking-key: the next masked answer makes a new key, and its pseudonyms are others';
    super(`${PEOPLE_KEY}: ${found}`);
    this.name = new.target.name;
    this.found = found;
  }
}

/** The key of a lake; null where none was made yet. @throws MaskingKeyError, storage errors */
export async function storedMaskingKey(storage: Storage): Promise<MaskingKey | null> {
  const file = await storage.head(PEOPLE_KEY);
  if (file === null) return null;
  if (file.size > MOST_BYTES) throw new MaskingKeyError(`${file.size} bytes`);
  return parsedKey(Buffer.from(await readAll(storage, PEOPLE_KEY)).toString('utf8'));
}

/** The key of a lake, which the first one that asks makes. @throws MaskingKeyError, storage errors */
export async function maskingKey(
  storage: Storage,
  random: (bytes: number) => Uint8Array = randomBytes,
): Promise<MaskingKey> {
  const stored = await storedMaskingKey(storage);
  if (stored !== null) return stored;
  const made = keyOf(random(KEY_BYTES));
  const text = JSON.stringify({ purpose: 'people', key: Buffer.from(made.bytes).toString('hex'), id: made.id });
  if ((await storage.create(PEOPLE_KEY, Buffer.from(`${text}\n`, 'utf8'))) === 'created') return made;
  // Somebody else made one at the same time, and that is the lake's.
  return (await storedMaskingKey(storage)) ?? made;
}

/** Lake paths of all keys there are, also of those whose name this program does not know. @throws storage errors */
export async function maskingKeyPaths(storage: Storage): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of storage.list(MASKING_KEYS)) paths.push(path);
  return paths;
}

function keyOf(bytes: Uint8Array): MaskingKey {
  return { bytes, id: sha256Hex(Buffer.concat([Buffer.from('masking key id\0'), bytes])).slice(0, 8) };
}

function parsedKey(text: string): MaskingKey {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MaskingKeyError('no JSON');
  }
  const { key, id } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if (typeof key !== 'string' || !/^[0-9a-f]{64}$/.test(key)) {
    throw new MaskingKeyError('no key of 64 hex digits in it');
  }
  const made = keyOf(Buffer.from(key, 'hex'));
  if (made.id !== id) throw new MaskingKeyError('a key that is not the one whose digest is beside it: one was altered');
  return made;
}
