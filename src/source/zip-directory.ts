import type { ByteSource } from './byte-source.ts';
import type { RejectedFile } from './rejection.ts';
import { shownName } from './shown-name.ts';
import type { Sums } from './zip-descriptor.ts';
import { corrupt, exactly, unsupported } from './zip-faults.ts';
import {
  CENTRAL,
  CENTRAL_BYTES,
  centralHeader,
  centralLengths,
  END_64_BYTES,
  END_BYTES,
  END_OF_DIRECTORY,
  END_OF_DIRECTORY_64,
  LOCATOR_64,
  LOCATOR_64_BYTES,
  labelOf,
} from './zip-headers.ts';

/** An entry as it was read: what the directory at the end must agree with. */
export interface ReadEntry extends Sums {
  readonly name: Buffer;
  readonly method: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** What the directory says of an entry that was read. */
const SAID = ['method', 'crc', 'compressed', 'size'] as const;
const MANY = 0xffff;
const FAR = 0xffffffff;
/** Bytes that the end may have for what nobody uses. */
const MOST_END_64 = 65_536;

/**
 * Reads the directory behind the entries, and the end of the archive.
 * @throws RejectedFile `corrupt_archive` where they do not say of the entries what was read, or something follows
 */
export async function readDirectory(source: ByteSource, read: readonly ReadEntry[]): Promise<void> {
  const begin = source.position;
  const unnamed = new Map(read.map((entry) => [entry.offset, entry]));
  for (let named = 0; ; named++) {
    const signature = await signatureOf(source);
    if (signature !== CENTRAL) break;
    if (named === read.length)
      throw corrupt(`a directory of ${read.length} entries, as many as there are`, 'one of more');
    await readEntry(source, unnamed);
  }
  const [missing] = unnamed.values();
  if (missing !== undefined) {
    throw corrupt('each entry to be in its directory', `no ${shownName(labelOf(missing.name))} there`);
  }
  await readEnd(source, { entries: read.length, begin, size: source.position - begin });
}

async function readEntry(source: ByteSource, unnamed: Map<number, ReadEntry>): Promise<void> {
  const fixed = await exactly(source, CENTRAL_BYTES);
  const [nameLength, extraLength, commentLength] = centralLengths(fixed);
  const name = await exactly(source, nameLength);
  const header = centralHeader(fixed, name, await exactly(source, extraLength));
  await exactly(source, commentLength);
  if (header === null) throw split();
  const entry = unnamed.get(header.offset);
  if (entry === undefined || !entry.name.equals(name) || SAID.some((key) => entry[key] !== header[key])) {
    throw corrupt('its directory to agree with its entries', `another ${shownName(labelOf(name))} in the directory`);
  }
  unnamed.delete(header.offset);
}

interface Directory {
  readonly entries: number;
  readonly begin: number;
  readonly size: number;
}

async function readEnd(source: ByteSource, directory: Directory): Promise<void> {
  if ((await signatureOf(source)) === END_OF_DIRECTORY_64) await readEnd64(source, directory);
  if ((await signatureOf(source)) !== END_OF_DIRECTORY) throw corrupt('its end behind the directory', 'something else');
  const end = await exactly(source, END_BYTES);
  if (end.readUInt16LE(4) !== 0 && end.readUInt16LE(4) !== MANY) throw split();
  const said = [end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)] as const;
  const found = [directory.entries, directory.size, directory.begin] as const;
  const agrees = said.every((value, at) => value === found[at] || value === (at === 0 ? MANY : FAR));
  if (!agrees) throw corrupt('its end to agree with its directory', `${said.join(', ')} for ${found.join(', ')}`);
  await exactly(source, end.readUInt16LE(20));
  if ((await source.peek(1)).length > 0) {
    throw corrupt(
      'nothing behind its end',
      `more from offset ${source.position} on (two archives in one file, perhaps)`,
    );
  }
}

async function readEnd64(source: ByteSource, { entries, begin, size }: Directory): Promise<void> {
  const at = source.position;
  const end = await exactly(source, END_64_BYTES);
  const more = Number(end.readBigUInt64LE(4)) + 12 - END_64_BYTES;
  if (more < 0 || more > MOST_END_64)
    throw corrupt('an end as the format has it', `one of ${more + END_64_BYTES} bytes`);
  await exactly(source, more);
  const said = [end.readBigUInt64LE(32), end.readBigUInt64LE(40), end.readBigUInt64LE(48)].map(Number);
  const locator = await exactly(source, LOCATOR_64_BYTES);
  const agrees = [entries, size, begin].every((value, index) => value === said[index]);
  if (!agrees || locator.readUInt32LE(0) !== LOCATOR_64 || Number(locator.readBigUInt64LE(8)) !== at) {
    throw corrupt('its end to agree with its directory', `${said.join(', ')} for ${[entries, size, begin].join(', ')}`);
  }
}

async function signatureOf(source: ByteSource): Promise<number> {
  const next = await source.peek(4);
  return next.length === 4 ? next.readUInt32LE(0) : -1;
}

function split(): RejectedFile {
  return unsupported('it is one file of a split archive', 'join its files, or unpack it');
}
