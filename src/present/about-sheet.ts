import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { writeXlsxStream } from 'hucre/xlsx';

/** What the sheet is called that says what has to be said with the others. */
const NAME = 'about';

/** Its place in the workbook. */
const PART = 'xl/worksheets/about.xml';

/** The first of the parts that tell of the sheets; a workbook has them behind all sheets, and none of them is big. */
const FIRST_OF_THE_LAST = 'xl/workbook.xml';

/** Bytes at the end of a workbook in which they lie, with the directory. */
const LAST_BYTES = 1 << 17;

/** The end of a ZIP without comment, and an entry of its directory without name (APPNOTE.TXT 4.3.16 and 4.3.12), in bytes. */
const END_BYTES = 22;
const ENTRY_BYTES = 46;

/** The same day in every workbook, so that the same rows are the same bytes. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * A workbook with a last sheet of its own, a line in each row. Whoever writes rows as they come knows only then what is to be
 * said, and the library that writes them has no place for it: so what tells of the sheets is written again, and no more.
 * @param workbook a ZIP without comment and without ZIP64, whose last parts tell of its sheets
 * @param lines what to say, once all of it is written; where there is nothing, the workbook stays as it is
 */
export async function* withAboutSheet(
  workbook: AsyncIterable<Uint8Array>,
  lines: () => readonly string[],
): AsyncGenerator<Uint8Array> {
  let [held, passed] = [Buffer.alloc(0), 0];
  for await (const bytes of workbook) {
    held = Buffer.concat([held, bytes]);
    if (held.length < 2 * LAST_BYTES) continue;
    const over = held.length - LAST_BYTES;
    yield held.subarray(0, over);
    passed += over;
    held = held.subarray(over);
  }
  const said = lines();
  yield said.length === 0 ? held : extended(held, passed, await sheetOf(said));
}

/** The end of a workbook that begins at an offset, with one sheet more. */
function extended(end: Buffer, start: number, sheet: Uint8Array): Uint8Array {
  const { directory, entries } = directoryOf(end, start);
  const rewritten = entries.findIndex(({ name }) => name === FIRST_OF_THE_LAST);
  const first = entries[rewritten];
  if (first === undefined || first.offset < start)
    throw new Error(`expected ${FIRST_OF_THE_LAST} near the end of a workbook`);
  const from = first.offset - start;
  const last = archive(
    end.subarray(from, directory),
    entries.slice(rewritten).map((entry) => moved(entry, -first.offset)),
  );
  const parts = Object.entries(unzipSync(last)).map(([name, content]) => [
    name,
    strToU8(told(name, strFromU8(content))),
  ]);
  const added = Buffer.from(zipSync(Object.fromEntries([...parts, [PART, sheet]]), { mtime: NO_TIME }));
  const { directory: size, entries: others } = directoryOf(added, 0);
  return archive(
    Buffer.concat([end.subarray(0, from), added.subarray(0, size)]),
    [...entries.slice(0, rewritten).map(({ bytes }) => bytes), ...others.map((entry) => moved(entry, first.offset))],
    start,
  );
}

interface Entry {
  readonly name: string;
  readonly offset: number;
  readonly bytes: Buffer;
}

/** The directory of a ZIP of which the bytes before an offset are not there: where it begins in these, and its entries. */
function directoryOf(end: Buffer, start: number): { readonly directory: number; readonly entries: readonly Entry[] } {
  const directory = end.readUInt32LE(end.length - END_BYTES + 16) - start;
  const entries: Entry[] = [];
  for (let at = directory; at < end.length - END_BYTES; ) {
    const name = end.readUInt16LE(at + 28);
    const size = ENTRY_BYTES + name + end.readUInt16LE(at + 30) + end.readUInt16LE(at + 32);
    const bytes = end.subarray(at, at + size);
    entries.push({
      name: bytes.toString('utf8', ENTRY_BYTES, ENTRY_BYTES + name),
      offset: bytes.readUInt32LE(42),
      bytes,
    });
    at += size;
  }
  return { directory, entries };
}

function moved({ bytes, offset }: Entry, by: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt32LE(offset + by, 42);
  return copy;
}

/** A ZIP of contents and the entries of their directory. @param start bytes that stand before them */
function archive(contents: Buffer, entries: readonly Buffer[], start = 0): Buffer {
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(END_BYTES);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(start + contents.length, 16);
  return Buffer.concat([contents, directory, end]);
}

const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml';
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet';

/** A part that tells of the sheets, with the one more (ECMA-376 part 1, 18.2.19; part 2, 9.3 and 10.1). */
function told(name: string, xml: string): string {
  switch (name) {
    case FIRST_OF_THE_LAST:
      return xml.replace(
        '</sheets>',
        `<sheet name="${NAME}" sheetId="${xml.split('<sheet ').length}" r:id="${NAME}"/></sheets>`,
      );
    case 'xl/_rels/workbook.xml.rels':
      return xml.replace(
        '</Relationships>',
        `<Relationship Id="${NAME}" Type="${RELATION}" Target="worksheets/about.xml"/></Relationships>`,
      );
    case '[Content_Types].xml':
      return xml.replace('</Types>', `<Override PartName="/${PART}" ContentType="${TYPE}"/></Types>`);
    default:
      return xml;
  }
}

/** The sheet itself, as the library writes one of a workbook of its own. */
async function sheetOf(lines: readonly string[]): Promise<Uint8Array> {
  const rows = lines.map((line) => [line]);
  const written = writeXlsxStream(rows, { name: NAME });
  const sheet = unzipSync(new Uint8Array(await new Response(written).arrayBuffer()))['xl/worksheets/sheet1.xml'];
  if (sheet === undefined) throw new Error('expected a sheet in a workbook of one');
  return sheet;
}
