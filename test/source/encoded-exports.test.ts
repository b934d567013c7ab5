import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { test } from 'vitest';
import { RejectedFile } from '../../src/source/index.ts';
import { ENCODERS, encode } from './encoders.ts';
import { chunksOf, read } from './reading.ts';

const HEADER = 'time,code,message,user name';
const TIME = '2026-01-02T03:04:05Z';
const MARKED = ['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'];
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 100 });

function rejects(file: Uint8Array, reason: string, pattern: RegExp, settings = {}) {
  return assert.rejects(read(file, settings), (error) => {
    assert.ok(error instanceof RejectedFile, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, pattern);
    return true;
  });
}

for (const { encoding, characters } of ENCODERS) {
  test(`${encoding}: an export gives the records of its UTF-8, however it is cut, compressed and marked`, async () => {
    const cell = fc
      .array(fc.oneof(fc.constantFrom(...'a 7;=:"'), characters), { maxLength: 8 })
      .map((all) => all.join(''));
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const records = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(records, sizes, fc.boolean(), fc.boolean(), async (rows, pieces, isMarked, isCompressed) => {
        const lines = rows.map(([message, name]) => `${TIME},1,${quoted(message)},${quoted(name)}`);
        const text = [HEADER, ...lines, ''].join('\r\n');
        const expected = await read(text, { encoding: 'utf-8' });
        const hasMark = isMarked && MARKED.includes(encoding);
        const bytes = encode((hasMark ? '\ufeff' : '') + text, encoding);
        const stored = isCompressed ? gzipSync(bytes) : bytes;
        const found = await read(chunksOf(stored, pieces), { encoding: hasMark ? 'auto' : encoding });
        const plain = ({ offset, ...reading }: (typeof found.readings)[0]) => reading;
        assert.deepEqual(found.readings.map(plain), expected.readings.map(plain));
        assert.deepEqual(
          found.readings.map(({ offset }) => offset - (hasMark ? 3 : 0)),
          expected.readings.map(({ offset }) => offset),
        );
        assert.equal(found.recognised[0]?.encoding, encoding);
      }),
      { numRuns: 25 },
    );
  });
}

test('a byte order mark within UTF-16 begins a part, as in UTF-8', async () => {
  const part = `\ufeff${HEADER}\n${TIME},1,m,é\n${TIME},1,m,é\n`;
  const apart = await read(part + part);
  for (const encoding of ['utf-16le', 'utf-16be', 'utf-32le']) {
    const { readings, parts, counts } = await read(encode(part + part, encoding));
    assert.deepEqual(readings, apart.readings);
    assert.deepEqual(parts, apart.parts);
    assert.equal(counts.repeatedHeaders, 1);
  }
});

test('what means nothing in the encoding makes its record bad, and no other', async () => {
  const lines = (middle: Uint8Array) =>
    Buffer.concat([
      encode(`\ufeff${HEADER}\n${TIME},1,a,b\n${TIME},1,x`, 'utf-16le'),
      middle,
      encode(`,b\n${TIME},1,c,d\n`, 'utf-16le'),
    ]);
  const cut = Buffer.concat([lines(Buffer.from('x\0')), Buffer.of(0x41)]);
  assert.deepEqual(
    (await read(lines(Buffer.of(0x3d, 0xd8)))).readings.map(({ reason }) => reason),
    [undefined, 'invalid_utf8', undefined],
  );
  const { readings } = await read(cut);
  assert.deepEqual(
    readings.map(({ raw, reason }) => reason ?? raw.length),
    [26, 27, 26, 'column_count'],
  );
  assert.equal(readings.at(-1)?.raw, '\xff\x81\x81');
});

