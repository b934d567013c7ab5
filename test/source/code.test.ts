import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { readCode, readOtherCode } from '../../src/source/code.ts';
import { read } from './reading.ts';

function code(text: string): number {
  const bytes = Buffer.from(`1${text}7`);
  const plain = readCode(bytes, 1, bytes.length - 1);
  return plain < 0 ? readOtherCode(bytes, 1, bytes.length - 1) : plain;
}

test('a code is read as spreadsheets and data frames write it', () => {
  const codes = fc.integer({ min: 10_001, max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(codes, (number) => {
      const grouped = (mark: string) => String(number).replace(/\B(?=(\d{3})+$)/g, mark);
      const isDoubtful = /^\d{1,3}000$/.test(String(number));
      const texts = [
        ...['', '+', '0'].map((before) => `${before}${number}`),
        ...['.0', '.00', ',0', '.000'].map((behind) => `${number}${behind}`),
        ...["'", '’', ' ', '\u00a0', '\u202f', '\u2009'].flatMap((mark) => [grouped(mark), `${grouped(mark)}.0`]),
        ...(isDoubtful ? [] : [grouped(','), grouped('.')]),
        ...[`${grouped(',')}.0`, `${grouped('.')},00`, `="${number}"`],
      ];
      for (const text of texts) assert.equal(code(text), number, text);
    }),
  );
});

test('what may be another number, or none, is no code', () => {
  const texts = [
    ...[
      '91,000',
      '91.000',
      '91051.5',
      '91051.',
      '.0',
      '-91051',
      '9e4',
      '9.1051E4',
      '0x91',
      '91051a',
      '９１０５１',
      'n/a',
      '+',
      '+-1',
    ],
    ...[
      "90'21",
      "90''214",
      "'90214",
      "90'214’001",
      '9 0',
      '90 2145',
      '1,234,0',
      '1.234.00',
      '090,214',
      '91051;0',
      '="91051',
      "90,214'001",
    ],
    ...['99999999999', '2147483648', '2,147,483,648', `${'0'.repeat(70)}.0`],
  ];
  for (const text of texts) assert.equal(code(text), -1, text);
});

test('blanks of every kind round a code and a time are passed over, and the file says since when', async () => {
  const header = 'time,code,message';
  const whole = await read(`${header}\n\u00a02026-03-01T00:04:19Z\u202f,\u00a0 91051\u2009,m\n`);
  assert.deepEqual([whole.readings[0]?.code, whole.readings[0]?.reason, whole.readSince], [91051, undefined, 3]);
  const since = async (record: string) => (await read(`${header}\n${record}\n`)).readSince;
  assert.equal(await since('2026-03-01T00:04:19Z,\t91051 ,m'), 1);
  assert.equal(await since('2026-03-01T00:04:19Z,91051.0,m'), 3);
  assert.equal(await since('2026-03-01T00:04:19 UTC,91051,m'), 3);
  assert.equal(await since('1772323459,91051,m'), 1);
  assert.equal(await since('1772323459.5,91051,m'), 3);
  assert.equal(await since('soon,91051.0,m'), 1);
});

test('the file says how finely its times are written', async () => {
  const digits = async (...times: string[]) =>
    (await read(['time,code,message', ...times.map((time) => `${time},91051,m`), ''].join('\n'))).counts.timeDigits;
  assert.equal(await digits('soon'), null);
  const exact = { needed: 0, isLocal: false };
  assert.deepEqual(await digits('2026-03-01T00:04:19Z'), { most: 0, fewest: 0, ...exact });
  assert.deepEqual(await digits('2026-03-01T00:04:19.000Z'), { most: 3, fewest: 3, ...exact });
  const mixed = await digits('2026-03-01T00:04:19.700Z', '2026-03-01T00:04:19.120Z', '2026-03-01T00:04:19.5', '0.1');
  assert.deepEqual(mixed, { most: 3, fewest: 1, needed: 2, isLocal: true });
  assert.deepEqual(await digits('1772323459707'), { most: 3, fewest: 3, needed: 3, isLocal: false });
});
