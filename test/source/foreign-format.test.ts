import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { test } from 'vitest';
import { RejectedFile } from '../../src/source/index.ts';
import { read } from './reading.ts';
import { zip } from './zip-files.ts';

const hex = (bytes: string, length = 64) => Buffer.concat([Buffer.from(bytes, 'hex'), Buffer.alloc(length, 0x80)]);
const entry = (name: string, content = '') => ({ name, content: Buffer.from(content) });

/** What people hand in, how it begins, and what the message must say of it and of the way out. */
const FILES: readonly (readonly [title: string, content: string | Uint8Array, says: RegExp])[] = [
  ['xz', hex('fd377a585a000004'), /an xz file; decompress it with xz -d/],
  ['bzip2', hex('425a6839314159265359'), /a bzip2 file; decompress it with bzip2 -d/],
  ['an empty bzip2 file', Buffer.from('425a683917724538509000000000', 'hex'), /a bzip2 file/],
  ['LZ4', hex('04224d18'), /an LZ4 file; decompress it with lz4 -d/],
  ['lzip', hex('4c5a495001'), /an lzip file/],
  ['LZMA', hex('5d00008000ffffffff'), /an LZMA file/],
  ['compress', hex('1f9d90'), /compress \(\.Z\)/],
  ['zlib', hex('789c'), /zlib data/],
  ['7-Zip', hex('377abcaf271c0004'), /a 7-Zip archive; unpack it with 7z x/],
  ['RAR 4', hex('526172211a0700'), /a RAR archive/],
  ['RAR 5', hex('526172211a070100'), /a RAR archive/],
  [
    'tar',
    Buffer.concat([Buffer.from('a.csv'.padEnd(257, '\0')), Buffer.from('ustar\x0000'), Buffer.alloc(248)]),
    /a tar archive/,
  ],
  ['an old workbook', hex('d0cf11e0a1b11ae1'), /\.xls.*export it as CSV/],
  ['Parquet', hex('5041523115'), /a Parquet file; convert/],
  ['SQLite', Buffer.from('SQLite format 3\0'), /an SQLite database/],
  ['PNG', hex('89504e470d0a1a0a'), /a PNG image.*--exclude/],
  ['JPEG', hex('ffd8ffe0'), /a JPEG image/],
  ['GIF', Buffer.from('GIF89a\x01\0'), /a GIF image/],
  ['PDF', Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1'), /a PDF document/],
  ['a Windows program', hex('4d5a9000'), /a program/],
  ['HTML', '<!DOCTYPE html>\n<html><head><title>Sign in</title>', /an HTML page.*signed in/],
  ['HTML in Windows-1252', Buffer.from('<html><title>Anmeldung für Zoë', 'latin1'), /an HTML page/],
  ['HTML behind blanks and a comment', '\ufeff \r\n<!-- x --><HTML lang="en">', /an HTML page/],
  ['HTML in UTF-16', Buffer.from('\ufeff<html><body>', 'utf16le'), /an HTML page/],
  ['a table saved as .xls', '<table border=1><tr><td>time</td></tr></table>', /an HTML page/],
  ['XML', '<?xml version="1.0"?><Error><Code>BlobNotFound</Code></Error>', /an XML document/],
  ['XML without a declaration', '<Events xmlns="urn:x">\n', /an XML document/],
  [
    'an XML workbook',
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>',
    /an Excel 2003 XML workbook.*CSV/,
  ],
  ['RTF', '{\\rtf1\\ansi time', /an RTF document/],
  ['PGP', '-----BEGIN PGP MESSAGE-----\n', /a PGP message; decrypt/],
  [
    'a workbook',
    zip([
      entry(
        '[Content_Types].xml',
        '<Override ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>',
      ),
      entry('xl/workbook.xml'),
    ]),
    /an Excel workbook \(\.xlsx\); export it as CSV/,
  ],
  [
    'a workbook of another order',
    zip([entry('_rels/.rels', '<Relationship Target="xl/workbook.xml"/>')]),
    /an Excel workbook/,
  ],
  ['a document', zip([entry('[Content_Types].xml', 'x.wordprocessingml.document')]), /a Word document/],
  [
    'an OpenDocument spreadsheet',
    zip([{ ...entry('mimetype', 'application/vnd.oasis.opendocument.spreadsheet'), stored: true }]),
    /\.ods/,
  ],
];

for (const [title, content, says] of FILES) {
  for (const [how, stored] of [
    ['', Buffer.from(content)],
    [', compressed', gzipSync(content)],
  ] as const) {
    if (title.includes('document') && how !== '') continue;
    test(`${title}${how} is named, with the way out, in five lines at most`, async () => {
      await assert.rejects(read(stored), (error) => {
        assert.ok(error instanceof RejectedFile, String(error));
        if (how !== '' && error.reason === 'unsupported_archive') return true;
        assert.equal(error.reason, 'other_format', error.message);
        assert.match(error.message, says);
        assert.ok(error.message.length < 500);
        return true;
      });
    });
  }
}

test('an export is none of these, whatever its header begins with', async () => {
  for (const first of [
    'PARtner',
    'BZhour',
    'ORCid',
    'Rar!',
    'MZ',
    'GIF',
    'BM',
    '%',
    'II',
    'x',
    'LZIP',
    '8c0d',
    'Obj',
  ]) {
    const { readings } = await read(`${first},time,code,message\n1,2026-01-02T03:04:05Z,1,m\n`);
    assert.equal(readings.length, 1, first);
  }
});
