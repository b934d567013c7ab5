import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { localStorage } from '../../src/storage/index.ts';
import { askFolder, uidOf } from '../asking/asked-events.ts';
import { encode } from '../source/encoders.ts';
import { HEADER, record } from '../support/cli.ts';
import { ingest, land, tableRows } from '../support/lake.ts';

/** An export of three records, of which no other has any; the second is of two lines and other alphabets. */
function exported(name: string, lineEnd = '\n'): string {
  const messages = [`of ${name}`, `of ${name}, "Łódź 🦀 日本"\nand 'more' $(id) \\`, 'Sales'];
  const records = messages.map((text, at) =>
    record(`Created dashboard, ID=${name}-${at}, name=${text}`, `2026-03-01T10:0${at}:00Z`),
  );
  return (HEADER + records.join('')).replaceAll('\n', lineEnd);
}

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const utf16be = (text: string) => utf16(text).swap16();
const utf32 = (text: string, isBig = false) =>
  Buffer.concat(
    [...`\ufeff${text}`].map((character) => {
      const unit = Buffer.alloc(4);
      if (isBig) unit.writeUInt32BE(character.codePointAt(0)!);
      else unit.writeUInt32LE(character.codePointAt(0)!);
      return unit;
    }),
  );
const zipped = (name: string, content: Uint8Array) =>
  Buffer.from(zipSync({ [`first/${name}.csv`]: Buffer.from(exported('other')), [`last ones/${name}.csv`]: content }));

/** How a raw file may be written: its name, and its bytes of a text. */
const WRITTEN: Readonly<Record<string, (text: string, name: string) => Uint8Array>> = {
  'plain.csv': (text) => Buffer.from(text),
  'crlf.csv': (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
  'marked.csv': (text) => Buffer.from(`\ufeff${text}`),
  'packed.csv.gz': (text) => gzipSync(text),
  'two members.csv.gz': (text) => Buffer.concat([gzipSync(text.slice(0, 50)), gzipSync(text.slice(50))]),
  'packed.csv.zst': (text) => zstdCompressSync(text),
  'archive.zip': (text, name) => zipped(name, Buffer.from(text)),
  'utf-16le.csv': utf16,
  'utf-16be.csv': utf16be,
  'utf-32le.csv': (text) => utf32(text),
  'utf-32be.csv': (text) => utf32(text, true),
  'utf-16.csv.gz': (text) => gzipSync(utf16(text)),
  'utf-16.csv.zst': (text) => zstdCompressSync(utf16be(text)),
  'utf-16.zip': (text, name) => zipped(name, utf16(text)),
  "it's -a- $(name) & [more].csv": (text) => Buffer.from(text),
  '-n.csv.gz': (text) => gzipSync(text),
  'deep/er/é.csv': (text) => Buffer.from(text),
};

/** Encodings that are named by a setting, and what can be written in each. */
const NAMED: Readonly<Record<string, string>> = {
  ...{ 'windows-1252': 'Zoë €', 'koi8-r': 'Привет', 'iso-8859-8-i': 'שלום', 'x-mac-cyrillic': 'Привет' },
  ...{ shift_jis: '日本～', gbk: '中文︐', 'euc-kr': '한국' },
};

let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hand-checks-'));
  const storage = localStorage(root);
  for (const [index, [file, bytes]] of Object.entries(WRITTEN).entries()) {
    const name = `d${index}`;
    await land(storage, file, bytes(exported(name), name));
  }
  await ingest(storage);
  for (const [encoding, words] of Object.entries(NAMED)) {
    const text = HEADER + record(`Created dashboard, ID=${encoding}, name=CORP\\li ~ ${words}`);
    await land(storage, `${encoding}.csv`, encode(text, encoding));
    await ingest(storage, { encoding }, [`raw/${encoding}.csv`]);
  }
});

afterAll(() => rm(root, { recursive: true }));

describe.skipIf(process.platform === 'win32')('the commands that check one event by hand', () => {
  it('find every record as it is, and give what they say, however the raw file is written', async () => {
    const rows = await tableRows(localStorage(root));
    const seen = new Set<string>();
    await askFolder(root, async ({ account }) => {
      for (const row of rows) {
        const file = String(row['source_file'])
          .replace(/^raw\//, '')
          .replace(/\.zip\/.*$/, '.zip');
        const { raw, proof } = await account(uidOf(row));
        const text = raw.record?.text;
        const [record, ...others] = proof.checks.filter(({ says }) => says === 'Which record is it?');
        assert.ok(text !== undefined && text !== null && record !== undefined && others.length === 0, file);
        assert.equal(record.expect, text, file);
        assert.equal(ran(record.command), text, `${file}: ${record.command}`);
        if (seen.has(file)) continue;
        seen.add(file);
        assert.ok(proof.checks.length >= 5, file);
        for (const { command, expect } of proof.checks) assert.ok(ran(command).includes(expect), `${file}: ${command}`);
      }
    });
    const encoded = Object.keys(NAMED).map((encoding) => `${encoding}.csv`);
    assert.deepEqual([...seen].sort(), [...Object.keys(WRITTEN), ...encoded].sort());
  });
});

/** What a command prints in the lake's folder, whole. */
function ran(command: string): string {
  const { stdout, status, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', command], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.ok(status === 0 || /head -c/.test(command), `${command}: ${stderr}`);
  assert.equal(stderr, '', command);
  return stdout;
}
