import fc from 'fast-check';

/** Every encoding of WHATWG's that the platform decodes and that extends ASCII by bytes of its own. */
const BYTE_ENCODINGS = [
  ...['windows-1250', 'windows-1251', 'windows-1252', 'windows-1253', 'windows-1254', 'windows-1255', 'windows-1256'],
  ...['windows-1257', 'windows-1258', 'windows-874', 'koi8-r', 'koi8-u', 'macintosh', 'x-mac-cyrillic', 'ibm866'],
  ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map((part) => `iso-8859-${part}`),
  ...['shift_jis', 'gbk', 'gb18030', 'big5', 'euc-kr', 'euc-jp'],
];

const tables = new Map<string, Map<string, Uint8Array>>();

/** The bytes of each character in an encoding, of one byte or two, as the platform decodes them. */
function tableOf(encoding: string): Map<string, Uint8Array> {
  const known = tables.get(encoding);
  if (known !== undefined) return known;
  const table = new Map<string, Uint8Array>();
  const decoder = new TextDecoder(encoding, { fatal: true });
  const add = (bytes: Uint8Array) => {
    try {
      const text = decoder.decode(bytes);
      if ([...text].length === 1 && !table.has(text)) table.set(text, bytes);
    } catch {}
  };
  for (let byte = 0; byte < 128; byte++) table.set(String.fromCharCode(byte), Uint8Array.of(byte));
  for (let byte = 128; byte < 256; byte++) add(Uint8Array.of(byte));
  for (let first = 0x80; first < 256; first++) {
    for (let second = 0x30; second < 256; second++) add(Uint8Array.of(first, second));
  }
  if (encoding === 'gb18030' || encoding === 'gbk')
    for (let at = 0; at < 10; at++) add(Uint8Array.of(0x81, 0x30, 0x81, 0x30 + at));
  tables.set(encoding, table);
  return table;
}

const ANY = fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }).filter((text) => text.isWellFormed());

/** Encodings, and texts that can be written in each. */
export const ENCODERS: readonly { readonly encoding: string; readonly characters: fc.Arbitrary<string> }[] = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'].map((encoding) => ({ encoding, characters: ANY })),
  ...BYTE_ENCODINGS.map((encoding) => ({
    encoding,
    characters: fc.nat().map((at) => [...tableOf(encoding).keys()].at(at % tableOf(encoding).size) ?? ''),
  })),
];

/** A text in an encoding; each of its characters must have a place in that. */
export function encode(text: string, encoding: string): Uint8Array {
  if (encoding === 'utf-8') return Buffer.from(text);
  if (encoding === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  if (encoding.startsWith('utf-32')) {
    const bytes = Buffer.concat([...text].map((character) => unitOf(character.codePointAt(0) ?? 0)));
    return encoding === 'utf-32be' ? bytes.swap32() : bytes;
  }
  return Buffer.concat([...text].map((character) => tableOf(encoding).get(character) ?? fail(character, encoding)));
}

function unitOf(code: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(code);
  return bytes;
}

function fail(character: string, encoding: string): never {
  throw new Error(`expected a character of ${encoding}, found ${JSON.stringify(character)}`);
}
