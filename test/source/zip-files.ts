import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of an archive to be made, and how it is to be written; what is said of it can be made to lie. */
export interface EntryToMake {
  readonly name: string | Uint8Array;
  readonly content: Uint8Array;
  readonly stored?: boolean;
  /** Whether checksum and sizes stand behind the content: with a signature or without, of four bytes or of eight. */
  readonly descriptor?: 'marked' | 'unmarked' | 'marked64' | 'unmarked64';
  readonly zip64?: boolean;
  readonly method?: number;
  readonly flags?: number;
  /** Changes what is said, not what stands there. */
  readonly local?: Partial<Said>;
  readonly central?: Partial<Said>;
}

interface Said {
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
  readonly name: string;
}

const DEFLATED = 8;

/** A ZIP archive of these entries, by APPNOTE 4.3 and by no other code. */
export function zip(
  entries: readonly EntryToMake[],
  { comment = '', end64 = false, count = entries.length, between = '' } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  const put = (part: Buffer) => {
    parts.push(part);
    offset += part.length;
  };
  for (const entry of entries) {
    const stored = entry.stored === true ? Buffer.from(entry.content) : deflateRawSync(entry.content);
    const sums = { crc: crc32(entry.content), compressed: stored.length, size: entry.content.length };
    const begin = offset;
    put(local(entry, { ...sums, ...entry.local }));
    put(stored);
    if (entry.descriptor !== undefined) put(descriptor(entry.descriptor, { ...sums, ...entry.local }));
    directory.push(central(entry, { ...sums, offset: begin, ...entry.central }));
    put(Buffer.from(between));
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const at = offset;
  for (const each of directory) put(each);
  if (end64) put(endOf64(count, size, at, offset));
  put(numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, comment.length]));
  put(Buffer.from(comment));
  return Buffer.concat(parts);
}

function local(entry: EntryToMake, said: Pick<Said, 'crc' | 'compressed' | 'size'> & { name?: string }): Buffer {
  const name = Buffer.from(said.name ?? entry.name);
  const follows = entry.descriptor !== undefined;
  const extra = entry.zip64 === true ? extra64(follows ? [0, 0] : [said.size, said.compressed]) : Buffer.alloc(0);
  const [size, compressed] = entry.zip64 === true ? [2 ** 32 - 1, 2 ** 32 - 1] : [said.size, said.compressed];
  const fixed = numbers(
    ...([
      [4, 0x04034b50],
      [2, 20],
      [2, flagsOf(entry)],
      [2, methodOf(entry)],
      [4, 0],
    ] as const),
    ...([
      [4, follows ? 0 : said.crc],
      [4, follows && entry.zip64 !== true ? 0 : compressed],
    ] as const),
    ...([
      [4, follows && entry.zip64 !== true ? 0 : size],
      [2, name.length],
      [2, extra.length],
    ] as const),
  );
  return Buffer.concat([fixed, name, extra]);
}

function central(entry: EntryToMake, said: Omit<Said, 'name'> & { name?: string }): Buffer {
  const name = Buffer.from(said.name ?? entry.name);
  const is64 = entry.zip64 === true;
  const extra = is64 ? extra64([said.size, said.compressed, said.offset]) : Buffer.alloc(0);
  const far = 2 ** 32 - 1;
  const fixed = numbers(
    ...([
      [4, 0x02014b50],
      [2, 45],
      [2, 20],
      [2, flagsOf(entry)],
      [2, methodOf(entry)],
      [4, 0],
      [4, said.crc],
    ] as const),
    ...([
      [4, is64 ? far : said.compressed],
      [4, is64 ? far : said.size],
      [2, name.length],
      [2, extra.length],
    ] as const),
    ...([
      [2, 0],
      [2, 0],
      [2, 0],
      [4, 0],
      [4, is64 ? far : said.offset],
    ] as const),
  );
  return Buffer.concat([fixed, name, extra]);
}

function flagsOf({ descriptor: follows, flags = 0x800 }: EntryToMake): number {
  return flags | (follows === undefined ? 0 : 8);
}

function methodOf({ method, stored }: EntryToMake): number {
  return method ?? (stored === true ? 0 : DEFLATED);
}

function descriptor(
  form: NonNullable<EntryToMake['descriptor']>,
  said: Pick<Said, 'crc' | 'compressed' | 'size'>,
): Buffer {
  const width = form.endsWith('64') ? 8 : 4;
  const sums = numbers([4, said.crc], [width, said.compressed], [width, said.size]);
  return form.startsWith('marked') ? Buffer.concat([Buffer.from('504b0708', 'hex'), sums]) : sums;
}

function extra64(values: readonly number[]): Buffer {
  return numbers([2, 1], [2, 8 * values.length], ...values.map((value) => [8, value] as const));
}

function endOf64(count: number, size: number, at: number, offset: number): Buffer {
  return numbers(
    ...([
      [4, 0x06064b50],
      [8, 44],
      [2, 45],
      [2, 45],
      [4, 0],
      [4, 0],
      [8, count],
      [8, count],
      [8, size],
      [8, at],
    ] as const),
    ...([
      [4, 0x07064b50],
      [4, 0],
      [8, offset],
      [4, 1],
    ] as const),
  );
}

/** Little-endian numbers of so many bytes each. */
function numbers(...values: readonly (readonly [bytes: number, value: number])[]): Buffer {
  return Buffer.concat(
    values.map(([bytes, value]) => {
      const number = Buffer.alloc(bytes);
      if (bytes === 8) number.writeBigUInt64LE(BigInt(value));
      else number.writeUIntLE(value, 0, bytes);
      return number;
    }),
  );
}
