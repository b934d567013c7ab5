import { crc32, createInflateRaw } from 'node:zlib';
import { ByteSource } from './byte-source.ts';
import { checkLimits } from './compression.ts';
import { inflate } from './inflating.ts';
import { RejectedFile } from './rejection.ts';
import { shownName } from './shown-name.ts';
import type { SourceSettings } from './source-settings.ts';
import { readDescriptor, storedUpToDescriptor } from './zip-descriptor.ts';
import { type ReadEntry, readDirectory } from './zip-directory.ts';
import { corrupt, endsEarly, exactly, unsupported } from './zip-faults.ts';
import {
  CENTRAL,
  END_OF_DIRECTORY,
  END_OF_DIRECTORY_64,
  type EntryHeader,
  LOCAL,
  LOCAL_BYTES,
  labelOf,
  localHeader,
  localLengths,
  SPLIT_MARKS,
} from './zip-headers.ts';

/** An entry of an archive. Its bytes are to be read to their end before the next one is asked for. */
export interface ZipEntry {
  /** Its name: a label, never a path. */
  readonly label: string;
  readonly bytes: AsyncIterable<Uint8Array>;
}

type Limits = Pick<SourceSettings, 'maxFileBytes' | 'maxCompressionRatio' | 'maxEntries'>;

/** How an archive ends, and one without entries begins. */
const ENDS: readonly number[] = [END_OF_DIRECTORY, END_OF_DIRECTORY_64];
const STORED = 0;
const DEFLATED = 8;
const METHODS: Readonly<Record<number, string>> = {
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'xz',
  98: 'PPMd',
};
const LONGEST_NAME = 4096;
const OUTPUT_CHUNK = 256 * 1024;

/** Whether a ZIP archive begins here, with an entry or with none. */
export function isZip(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const signature = view.getUint32(0, true);
  if (signature === LOCAL || ENDS.includes(signature)) return true;
  return SPLIT_MARKS.includes(signature) && head.length >= 8 && view.getUint32(4, true) === LOCAL;
}

/**
 * The entries of a ZIP archive (PKWARE APPNOTE 6.3.10), one after the other as they stand in it, in bounded memory. What they hold
 * is known by what was read: checksums, sizes and the directory behind them must agree with that, and nothing may stand between,
 * before or behind them.
 * @throws RejectedFile `corrupt_archive`, `unsupported_archive`, `too_many_entries`, `decompression_limit`. Errors of `chunks`
 * pass unchanged
 */
export async function* zipEntries(chunks: AsyncIterable<Uint8Array>, limits: Limits): AsyncGenerator<ZipEntry> {
  const walk = new Walk(new ByteSource(chunks), limits);
  try {
    yield* walk.entries();
  } finally {
    await walk.source.close();
  }
}

class Walk {
  readonly source: ByteSource;
  readonly #limits: Limits;
  readonly #read: ReadEntry[] = [];
  #produced = 0;

  constructor(source: ByteSource, limits: Limits) {
    this.source = source;
    this.#limits = limits;
  }

  async *entries(): AsyncGenerator<ZipEntry> {
    const { source } = this;
    if (SPLIT_MARKS.includes((await source.peek(4)).readUInt32LE(0))) await source.take(4);
    for (;;) {
      const next = await source.peek(4);
      const signature = next.length === 4 ? next.readUInt32LE(0) : -1;
      if (signature === CENTRAL || ENDS.includes(signature)) break;
      if (signature !== LOCAL) throw corrupt(`the next entry or the directory at offset ${source.position}`, 'neither');
      const offset = source.position;
      const header = await this.#header();
      const label = labelOf(header.name);
      const content = this.#content(header, offset, label);
      yield { label, bytes: content };
      // What was not read counts all the same.
      for await (const _ of content);
    }
    await readDirectory(source, this.#read);
  }

  async #header(): Promise<EntryHeader> {
    const { source } = this;
    const fixed = await exactly(source, LOCAL_BYTES);
    const [nameLength, extraLength] = localLengths(fixed);
    const name = await exactly(source, nameLength);
    const header = localHeader(fixed, name, await exactly(source, extraLength));
    this.#check(header);
    return header;
  }

  #check({ name, method, isEncrypted, isPatched }: EntryHeader): void {
    const { maxEntries } = this.#limits;
    const shown = shownName(labelOf(name));
    if (this.#read.length === maxEntries) {
      throw new RejectedFile(
        'too_many_entries',
        `expected at most ${maxEntries} entries in a ZIP archive, found more; unpack it and ingest the folder, or raise ` +
          'AUDIT_LAKE_MAX_ENTRIES (--max-entries)',
      );
    }
    if (name.length > LONGEST_NAME) throw corrupt(`a name of at most ${LONGEST_NAME} bytes`, `one of ${name.length}`);
    if (isEncrypted) throw unsupported(`entry ${shown} is encrypted`, 'unpack the archive with its password');
    const isKnown = method === STORED || method === DEFLATED;
    if (!isKnown || isPatched) {
      throw unsupported(
        `entry ${shown} is compressed with ${METHODS[method] ?? `method ${method}`}`,
        'unpack the archive, or make it again with Deflate',
      );
    }
  }

  async *#content(header: EntryHeader, offset: number, label: string): AsyncGenerator<Uint8Array> {
    const { source } = this;
    const begin = source.position;
    const before = this.#produced;
    let crc = 0;
    for await (const chunk of this.#bytes(header, label)) {
      crc = crc32(chunk, crc);
      this.#produced += chunk.length;
      checkLimits(this.#produced, source.position, this.#limits);
      yield chunk;
    }
    const found = { crc, compressed: source.position - begin, size: this.#produced - before };
    const said = header.sizesFollow ? await readDescriptor(source, found) : header;
    const differs = said === null || (['crc', 'compressed', 'size'] as const).some((key) => said[key] !== found[key]);
    if (differs) {
      throw corrupt(
        `entry ${shownName(label)} to have the checksum and sizes that are said of it`,
        `${found.compressed} bytes that give ${found.size} of checksum ${found.crc.toString(16).padStart(8, '0')}`,
      );
    }
    this.#read.push({ name: header.name, method: header.method, offset, ...found });
  }

  async *#bytes(header: EntryHeader, label: string): AsyncGenerator<Uint8Array> {
    const { source } = this;
    if (header.method === STORED) {
      yield* header.sizesFollow ? storedUpToDescriptor(source) : stored(source, header.compressed);
      return;
    }
    try {
      yield* inflate(createInflateRaw({ chunkSize: OUTPUT_CHUNK }), source);
    } catch (error) {
      if (error instanceof RejectedFile || error === source.failure) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw corrupt(`entry ${shownName(label)} to be whole`, `damage or an early end (${why})`, error);
    }
  }
}

async function* stored(source: ByteSource, length: number): AsyncGenerator<Uint8Array> {
  for (let missing = length; missing > 0; ) {
    const chunk = await source.some(missing);
    if (chunk === undefined) throw endsEarly();
    missing -= chunk.length;
    yield chunk;
  }
}
