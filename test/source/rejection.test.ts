import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { test } from 'vitest';
import { NEED_INPUT, openExport, RejectedFile } from '../../src/source/index.ts';
import { LANDED_AT, read, SETTINGS } from './reading.ts';

const HEADER = 'time,code,message,user.name,user.uid,site';
const TIME = '2026-01-02T03:04:05Z';

function rejects(file: string | Uint8Array, reason: string, pattern: RegExp, settings = {}) {
  return assert.rejects(read(file, settings), (error) => {
    assert.ok(error instanceof RejectedFile, String(error));
    assert.equal(error.reason, reason);
    assert.match(error.message, pattern);
    return true;
  });
}

test('what is no text is rejected, and what may be done is said', async () => {
  await rejects(Buffer.from(`${HEADER}\n`, 'utf16le'), 'encoding_unknown', /UTF-16LE likely.*--encoding utf-16le/);
  await rejects(`${HEADER}\n${'\0x'.repeat(300)}`, 'not_text', /offset 42/);
  const header = Buffer.from('Zeit,Code,Übersicht\n', 'latin1');
  await rejects(header, 'encoding_unknown', /windows-1252 likely.*--encoding windows-1252 \(it reads "Übersicht"\)/);
  await rejects(header, 'not_text', /header line in UTF-8/, { encoding: 'utf-8' });
  await rejects(gzipSync(gzipSync(HEADER)), 'unsupported_archive', /a compressed file in it; unpack the outer one/);
});

test('a NUL byte behind the header is part of a message', async () => {
  const early = await read(`${HEADER}\n${TIME},1,a\0b,,,\n${TIME},1,m,,,\n`);
  assert.deepEqual(
    early.readings.map(({ message }) => message),
    ['a\0b', 'm'],
  );
  const { readings } = await read(`${HEADER}\n${`${TIME},1,m,,,\n`.repeat(3000)}${TIME},1,a\0b,,,\n`);
  assert.equal(readings.at(-1)?.message, 'a\0b');
});

test('a header that is no record is rejected', async () => {
  await rejects('time,co"de,message\n', 'header_not_understood', /quote_in_unquoted_field/);
  await rejects(`${'c,'.repeat(1024)}time\n`, 'header_not_understood', /1025 columns/);
  await rejects(`${'x'.repeat(2000)}`, 'header_not_understood', /record_too_long/, { maxRecordBytes: 1024 });
});

test('a file beyond maxFileBytes is rejected', async () => {
  const file = `${HEADER}\n`;
  await read(file, { maxFileBytes: file.length });
  await rejects(file, 'too_large', /at most 41 bytes/, { maxFileBytes: file.length - 1 });
});

test('an error of the input is no rejection, and stays itself', async () => {
  const failure = new Error('connection reset');
  for (const file of [Buffer.from(`${HEADER}\n`.repeat(9)), gzipSync(HEADER)]) {
    async function* failing() {
      yield file.subarray(0, 20);
      throw failure;
    }
    await assert.rejects(read(failing()), (error) => error === failure);
  }
});

test('closing lets go of the input', async () => {
  for (const file of [Buffer.from(`${HEADER}\n${`${TIME},1,m,,,\n`.repeat(9000)}`), gzipSync(HEADER.repeat(9000))]) {
    let isOpen = true;
    async function* watched() {
      try {
        for (;;) yield file;
      } finally {
        isOpen = false;
      }
    }
    const reader = await openExport({ path: 'raw/x.csv', landedAt: LANDED_AT, open: watched }, SETTINGS);
    assert.equal(reader.next(), NEED_INPUT);
    await reader.fill();
    await reader.close();
    assert.equal(isOpen, false);
  }
});
