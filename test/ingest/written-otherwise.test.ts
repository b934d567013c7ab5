import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, it } from 'vitest';
import { ingest, LANDED_AT, onlyReport, outcomes, sources, tableRows } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { problems, verify } from '../verify/lake.ts';

const RECORDS = [
  ['2026-03-01T00:04:19.707Z', '90214', 'User bö.müller@corp.example is locked', 'zoë@corp.example'],
  ['2026-03-02T12:05:20.000Z', '92042', 'Created dashboard, ID=d-1, name=“Übersicht” – €', 'ana@corp.example'],
] as const;
const HEADER = ['time', 'code', 'message', 'user name'];

function csv(delimiter: string): string {
  return [HEADER, ...RECORDS].map((cells) => cells.map((cell) => `"${cell}"`).join(delimiter)).join('\r\n');
}

const JSON_RECORDS = RECORDS.map((cells) => Object.fromEntries(cells.map((cell, at) => [HEADER[at], cell])));
const cp1252 = (text: string) =>
  Buffer.from(
    text.replaceAll('“', '\x93').replaceAll('”', '\x94').replaceAll('–', '\x96').replaceAll('€', '\x80'),
    'latin1',
  );
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const utf32 = (text: string) =>
  Buffer.concat([...`\ufeff${text}`].map((each) => Buffer.from(Uint32Array.of(each.codePointAt(0)!).buffer)));

/** The same two events, in whatever form people have them. */
const WRITTEN: readonly (readonly [name: string, content: Uint8Array, options?: Record<string, string>])[] = [
  ['utf-8.csv', Buffer.from(csv(','))],
  ['marked.csv', Buffer.from(`\ufeff${csv(',')}`)],
  ['utf-16le.csv', utf16(csv(','))],
  ['utf-16be.csv', utf16(csv(',')).swap16()],
  ['utf-32le.csv', utf32(csv(','))],
  ['utf-32be.csv', utf32(csv(',')).swap32()],
  ['tabs.tsv', utf16(csv('\t'))],
  ['windows-1252.csv', cp1252(csv(',')), { encoding: 'windows-1252' }],
  ['lines.jsonl', Buffer.from(JSON_RECORDS.map((record) => JSON.stringify(record)).join('\n'))],
  ['array.json', utf16(JSON.stringify(JSON_RECORDS))],
  ['utf-16.csv.gz', gzipSync(utf16(csv(',')))],
  ['one.zip', zipSync({ 'export/a.csv': utf16(csv(';')) })],
  [
    'two.zip',
    zipSync({
      'a.jsonl': Buffer.from(JSON_RECORDS.map((record) => JSON.stringify(record)).join('\n')),
      'b.csv': Buffer.from(csv(',')),
    }),
  ],
];

describe('the same events, written otherwise', () => {
  for (const [name, content, options] of WRITTEN) {
    it(`${name}: the rows of the table, and of no other file's`, async () => {
      const storage = new MemoryStorage();
      storage.put(`raw/${name}`, content, LANDED_AT);
      const report = onlyReport(await ingest(storage, options));
      assert.deepEqual([report.outcome, report.committed, report.quarantined], ['ingested', 2, 0]);
      const found = await tableRows(storage);
      assert.deepEqual(
        found.map((row) => [row['message'], row['actor_name']]).toSorted(),
        RECORDS.map(([, , message, actor]) => [message, actor]).toSorted(),
      );
      const first = WRITTEN.find(([other]) => other !== name)!;
      storage.put(`raw/z-${first[0]}`, first[1], LANDED_AT);
      assert.deepEqual(outcomes(await ingest(storage, first[2], [`raw/z-${first[0]}`])), [
        `z-${first[0]}: ingested 0/2/0`,
      ]);
      assert.deepEqual(problems(await verify(storage, { deep: true })), []);
    });
  }

  it('an archive records how each of its documents is written, its parts, and what was passed over', async () => {
    const storage = new MemoryStorage();
    const archive = zipSync({ 'a/': new Uint8Array(), 'a/a.csv': utf16(csv(';')), 'a/b.csv': Buffer.from(csv(',')) });
    storage.put('raw/two.zip', archive, LANDED_AT);
    const report = onlyReport(await ingest(storage));
    assert.deepEqual([report.rows, report.committed, report.duplicates], [4, 2, 2]);
    assert.deepEqual(report.leftOut, ['a/']);
    const [source] = await sources(storage);
    const recognised = (source?.['recognised'] ?? []) as unknown as Record<string, string>[];
    assert.deepEqual(
      recognised.map((each) => [each['encoding'], each['delimiter']]),
      [
        ['utf-16le', ';'],
        ['utf-8', ','],
      ],
    );
    assert.deepEqual(
      (source?.['parts'] as unknown as Record<string, number>[] | undefined)?.map((part) => [
        part['row'],
        part['records'],
      ]),
      [
        [1, 2],
        [3, 2],
      ],
    );
    assert.equal(source?.['left_out'], 1);
    const kept = [...storage.paths('curated/'), ...storage.paths('evidence/')].map((path) =>
      storage.content(path).toString('latin1'),
    );
    assert.ok(!kept.some((text) => text.includes('a/b.csv')), 'names of entries stand in no log and no evidence');
    assert.deepEqual(problems(await verify(storage, { deep: true })), []);
  });

  it('equal records of two entries are one event, and of one entry two', async () => {
    const storage = new MemoryStorage();
    const twice = `${HEADER.join()}\n${`${RECORDS[0].slice(0, 3).join()},x\n`.repeat(2)}`;
    storage.put('raw/a.zip', zipSync({ 'a.csv': Buffer.from(twice), 'b.csv': Buffer.from(twice) }), LANDED_AT);
    assert.deepEqual(outcomes(await ingest(storage)), ['a.zip: ingested 2/2/0']);
  });
});
