import { isUtf8 } from 'node:buffer';

/** What the records of a ZIP file begin with (PKWARE APPNOTE 6.3.10, 4.3), read as little-endian. */
export const LOCAL = 0x04034b50;
export const CENTRAL = 0x02014b50;
export const END_OF_DIRECTORY = 0x06054b50;
export const END_OF_DIRECTORY_64 = 0x06064b50;
export const LOCATOR_64 = 0x07064b50;
export const DESCRIPTOR = 0x08074b50;
/** A split archive that turned out to need no splitting begins with one of these (8.5.4, and what older tools wrote). */
export const SPLIT_MARKS: readonly number[] = [DESCRIPTOR, 0x30304b50];

/** Bytes of the records, signature included, and without what they say that follows. */
export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
export const END_64_BYTES = 56;
export const LOCATOR_64_BYTES = 20;

const IN_EXTRA = 0xffffffff;
const ZIP64_EXTRA = 1;
const AES_EXTRA = 0x9901;
const ENCRYPTED = 1;
const SIZES_FOLLOW = 8;
const PATCHED = 0x20;
const STRONGLY_ENCRYPTED = 0x40;
const MASKED = 0x2000;

/** What the local header and the central directory say of an entry. */
export interface EntryHeader {
  /** As it stands there: a label that may say anything, and never a path to follow. */
  readonly name: Buffer;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly isPatched: boolean;
  /** Whether checksum and sizes stand behind the content, and not in the local header. */
  readonly sizesFollow: boolean;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  /** Whether the sizes have eight bytes each. */
  readonly is64: boolean;
}

/** @param fixed the first LOCAL_BYTES of the header; name and extra field follow it */
export function localLengths(fixed: Buffer): readonly [name: number, extra: number] {
  return [fixed.readUInt16LE(26), fixed.readUInt16LE(28)];
}

export function localHeader(fixed: Buffer, name: Buffer, extra: Buffer): EntryHeader {
  return header(fixed, 6, 14, name, extra);
}

/** @param fixed the first CENTRAL_BYTES of the header; name, extra field and comment follow it */
export function centralLengths(fixed: Buffer): readonly [name: number, extra: number, comment: number] {
  return [fixed.readUInt16LE(28), fixed.readUInt16LE(30), fixed.readUInt16LE(32)];
}

/** An entry of the central directory, and where its local header begins; null where it says that this is another file. */
export function centralHeader(fixed: Buffer, name: Buffer, extra: Buffer): (EntryHeader & { offset: number }) | null {
  const found = header(fixed, 8, 16, name, extra);
  const offset = fixed.readUInt32LE(42);
  const before = [fixed.readUInt32LE(24), fixed.readUInt32LE(20)].filter((value) => value === IN_EXTRA).length;
  const is64 = offset === IN_EXTRA;
  const long = is64 ? longFields(extra)[before] : offset;
  const disk = fixed.readUInt16LE(34);
  return disk === 0 || (disk === 0xffff && is64) ? { ...found, offset: long ?? offset } : null;
}

function header(fixed: Buffer, flagsAt: number, crcAt: number, name: Buffer, extra: Buffer): EntryHeader {
  const flags = fixed.readUInt16LE(flagsAt);
  const short = { compressed: fixed.readUInt32LE(crcAt + 4), size: fixed.readUInt32LE(crcAt + 8) };
  const long = longFields(extra);
  // The extra field holds what does not fit, in this order.
  const size = short.size === IN_EXTRA ? long.shift() : short.size;
  const compressed = short.compressed === IN_EXTRA ? long.shift() : short.compressed;
  return {
    name,
    method: fixed.readUInt16LE(flagsAt + 2),
    isEncrypted: (flags & (ENCRYPTED | STRONGLY_ENCRYPTED | MASKED)) !== 0 || fieldOf(extra, AES_EXTRA) !== null,
    isPatched: (flags & PATCHED) !== 0,
    sizesFollow: (flags & SIZES_FOLLOW) !== 0,
    crc: fixed.readUInt32LE(crcAt),
    compressed: compressed ?? IN_EXTRA,
    size: size ?? IN_EXTRA,
    is64: fieldOf(extra, ZIP64_EXTRA) !== null,
  };
}

/** The numbers of eight bytes in the ZIP64 field, in their order. */
function longFields(extra: Buffer): number[] {
  const field = fieldOf(extra, ZIP64_EXTRA) ?? Buffer.alloc(0);
  return Array.from({ length: Math.floor(field.length / 8) }, (_, at) => Number(field.readBigUInt64LE(8 * at)));
}

function fieldOf(extra: Buffer, id: number): Buffer | null {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  return null;
}

/** A name as it is shown: what is no plain text in it is escaped. */
export function labelOf(name: Uint8Array): string {
  const bytes = Buffer.from(name.buffer, name.byteOffset, name.length);
  return isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1');
}
