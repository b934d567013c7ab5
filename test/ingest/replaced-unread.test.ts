import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type AnnouncedContent, noteIfReplaced } from '../../src/ingest/index.ts';
import { replacedContents } from '../../src/lake/index.ts';
import type { FileInfo, Storage } from '../../src/storage/index.ts';
import { settings } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const AT = Date.UTC(2026, 2, 1, 12, 0, 0, 500);
const HOST = { now: () => AT + 60_000, random: () => 0, sleep: async () => undefined, randomId: () => 'id' };

/** What a note says of a file that holds a text now. */
async function how(
  storage: Storage,
  text: string | Uint8Array,
  announced: Partial<AnnouncedContent>,
  found: Partial<FileInfo> = {},
): Promise<string | null> {
  const path = 'raw/a.csv';
  await storage.delete(path);
  await storage.create(path, Buffer.from(text));
  const info = await storage.head(path);
  assert.ok(info !== null);
  const content = { etag: 'old', size: 10, at: AT, written: 'by_blocks', ...announced, path } as const;
  const noted = await noteIfReplaced({ storage, host: HOST }, settings(), content, { ...info, ...found });
  return noted?.how ?? null;
}

describe('a content that an event announced', () => {
  it('is gone where what is there is shorter, as long, or does not go on where it ended', async () => {
    const lines = '012345678\n012345678\n';
    for (const [expected, text, announced] of [
      [null, lines.slice(0, 10), { size: 0 }],
      ['same_length', lines, { size: 20 }],
      ['shorter', lines, { size: 21 }],
      ['rewritten', lines, { written: 'whole' }],
      [null, lines, {}],
      [null, lines, { size: 9 }],
      ['other_content', lines, { size: 8 }],
      ['other_content', lines, { size: 11 }],
      [null, '0123456789\r\nx', { size: 10 }],
      [null, Buffer.from('0123\n0123\n', 'utf16le'), { size: 10 }],
      [null, Buffer.from('0123\n0123\n', 'utf16le'), { size: 8 }],
      ['other_content', Buffer.from('0123\n0123\n', 'utf16le'), { size: 6 }],
      [null, Buffer.concat([Buffer.alloc(10, 1), Buffer.from('1f8b08', 'hex')]), {}],
      [null, Buffer.concat([Buffer.alloc(10, 1), Buffer.from('28b52ffd00', 'hex')]), {}],
      ['other_content', Buffer.concat([Buffer.alloc(10, 1), Buffer.from('504b0304', 'hex')]), {}],
    ] as const) {
      assert.equal(
        await how(new MemoryStorage(), text, announced),
        expected,
        `${String(text)} ${JSON.stringify(announced)}`,
      );
    }
  });

  it('of a file that is appended to is there, wherever it was cut, unless the file was made after it', async () => {
    const appended = { written: 'appended', size: 3 } as const;
    for (const [expected, created] of [
      [null, AT - 1],
      [null, AT],
      ['made_anew', AT + 1],
      ['made_anew', AT + 5_000],
      // A whole second, as headers have it, and the event within that second: it may have been made before or after.
      [null, AT - 500],
    ] as const) {
      assert.equal(await how(new MemoryStorage(), '0123456789', appended, { created: new Date(created) }), expected);
    }
    assert.equal(await how(new MemoryStorage(), '0123456789', appended), null, 'a store that does not tell');
  });

  it('is on record once, as long as the record stands, and what is no record is passed over', async () => {
    const storage = new MemoryStorage();
    assert.equal(await how(storage, 'x', {}), 'shorter');
    assert.equal(await how(storage, 'x', {}), null);
    assert.equal(await how(storage, 'x', { etag: 'another' }), 'shorter');
    await storage.create('quarantine/replaced/00000000000000000000000000000000.json', Buffer.from('{"path":1}'));
    await storage.create('quarantine/replaced/00000000000000000000000000000001.json', Buffer.from('{'));
    const contents = await replacedContents(storage);
    assert.deepEqual(contents.map(({ etag, size, written_at: at }) => [etag, size, at]).sort(), [
      ['another', 10, '2026-03-01T12:00:00.500Z'],
      ['old', 10, '2026-03-01T12:00:00.500Z'],
    ]);
  });

  it('is nothing where the file is gone, is that content, or is left out by the settings', async () => {
    const storage = new MemoryStorage();
    const content = { etag: 'old', size: 10, at: AT, written: 'whole', path: 'raw/a.csv' } as const;
    const found = { path: 'raw/a.csv', size: 1, etag: 'new', lastModified: new Date(AT) };
    for (const [given, now] of [
      [settings(), null],
      [settings(), { ...found, etag: 'old' }],
      [settings({ exclude: '*.csv' }), found],
    ] as const) {
      assert.equal(await noteIfReplaced({ storage, host: HOST }, given, content, now), null);
    }
    assert.deepEqual(await replacedContents(storage), []);
  });
});