test('text in another encoding that does not say so is refused with the likely ones, and read with them', async () => {
  const texts: readonly (readonly [encoding: string, likely: RegExp, name: string])[] = [
    ['windows-1252', /windows-1252 likely.*--encoding windows-1252 \(it reads "Müller"\)/, 'Zoë Müller'],
    ['windows-1250', /windows-1250 likely.*--encoding windows-1250 \(it reads "Łukasz"\)/, 'Łukasz Dvořák'],
    ['windows-1251', /windows-1251 likely/, 'Пользователь вошёл в систему'],
    ['windows-1251', /windows-1251 likely/, 'Иван Пётр'],
    ['koi8-r', /koi8-r likely/, 'Пользователь вошел в систему'],
    ['shift_jis', /shift_jis likely/, 'ユーザーがログインしました すずき'],
    ['gb18030', /gb18030 likely/, '用户已登录 管理员 用户 名称'],
    ['euc-kr', /euc-kr likely/, '사용자 로그인 관리자 이름'],
    ['utf-16le', /UTF-16LE likely.*--encoding utf-16le/, 'Zoë'],
    ['utf-16be', /UTF-16BE likely.*--encoding utf-16be/, '王小明'],
    ['utf-32le', /UTF-32LE likely.*--encoding utf-32le/, 'Zoë'],
    ['utf-32be', /UTF-32BE likely.*--encoding utf-32be/, 'Zoë'],
  ];
  for (const [encoding, likely, name] of texts) {
    const file = encode(`${HEADER}\n${TIME},1,m,ana\n${TIME},1,m,${name}\n`, encoding);
    await rejects(file, 'encoding_unknown', likely);
    const { readings } = await read(file, { encoding });
    assert.deepEqual(
      readings.map(({ actorName }) => actorName),
      ['ana', name],
      encoding,
    );
  }
});

test('a late word of another encoding is found at the end, whatever the chunks are', async () => {
  const late = `${HEADER}\n${`${TIME},1,m,ana\n`.repeat(9000)}${TIME},1,m,Zo\xeb M\xfcller\n`;
  const file = Buffer.from(late, 'latin1');
  for (const pieces of [[], Array(60).fill(7000), [file.length - 3]]) {
    await assert.rejects(read(chunksOf(file, pieces)), /encoding_unknown: .*windows-1252 likely/);
  }
});

test('damage is no encoding: a single word of many lines, or some among words of UTF-8, are records in quarantine', async () => {
  const lines = (...names: string[]) =>
    Buffer.from(`${HEADER}\n${names.map((name) => `${TIME},1,m,${name}\n`).join('')}`, 'latin1');
  const utf8 = Buffer.from('zoë').toString('latin1');
  for (const names of [
    ['caf\xe9', ...Array<string>(8).fill('ana')],
    ['caf\xe9', 'M\xfcller', utf8, 'x'],
    ['\xe9a', utf8],
  ]) {
    const { readings } = await read(lines(...names));
    assert.deepEqual(
      readings.map(({ reason }) => reason === 'invalid_utf8'),
      names.map((name) => /\xe9|\xfc/.test(name)),
    );
  }
  await rejects(lines('ana', 'caf\xe9', 'li'), 'encoding_unknown', /1 word .*windows-1252 likely/);
  const { readings } = await read(lines('caf\xe9', 'M\xfcller', 'ana'), { encoding: 'utf-8' });
  assert.deepEqual(
    readings.map(({ reason }) => reason),
    ['invalid_utf8', 'invalid_utf8', undefined],
  );
});

test('what was recorded of the encoding is not asked again, and a mark against the setting is named', async () => {
  const file = Buffer.from(`${HEADER}\n${TIME},1,m,Zo\xeb M\xfcller\n`, 'latin1');
  const first = await read(file, { encoding: 'windows-1252' });
  assert.equal(first.recognised[0]?.encoding, 'windows-1252');
  assert.deepEqual((await read(file, {}, undefined, undefined, first.recognised)).readings, first.readings);
  await rejects(encode(`\ufeff${HEADER}\n`, 'utf-16be'), 'encoding_unknown', /mark of UTF-16BE; set --encoding auto/, {
    encoding: 'windows-1252',
  });
});
