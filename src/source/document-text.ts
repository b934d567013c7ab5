import { isUtf8 } from 'node:buffer';
import { ByteWords } from './byte-words.ts';
import { refuseForeignText } from './foreign-format.ts';
import { Peeked } from './peeked.ts';
import { HEAD_BYTES } from './recognise.ts';
import { RejectedFile } from './rejection.ts';
import type { SourceSettings } from './source-settings.ts';
import { checkText } from './text-check.ts';
import { markedEncoding } from './text-encoding.ts';
import { toUtf8 } from './transcoding.ts';
import { unmarkedUnits } from './unmarked-units.ts';
import { encodingUnknown, expectUtf8 } from './utf8-check.ts';
import { ENCODINGS_SINCE } from './version.ts';

const LF = 0x0a;
const CR = 0x0d;
const JSON_BEGINS = /^\s*[[{]/;

/** A document as text in UTF-8, and what it was before. */
export interface DocumentText {
  readonly text: Peeked;
  /** As in Recognised. */
  readonly encoding: string;
  /** The lowest READER_VERSION that reads it so. */
  readonly readSince: number;
}

/**
 * Reads a document as text, in the encoding that the settings say, that was recorded, or that its byte order mark names; in UTF-8
 * without one.
 * @param recorded the encoding that it was found to be in before; null where it never was looked at
 * @throws RejectedFile where it is no text, or its encoding is in doubt; reading on may throw more
 */
export async function documentText(
  bytes: Peeked,
  { encoding: given, header }: Pick<SourceSettings, 'encoding' | 'header'>,
  recorded: string | null,
): Promise<DocumentText> {
  const known = given === 'auto' ? recorded : given;
  const encoding = known ?? foundEncoding(bytes.head, header);
  if (given !== 'auto') checkMark(bytes.head, given);
  const checked = checkText(toUtf8(bytes, encoding), encoding);
  const isOpen = known === null && encoding === 'utf-8';
  const text = await Peeked.open(isOpen ? expectUtf8(checked) : checked, HEAD_BYTES);
  try {
    refuseForeignText(text.head);
    return { text, encoding, readSince: encoding === 'utf-8' ? 1 : ENCODINGS_SINCE };
  } catch (error) {
    await text.return();
    throw error;
  }
}

function foundEncoding(head: Buffer, hasHeader: boolean): string {
  const marked = markedEncoding(head);
  if (marked !== null) return marked;
  const units = unmarkedUnits(head);
  if (units !== null) {
    throw new RejectedFile(
      'encoding_unknown',
      `expected UTF-8, found text without a byte order mark that is ${units.toUpperCase()} likely, by its NUL bytes; ` +
        `set --encoding ${units}, or export as UTF-8`,
      { alternatives: [{ encoding: units }] },
    );
  }
  // A page in another encoding is a page.
  refuseForeignText(head);
  if (hasHeader) checkFirstLine(head);
  return 'utf-8';
}

/** Where the setting and the file's own mark differ, one of them is wrong. */
function checkMark(head: Buffer, given: string): void {
  const marked = markedEncoding(head);
  if (marked === null || marked === given) return;
  throw new RejectedFile(
    'encoding_unknown',
    `expected ${given}, as --encoding says, found the byte order mark of ${marked.toUpperCase()}; set --encoding auto, which ` +
      'goes by the mark, or take the mark away',
    { alternatives: [{ encoding: 'auto' }] },
  );
}

/** A header in another encoding would be named wrongly by whoever reads it. */
function checkFirstLine(head: Buffer): void {
  const end = head.findIndex((byte) => byte === LF || byte === CR);
  const line = end < 0 ? head : head.subarray(0, end);
  if (line.includes(0) || JSON_BEGINS.test(line.toString('latin1', 0, 16)) || wordsOf(line).length === 0) return;
  const words = wordsOf(head);
  throw encodingUnknown(words.length, words);
}

function wordsOf(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = [];
  const words = new ByteWords((word) => {
    if (!isUtf8(word)) found.push(word.slice());
  });
  words.push(bytes);
  words.end();
  return found;
}
