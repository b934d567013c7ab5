import assert from 'node:assert/strict';
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { test } from 'vitest';
import { RejectedFile } from '../../src/source/index.ts';
import { zipEntries } from '../../src/source/zip-entries.ts';
import { chunksOf } from './reading.ts';
import { type EntryToMake, zip } from './zip-files.ts';

const LIMITS = { maxFileBytes: 2 ** 40, maxCompressionRatio: 1000, maxEntries: 1000 };
const TEXT = Buffer.from('2026-01-02T03:04:05Z,90211,User logged in\n'.repeat(50));
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });

async function unpack(bytes: Uint8Array, pieces: Iterable<number> = [], limits = LIMITS): Promise<[string, Buffer][]> {
  const found: [string, Buffer][] = [];
  for await (const { label, bytes: content } of zipEntries(chunksOf(bytes, pieces), limits)) {
    const parts: Uint8Array[] = [];
    for await (const part of content) parts.push(Uint8Array.from(part));
    found.push([label, Buffer.concat(parts)]);
  }
  return found;
}

function rejects(unpacking: Promise<unknown>, reason: string, pattern = /./): Promise<void> {
  return assert.rejects(unpacking, (error) => {
    assert.ok(error instanceof RejectedFile, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, pattern);
    return true;
  });
}

const entry = fc.record({
  name: fc.string({ unit: 'binary', maxLength: 20 }).filter((name) => name.isWellFormed()),
  content: fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constant(TEXT),
    fc.constant(Buffer.from('PK\x07\x08PK'.repeat(9))),
  ),
  stored: fc.boolean(),
  zip64: fc.boolean(),
});
const form = fc.constantFrom(undefined, 'marked', 'unmarked', 'marked64', 'unmarked64');
const entries = fc
  .array(fc.tuple(entry, form), { maxLength: 6 })
  // Where stored bytes end is known by the mark behind them alone.
  .map((made) =>
    made.map(
      ([each, how]): EntryToMake => ({
        ...each,
        ...(how !== undefined && (!each.stored || how.startsWith('marked')) && { descriptor: how }),
      }),
    ),
  );

test('any archive gives its entries, in chunks of any size', async () => {
  await fc.assert(
    fc.asyncProperty(
      entries,
      fc.boolean(),
      fc.string({ maxLength: 9 }),
      sizes,
      async (made, end64, comment, pieces) => {
        const archive = zip(made, {
          end64,
          comment: Buffer.from(comment)
            .toString('latin1')
            .replaceAll(/[^ -~]/g, ''),
        });
        const expected = made.map(({ name, content }) => [String(name), Buffer.from(content)]);
        assert.deepEqual(await unpack(archive, pieces), expected);
      },
    ),
    { numRuns: 300 },
  );
});

test('an archive as a library makes it gives its entries', async () => {
  const names = ['a/b.csv', 'ü.csv', '../../etc/passwd', 'c:\\x.csv'];
  const archive = zipSync(Object.fromEntries(names.map((name, at) => [name, [TEXT, { level: at % 2 === 0 ? 6 : 0 }]])));
  assert.deepEqual(
    await unpack(archive),
    names.map((name) => [name, TEXT]),
  );
});

test('an archive cut anywhere is rejected, wherever the chunks end', async () => {
  const archive = zip([
    { name: 'a', content: TEXT, descriptor: 'marked' },
    { name: 'b', content: Buffer.from('b'), stored: true },
  ]);
  for (let length = 4; length < archive.length; length++) {
    await rejects(unpack(archive.subarray(0, length)), 'corrupt_archive');
    await rejects(unpack(archive.subarray(0, length), [length >> 1]), 'corrupt_archive');
  }
});

test('no changed byte of contents, sizes, checksums or directory goes unseen', async () => {
  const archive = zip([{ name: 'a', content: TEXT.subarray(0, 90), stored: true }]);
  const isIgnored = (at: number) => {
    const directory = archive.indexOf('PK\x01\x02');
    // Versions, flags without effect, times and attributes say nothing of the bytes.
    if (at < directory) return (at >= 4 && at < 14) || at === 27 || at === 29;
    const within = at - directory;
    return (within >= 4 && within < 10) || (within >= 12 && within < 16) || (within >= 36 && within < 42);
  };
  for (let at = 0; at < archive.length - 22; at++) {
    if (isIgnored(at)) continue;
    const damaged = Buffer.from(archive);
    damaged[at]! ^= 0x01;
    await assert.rejects(unpack(damaged), RejectedFile, `byte ${at}`);
  }
});

