import { RejectedFile } from './rejection.ts';

/** A kind of file that people hand in and that is no export, or not one yet. */
interface ForeignFormat {
  readonly name: string;
  /** What to do, to be read behind a semicolon. */
  readonly help: string;
  /** How it begins, in hex. */
  readonly begins: RegExp;
}

const DECOMPRESS = (tool: string) => `decompress it with ${tool} first; gzip, Zstandard and ZIP are read as they are`;
const UNPACK = (tool: string) => `unpack it with ${tool} and ingest the files in it, or make a ZIP of them`;
const AS_CSV = 'export it as CSV (in Excel: Save As, CSV UTF-8)';
const NONE = 'this is no audit log export: leave it out with --exclude';
const CONVERT = 'convert it to CSV or JSON lines, or take the export that it was made of';

const DECRYPT = 'decrypt it first';

const BINARY: readonly ForeignFormat[] = [
  { name: 'an xz file', begins: /^fd377a585a00/, help: DECOMPRESS('xz -d') },
  { name: 'a bzip2 file', begins: /^(?:425a683[1-9](?:314159265359|177245385090))/, help: DECOMPRESS('bzip2 -d') },
  { name: 'an LZ4 file', begins: /^(?:04224d18|02214c18)/, help: DECOMPRESS('lz4 -d') },
  { name: 'an lzip file', begins: /^4c5a495001/, help: DECOMPRESS('lzip -d') },
  { name: 'an LZMA file', begins: /^5d0000..0/, help: DECOMPRESS('xz -d') },
  { name: 'an lzop file', begins: /^894c5a4f000d0a1a0a/, help: DECOMPRESS('lzop -d') },
  { name: 'a compress (.Z) file', begins: /^1f9d/, help: DECOMPRESS('gzip -d') },
  {
    name: 'zlib data without a gzip header',
    begins: /^(?:78(?:01|9c|da))/,
    help: DECOMPRESS('zlib-flate -uncompress'),
  },
  { name: 'a Snappy file', begins: /^ff060000734e61507059/, help: DECOMPRESS('a Snappy tool') },
  { name: 'an old kind of Zstandard', begins: /^(?:1e|2[2-7])b52ffd/, help: DECOMPRESS('zstd -d') },
  { name: 'a Zstandard dictionary', begins: /^37a430ec/, help: NONE },
  { name: 'a 7-Zip archive', begins: /^377abcaf271c/, help: UNPACK('7z x') },
  { name: 'a RAR archive', begins: /^526172211a07/, help: UNPACK('unrar x') },
  { name: 'a tar archive', begins: /^.{514}7573746172/, help: UNPACK('tar -xf') },
  { name: 'a Cabinet archive', begins: /^4d53434600000000/, help: UNPACK('cabextract') },
  { name: 'an ar archive', begins: /^213c617263683e0a/, help: UNPACK('ar x') },
  { name: 'a cpio archive', begins: /^(?:30373037303[127](?:3\d|[46][1-6]){32})/, help: UNPACK('cpio -i') },
  {
    name: 'an old Excel workbook or other Office document (.xls, .doc, .msg)',
    begins: /^d0cf11e0a1b11ae1/,
    help: AS_CSV,
  },
  { name: 'a Parquet file', begins: /^504152(?:31|45)/, help: CONVERT },
  { name: 'an Avro file', begins: /^4f626a01/, help: CONVERT },
  { name: 'an ORC file', begins: /^4f5243[089a-f]/, help: CONVERT },
  { name: 'an Arrow or Feather file', begins: /^(?:4152524f57310000|464541310)/, help: CONVERT },
  { name: 'an SQLite database', begins: /^53514c69746520666f726d6174203300/, help: CONVERT },
  { name: 'an HDF5 file', begins: /^894844460d0a1a0a/, help: CONVERT },
  { name: 'a Windows event log (.evtx)', begins: /^456c6646696c6500/, help: NONE },
  { name: 'a PNG image', begins: /^89504e47/, help: NONE },
  { name: 'a JPEG image', begins: /^ffd8ff/, help: NONE },
  { name: 'a GIF image', begins: /^474946383[79]61/, help: NONE },
  { name: 'a WebP image, or sound (RIFF)', begins: /^(?:52494646.{8}(?:57|41))/, help: NONE },
  { name: 'a TIFF image', begins: /^(?:49492a00|4d4d002a)/, help: NONE },
  { name: 'a BMP image', begins: /^424d.{8}00000000/, help: NONE },
  { name: 'an icon or a font', begins: /^(?:00000100|0001000000)/, help: NONE },
  { name: 'a video', begins: /^000000..66747970/, help: NONE },
  { name: 'a program', begins: /^(?:4d5a9000|7f454c46|c[ef]faedfe)/, help: NONE },
  { name: 'what macOS keeps of a file beside it (AppleDouble)', begins: /^00051607/, help: NONE },
  { name: 'a PGP-encrypted file', begins: /^(?:8501|8502|8c0d)/, help: DECRYPT },
  { name: 'an OpenSSL-encrypted file', begins: /^53616c7465645f5f/, help: DECRYPT },
];

/** How texts begin that are no export, behind a byte order mark and blanks. */
const TEXTS: readonly (readonly [name: string, help: string, begins: RegExp])[] = [
  [
    'an HTML page (a sign-in page or an error message, perhaps)',
    'download the export again while signed in',
    /^(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|title|meta|div|table)\b/i,
  ],
  [
    'an Excel 2003 XML workbook',
    AS_CSV,
    /^<\?xml[\s\S]{0,400}(?:<\?mso-application|urn:schemas-microsoft-com:office:spreadsheet)/i,
  ],
  [
    'an XML document (an error message of a storage account, perhaps)',
    CONVERT,
    /^<(?:\?xml\b|[a-z_][\w.:-]*(?:\s[^<>]*)?\/?>)/i,
  ],
  ['an RTF document', AS_CSV, /^\{\\rtf/],
  ['a PDF document', `${NONE}; a printed report holds no records`, /^%PDF-/],
  ['a PostScript document', NONE, /^%!PS/],
  ['a PGP message', DECRYPT, /^-----BEGIN PGP /],
  [
    'a certificate, key or encrypted message (PEM)',
    'decrypt it first, or leave it out with --exclude',
    /^-----BEGIN [A-Z0-9 ]+-----/,
  ],
  ['an age-encrypted file', DECRYPT, /^age-encryption\.org\/v1/],
  ['a pointer of Git LFS', 'fetch the file itself with git lfs pull', /^version https:\/\/git-lfs\.github\.com\//],
];

const BEGINNING = 1024;

/**
 * Names a file by its first bytes, 300 of them or all.
 * @throws RejectedFile `other_format` where they are those of something that is no export
 */
export function refuseForeignBytes(head: Uint8Array): void {
  const hex = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 300)).toString('hex');
  const found = BINARY.find(({ begins }) => begins.test(hex));
  if (found !== undefined) throw otherFormat(found.name, found.help);
}

/**
 * Names a text by how it begins.
 * @param head in UTF-8
 * @throws RejectedFile `other_format` where that is no export
 */
export function refuseForeignText(head: Uint8Array): void {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, BEGINNING)).toString();
  const beginning = text.replace(/^[\ufeff\s]+/u, '');
  const found = TEXTS.find(([, , begins]) => begins.test(beginning));
  if (found !== undefined) throw otherFormat(found[0], found[1]);
}

/** Why a file is refused that is known to be something else. */
export function otherFormat(name: string, help: string): RejectedFile {
  return new RejectedFile('other_format', `expected an export (CSV or JSON), found ${name}; ${help}`);
}
