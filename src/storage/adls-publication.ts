import { AdlsFailure, isConditionFailed, isPassing } from './adls-fault.ts';
import { ATTEMPT, type BlobState, blobState, isAbsent, quoted } from './adls-file.ts';
import type { Requests } from './adls-request.ts';
import { PreconditionFailed, StorageFault, Unavailable } from './errors.ts';

/** Content up to this size goes in one request. */
const LARGEST_PUT = 32 * 2 ** 20;

const BLOCK_BYTES = 8 * 2 ** 20;

/** A name that was taken when we asked for it and free when we looked is asked for so often. */
const MOST_ROUNDS = 3;

/**
 * Publishes a file under a free name in one step: Put Blob, or blocks that nobody sees until Put Block List.
 *
 * The answer to that step may get lost after it was done, and the next try then finds the name taken. Each call gives
 * its file an id of its own, so a look at the file that has the name tells whose it is.
 */
export async function createFile(
  requests: Requests,
  content: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<'created' | 'exists'> {
  const attempt = requests.host.randomId();
  const pieces = content instanceof Uint8Array ? blocksOf(content) : gathered(content);
  const blocks: string[] = [];
  let first: Uint8Array | null = null;
  for await (const piece of pieces) {
    if (piece.last && blocks.length === 0)
      return sendOnce(requests, attempt, () => putBlob(requests, piece.bytes, piece.bytes.length, attempt));
    if (first === null) {
      // Spares the transfer where the name is taken already.
      const present = await blobState(requests);
      if (present !== null) return outcome(requests, present, attempt);
      first = piece.bytes;
    }
    blocks.push(await putBlock(requests, piece.bytes, attempt, blocks.length));
  }
  return sendOnce(requests, attempt, () => putBlockList(requests, blocks, attempt));
}

/** Puts content in place of a file in one request. @throws PreconditionFailed */
export async function replaceFile(requests: Requests, content: Uint8Array, ifMatch: string | undefined): Promise<void> {
  const attempt = requests.host.randomId();
  const conditions = ifMatch === undefined ? {} : { ifMatch: quoted(ifMatch) };
  const result = await requests.send(
    ({ blobs }, abortSignal) =>
      blobs
        .getBlockBlobClient(requests.place.name)
        .upload(content, content.length, { conditions, metadata: { [ATTEMPT]: attempt }, abortSignal }),
    {
      bytes: content.length,
      expected: (failure) => ifMatch !== undefined && (isConditionFailed(failure) || isAbsent(failure)),
    },
  );
  if (!(result instanceof AdlsFailure)) return;
  const found = await blobState(requests);
  const { operation, path } = requests.target;
  if (found === 'folder') throw folderInTheWay(requests);
  if (found?.attempt === attempt) return;
  throw new PreconditionFailed(operation, path, ifMatch ?? '', found?.etag ?? 'no file');
}

/** Runs the step that makes the file visible, and finds out whose file has the name where it is taken. */
export async function sendOnce(
  requests: Requests,
  attempt: string,
  publish: () => Promise<AdlsFailure | null>,
): Promise<'created' | 'exists'> {
  for (let round = 1; ; round++) {
    const failure = await publish();
    if (failure === null) return 'created';
    const present = await blobState(requests);
    if (present !== null) return outcome(requests, present, attempt);
    if (round === MOST_ROUNDS) {
      const { operation, path } = requests.target;
      throw new Unavailable(
        operation,
        path,
        `the service refuses the name although no file has it; a file may stand where the path needs a folder, or other writers come and go (${failure.code}, ${failure.status})`,
        { code: failure.code },
      );
    }
  }
}

function outcome(requests: Requests, present: BlobState | 'folder', attempt: string): 'created' | 'exists' {
  if (present === 'folder') throw folderInTheWay(requests);
  return present.attempt === attempt ? 'created' : 'exists';
}

function folderInTheWay({ target }: Requests): StorageFault {
  return new StorageFault(target.operation, target.path, 'a folder stands at this path');
}

/** Whether a write was refused because of what stands at its path. */
export function isTaken(failure: AdlsFailure): boolean {
  if (isConditionFailed(failure)) return true;
  return failure.status === 409 && !isPassing(failure) && !/^(Container|Filesystem|Lease)/.test(failure.code);
}

/** A file's bytes as they are sent: a stream is opened anew for each try. */
export type WholeBody = Uint8Array | (() => NodeJS.ReadableStream);

/** Put Blob under a free name. @param expected failures that are a result */
export async function putBlob(
  requests: Requests,
  content: WholeBody,
  bytes: number,
  attempt: string,
  expected: (failure: AdlsFailure) => boolean = isTaken,
): Promise<AdlsFailure | null> {
  const result = await requests.send(
    ({ blobs }, abortSignal) =>
      blobs.getBlockBlobClient(requests.place.name).upload(content, bytes, {
        conditions: { ifNoneMatch: '*' },
        metadata: { [ATTEMPT]: attempt },
        abortSignal,
      }),
    { bytes, expected },
  );
  return result instanceof AdlsFailure ? result : null;
}

/** Ids of a file's blocks must be of one length, whoever sends them, and ours must not meet another writer's. */
async function putBlock(requests: Requests, content: Uint8Array, attempt: string, index: number): Promise<string> {
  const id = Buffer.from(`${attempt}-${String(index).padStart(5, '0')}`).toString('base64');
  await requests.send(
    ({ blobs }, abortSignal) =>
      blobs.getBlockBlobClient(requests.place.name).stageBlock(id, content, content.length, { abortSignal }),
    { bytes: content.length },
  );
  return id;
}

async function putBlockList(requests: Requests, blocks: string[], attempt: string): Promise<AdlsFailure | null> {
  const result = await requests.send(
    ({ blobs }, abortSignal) =>
      blobs.getBlockBlobClient(requests.place.name).commitBlockList(blocks, {
        conditions: { ifNoneMatch: '*' },
        metadata: { [ATTEMPT]: attempt },
        abortSignal,
      }),
    // Another writer's commit discards the blocks that nobody has committed, ours among them.
    { expected: (failure) => isTaken(failure) || failure.code === 'InvalidBlockList' },
  );
  return result instanceof AdlsFailure ? result : null;
}

interface Piece {
  readonly bytes: Uint8Array;
  /** Nothing follows. */
  readonly last: boolean;
}

function* blocksOf(content: Uint8Array): Iterable<Piece> {
  const size = content.length <= LARGEST_PUT ? LARGEST_PUT : BLOCK_BYTES;
  for (let start = 0; start === 0 || start < content.length; start += size) {
    yield { bytes: content.subarray(start, start + size), last: start + size >= content.length };
  }
}

/** The chunks of a stream in blocks; a block is valid until the next one is asked for. */
async function* gathered(content: AsyncIterable<Uint8Array>): AsyncIterable<Piece> {
  let block = Buffer.allocUnsafe(0);
  let filled = 0;
  for await (const chunk of content) {
    for (let taken = 0; taken < chunk.length; ) {
      if (filled === BLOCK_BYTES) {
        yield { bytes: block, last: false };
        filled = 0;
      }
      const part = chunk.subarray(taken, taken + BLOCK_BYTES - filled);
      block = withRoom(block, filled, part.length);
      block.set(part, filled);
      filled += part.length;
      taken += part.length;
    }
  }
  yield { bytes: block.subarray(0, filled), last: true };
}

/** The block, or a copy that doubles it: most files are far smaller than a block. */
function withRoom(block: Buffer<ArrayBuffer>, filled: number, more: number): Buffer<ArrayBuffer> {
  if (block.length >= filled + more) return block;
  const larger = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, Math.max(2 * block.length, filled + more, 64 * 1024)));
  larger.set(block.subarray(0, filled));
  return larger;
}