test('what is said of an entry must be what it is, in its header, behind it and in the directory', async () => {
  const made = { name: 'a', content: TEXT };
  for (const lie of [{ crc: 1 }, { compressed: 7 }, { size: 7 }, { size: 2 ** 31 }]) {
    for (const more of [{ local: lie }, { central: lie }, { local: lie, descriptor: 'marked' as const }]) {
      await rejects(unpack(zip([{ ...made, ...more }])), 'corrupt_archive');
      await rejects(unpack(zip([{ ...made, ...more, zip64: true }])), 'corrupt_archive');
      await rejects(unpack(zip([{ ...made, ...more, stored: true }])), 'corrupt_archive');
    }
  }
  const lies: Partial<EntryToMake>[] = [
    { central: { offset: 1 } },
    { central: { name: 'b' } },
    { local: { name: 'b' } },
  ];
  for (const lie of lies) await rejects(unpack(zip([{ ...made, ...lie }])), 'corrupt_archive', /directory/);
  await rejects(unpack(zip([made], { count: 2 })), 'corrupt_archive');
  await rejects(unpack(zip([made], { between: 'x' })), 'corrupt_archive', /offset \d+, found neither/);
});

test('nothing stands behind an archive, and no entry is left out of its directory', async () => {
  const archive = zip([{ name: 'a', content: TEXT }]);
  for (const rest of ['x', '\0'.repeat(512), archive]) {
    await rejects(unpack(Buffer.concat([archive, Buffer.from(rest)])), 'corrupt_archive', /nothing behind its end/);
  }
  const [one, two] = [zip([{ name: 'a', content: TEXT }]), zip([{ name: 'b', content: TEXT }])];
  const hidden = Buffer.concat([one.subarray(0, one.indexOf('PK\x01\x02')), two]);
  await rejects(unpack(hidden), 'corrupt_archive', /directory/);
});

test('what is not read is named: encryption, other compressions, parts of a split archive', async () => {
  const content = TEXT;
  await rejects(unpack(zip([{ name: 'a.csv', content, flags: 1 }])), 'unsupported_archive', /"a\.csv" is encrypted/);
  await rejects(unpack(zip([{ name: 'a', content, flags: 0x2041 }])), 'unsupported_archive', /encrypted/);
  for (const [method, name] of [
    [9, 'Deflate64'],
    [93, 'Zstandard'],
    [77, 'method 77'],
  ] as const) {
    await rejects(unpack(zip([{ name: 'a', content, method }])), 'unsupported_archive', new RegExp(`with ${name}`));
  }
  const hostile = '\u202egpj.exe\n\x1b[2J'.padEnd(200, 'x');
  await rejects(
    unpack(zip([{ name: hostile, content, flags: 1 }])),
    'unsupported_archive',
    /"\\u\{202e\}gpj\.exe\\n\\u001b\[2Jx+…"/,
  );
});

test('more entries, bytes or bytes for a stored one than allowed are refused before they are all there', async () => {
  const made = Array.from({ length: 5 }, (_, at) => ({ name: `${at}`, content: TEXT }));
  assert.equal((await unpack(zip(made), [], { ...LIMITS, maxEntries: 5 })).length, 5);
  await rejects(unpack(zip(made), [], { ...LIMITS, maxEntries: 4 }), 'too_many_entries', /--max-entries/);
  assert.equal((await unpack(zip(made), [], { ...LIMITS, maxFileBytes: 5 * TEXT.length })).length, 5);
  await rejects(unpack(zip(made), [], { ...LIMITS, maxFileBytes: 5 * TEXT.length - 1 }), 'decompression_limit');
  const bomb = zip([{ name: 'a', content: Buffer.alloc(80 * 2 ** 20, 'a') }]);
  await rejects(unpack(bomb, [], { ...LIMITS, maxCompressionRatio: 200 }), 'decompression_limit');
});

test('an error of the input stays itself, and closing lets go of it', async () => {
  const archive = zip([{ name: 'a', content: TEXT }]);
  const failure = new Error('connection reset');
  let isOpen = true;
  async function* failing(isWhole: boolean) {
    try {
      yield archive.subarray(0, 60);
      if (!isWhole) throw failure;
      for (;;) yield archive;
    } finally {
      isOpen = false;
    }
  }
  await assert.rejects(
    async () => {
      for await (const { bytes } of zipEntries(failing(false), LIMITS)) for await (const _ of bytes);
    },
    (error) => error === failure,
  );
  isOpen = true;
  for await (const _ of zipEntries(failing(true), LIMITS)) break;
  assert.equal(isOpen, false);
});
