import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { isTaken, putBlob, sendOnce, type WholeBody } from './adls-publication.ts';
import type { Requests } from './adls-request.ts';
import { StorageFault } from './errors.ts';
import { makeScratch } from './scratch-folder.ts';

/** So much is held in memory; a longer file waits on disk until its length is known. */
const IN_MEMORY = 32 * 2 ** 20;

/** The most that Put Blob takes. Source: Azure Storage, Put Blob. */
const LARGEST_PUT = 5000 * 2 ** 20;

/**
 * Publishes a file under a free name by Put Blob alone, whatever its size: to put blocks together takes a right to write,
 * which is one to replace. Whoever may only add is denied what exists before a condition is looked at, so that a denial may
 * mean that the name is taken.
 */
export async function addFile(
  requests: Requests,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<'created' | 'exists'> {
  const attempt = requests.host.randomId();
  await using whole = await wholeOf(content);
  if (whole.bytes > LARGEST_PUT) {
    const { operation, path: target } = requests.target;
    throw new StorageFault(
      operation,
      target,
      `expected at most ${LARGEST_PUT} bytes, which Azure takes in one request, found ${whole.bytes}; pull shorter windows`,
    );
  }
  let looked = false;
  return await sendOnce(requests, attempt, () => {
    const mayBeTaken = !looked;
    looked = true;
    return putBlob(requests, whole.body, whole.bytes, attempt, (failure) => {
      return isTaken(failure) || (mayBeTaken && failure.status === 403);
    });
  });
}

interface Whole extends AsyncDisposable {
  readonly body: WholeBody;
  readonly bytes: number;
}

async function wholeOf(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<Whole> {
  if (content instanceof Uint8Array) return inMemory(content);
  const held: Uint8Array[] = [];
  let bytes = 0;
  const chunks = content[Symbol.asyncIterator]();
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    // A chunk is valid until the next one is asked for.
    held.push(Uint8Array.from(next.value));
    bytes += next.value.length;
    if (bytes > IN_MEMORY) return await onDisk(held, chunks);
  }
  return inMemory(Buffer.concat(held));
}

function inMemory(body: Uint8Array): Whole {
  return { body, bytes: body.length, [Symbol.asyncDispose]: async () => undefined };
}

/** Writes what was read, and the rest, into a file of this user alone that is gone at the end. */
async function onDisk(held: Uint8Array[], rest: AsyncIterator<Uint8Array>): Promise<Whole> {
  const scratch = await makeScratch('land');
  try {
    const file = path.join(scratch.path, 'file');
    const handle = await open(file, 'wx', 0o600);
    let bytes = 0;
    try {
      for (const chunk of held.splice(0)) bytes += (await handle.write(chunk)).bytesWritten;
      for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
        bytes += (await handle.write(next.value)).bytesWritten;
      }
    } finally {
      await handle.close();
    }
    return { body: () => createReadStream(file), bytes, [Symbol.asyncDispose]: () => scratch.remove() };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}
