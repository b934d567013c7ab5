import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../present/index.ts';
import { makeScratch } from '../storage/index.ts';

/** What stands for standard input among files. */
export const STANDARD_INPUT = '-';

/** How much of the content's SHA-256 names it, in hex digits. */
const NAME_DIGITS = 12;

/** Standard input as a file that is gone after {@link remove}. */
export interface SpooledInput {
  readonly file: string;
  /** `stdin-<beginning of the SHA-256>`: the same content has the same name. */
  readonly name: string;
  remove(): Promise<void>;
}

/**
 * Writes standard input to a file among temporary files that this user alone can read.
 * @throws UsageError where it is a terminal, from which nothing would come, or where nothing came
 */
export async function spoolInput(): Promise<SpooledInput> {
  if (process.stdin.isTTY)
    throw new UsageError('- stands for standard input, which is a terminal; pipe an export into it');
  const scratch = await makeScratch('input');
  try {
    const file = path.join(scratch.path, 'input');
    const hash = createHash('sha256');
    let bytes = 0;
    const counted = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    };
    await pipeline(process.stdin, counted, createWriteStream(file, { mode: 0o600 }));
    if (bytes === 0)
      throw new UsageError('expected an export on standard input, found nothing: it is empty; nothing was done');
    return { file, name: `stdin-${hash.digest('hex').slice(0, NAME_DIGITS)}`, remove: () => scratch.remove() };
  } catch (error) {
    await scratch.remove();
    throw error;
  }
}

/**
 * Standard input as a text.
 * @throws UsageError where it is a terminal, or no UTF-8
 */
export async function inputText(): Promise<string> {
  if (process.stdin.isTTY)
    throw new UsageError('- stands for standard input, which is a terminal; pipe a text into it');
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new UsageError('expected a text in UTF-8 on standard input, found other bytes');
  }
}
