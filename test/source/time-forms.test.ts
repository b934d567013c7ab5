import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { test } from 'vitest';
import { TimeReader } from '../../src/source/time.ts';
import { AMBIGUOUS } from '../../src/source/time-zone.ts';

/** The reading of a text that stands between other bytes, as in a file. */
function micros(text: string, format = 'auto', zone = 'UTC'): number | undefined {
  const reader = new TimeReader(format, zone);
  const bytes = Buffer.from(`1${text}7`);
  return reader.read(bytes, 1, bytes.length - 1) ? reader.micros : undefined;
}

function instant(text: string, format = 'auto', zone = 'UTC'): string | undefined {
  const found = micros(text, format, zone);
  return found === undefined ? undefined : Temporal.Instant.fromEpochNanoseconds(BigInt(found) * 1000n).toString();
}

const seconds = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2099, 11, 31) / 1000 });
const MIDNIGHT = '2026-03-01T00:04:19.707Z';

test('auto reads an offset as programs write it', () => {
  const given = [
    ['2026-03-01 00:04:19.707 UTC', MIDNIGHT],
    ['2026-03-01 00:04:19.707 GMT', MIDNIGHT],
    ['2026-03-01 00:04:19.707UTC', MIDNIGHT],
    ['2026-03-01 00:04:19.707 Z', MIDNIGHT],
    ['2026-03-01 00:04:19.707 +0000 UTC', MIDNIGHT],
    ['2026-03-01 01:04:19.707 +0100 CET', MIDNIGHT],
    ['2026-03-01 01:04:19.7070000 +01:00', MIDNIGHT],
    ['2026-03-01 01:04:19.707\u00a0+01', MIDNIGHT],
    ['2026-03-01T00:04:19.707Z[UTC]', MIDNIGHT],
    ['2026-03-01T00:04:19.707Z[Europe/Zurich]', MIDNIGHT],
    ['2026-03-01T01:04:19.707+01:00[Europe/Zurich]', MIDNIGHT],
    ['2026-03-01 01:04:19.707 GMT+0100', MIDNIGHT],
    ['2026-03-01 01:04:19.707 GMT+01:00 (Central European Standard Time)', MIDNIGHT],
    ['2025-10-26T02:30:00+02:00[Europe/Zurich]', '2025-10-26T00:30:00Z'],
    ['2025-10-26T02:30:00+01:00[Europe/Zurich]', '2025-10-26T01:30:00Z'],
  ];
  for (const [text, expected] of given) assert.equal(instant(text!, 'auto', 'Asia/Tokyo'), expected, text);
});

test('an offset that contradicts the name beside it is none, nor is a name without an offset', () => {
  const texts = [
    '2026-03-01 01:04:19 +0100 UTC',
    '2026-03-01 01:04:19 +0100 GMT',
    '2026-03-01T01:04:19+02:00[Europe/Zurich]',
    '2026-03-29T02:30:00+01:00[Europe/Zurich]',
    '2026-03-01T01:04:19+01:00[Mars/Phobos]',
    '2026-03-01T01:04:19+01:00[]',
    '2026-03-01T01:04:19+01:00[Europe/Zurich',
    '2026-03-01T01:04:19[Europe/Zurich]',
    '2026-03-01 01:04:19 CET',
    '2026-03-01 01:04:19 EST',
    '2026-03-01 01:04:19 +0100 cet',
    '2026-03-01 01:04:19 UTC+1',
    '2026-03-01 01:04:19 UTC UTC',
    '2026-03-01 01:04:19 +0100 (CET',
    `2026-03-01 01:04:19 +0100 (${'x'.repeat(100)})`,
    `2026-03-01T01:04:19Z[${'x'.repeat(100)}]`,
    '2026-03-01 01:04:19 ',
  ];
  for (const text of texts) assert.equal(instant(text), undefined, text);
});

test('numbers since 1970 are exact to the microsecond, with a fraction or without, in each unit', () => {
  const whole = fc.integer({ min: 1_000_000_000, max: 4_000_000_000 });
  const fraction = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 9 }).map((d) => d.join(''));
  fc.assert(
    fc.property(whole, fc.integer({ min: 0, max: 999_999_999 }), fraction, (second, nanos, digits) => {
      const all = `${second}${String(nanos).padStart(9, '0')}`;
      for (const length of [10, 13, 16, 19]) {
        for (const mark of ['.', ',']) {
          const expected = Number(`${all.slice(0, length)}${digits}`.padEnd(16, '0').slice(0, 16));
          assert.equal(micros(`${all.slice(0, length)}${mark}${digits}`), expected);
          assert.equal(micros(all.slice(0, length)), Number(all.slice(0, length).padEnd(16, '0').slice(0, 16)));
        }
      }
    }),
  );
  for (const text of [
    '1772323459.',
    '1772323459.1234567890',
    '1772323459.7e3',
    '1772323459.7.7',
    '.1772323459',
    '1,772,323,459',
  ]) {
    assert.equal(micros(text), undefined, text);
  }
});

test('mail times are what the runtime writes, and a wrong weekday is none', () => {
  fc.assert(
    fc.property(seconds, (second) => {
      const text = new Date(second * 1000).toUTCString();
      for (const form of [text, text.replace('GMT', '+0000'), text.slice(5), text.replace(/ 0(\d) /, ' $1 ')]) {
        assert.equal(micros(form), second * 1e6, form);
      }
    }),
  );
  assert.equal(instant('Fri, 13 Mar 2026 14:06:21 +0100 (CET)'), '2026-03-13T13:06:21Z');
  assert.equal(instant('13 Mar 2026 14:06 +0100'), '2026-03-13T13:06:00Z');
  for (const text of ['Sat, 13 Mar 2026 14:06:21 +0100', '13 Mar 26 14:06:21 GMT', '13 Mrt 2026 14:06 GMT']) {
    assert.equal(instant(text), undefined, text);
  }
});

test('days as Excel counts them are read to the millisecond, where the setting says so', () => {
  const digits = fc.integer({ min: 8, max: 12 });
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2099, 0, 1) }), digits, (ms, places) => {
      const text = ((BigInt(ms) * 10n ** 12n) / 86_400_000n + 25_569n * 10n ** 12n).toString();
      const serial = `${text.slice(0, 5)}.${text.slice(5, 5 + places)}`;
      const found = micros(serial, 'excel')!;
      assert.equal(found % 1000, 0);
      assert.ok(Math.abs(found / 1000 - ms) <= 1, `${serial} ${found} ${ms}`);
    }),
  );
  assert.equal(instant('46086.5037037', 'excel'), '2026-03-05T12:05:20Z');
  assert.equal(instant('46082', 'excel'), '2026-03-01T00:00:00Z');
  assert.equal(instant('46082,5', 'excel', 'Europe/Zurich'), '2026-03-01T11:00:00Z');
  assert.equal(instant('46082.9999999999', 'excel'), '2026-03-02T00:00:00Z');
  for (const text of [
    '46082.',
    '4608',
    '460820',
    '46082.5.5',
    '-46082',
    '04608.5',
    `46082.${'1'.repeat(18)}`,
    '1772323459',
  ]) {
    assert.equal(instant(text, 'excel'), undefined, text);
  }
  assert.equal(instant('46082.5'), undefined);
});

test('a clock of 12 hours has its midnight at 12 AM and its noon at 12 PM, however the half is written', () => {
  const pattern = 'M/d/yyyy h:mm:ss a';
  const halves = ['AM', 'am', 'a.m.', 'A.M.', 'a. m.', 'a.\u00a0m.', '上午', '午前', '오전'];
  for (const half of halves) {
    assert.equal(instant(`3/1/2026 12:30:00 ${half}`, pattern), '2026-03-01T00:30:00Z', half);
    assert.equal(instant(`3/1/2026 1:30:00\u202f${half}`, pattern), '2026-03-01T01:30:00Z', half);
  }
  for (const half of ['PM', 'pm', 'p.m.', 'p. m.', '下午', '午後', '오후']) {
    assert.equal(instant(`3/1/2026 12:30:00 ${half}`, pattern), '2026-03-01T12:30:00Z', half);
    assert.equal(instant(`3/1/2026  11:30:00 ${half}`, pattern), '2026-03-01T23:30:00Z', half);
  }
  for (const text of [
    '0:30:00 AM',
    '13:30:00 PM',
    '00:30:00 AM',
    '1:30:00',
    '1:30:00 XM',
    '1:30:00 A',
    '1:30:00 PM PM',
    '24:00:00 AM',
  ]) {
    assert.equal(instant(`3/1/2026 ${text}`, pattern), undefined, text);
  }
});

test('the hour that a zone repeats is marked on a clock of 12 hours too', () => {
  const reader = new TimeReader('M/d/yyyy h:mm a', 'America/New_York');
  const bytes = Buffer.from('11/1/2026 1:30 AM');
  assert.ok(reader.read(bytes, 0, bytes.length));
  assert.deepEqual([reader.note, reader.micros], [AMBIGUOUS, Date.UTC(2026, 10, 1, 5, 30) * 1000]);
});

test('parts in brackets may be left out, and brackets round what is needed stand for themselves', () => {
  const pattern = 'd.M.yyyy H:mm[:ss[.f]][XXX]';
  assert.equal(instant('1.3.2026 0:04', pattern), '2026-03-01T00:04:00Z');
  assert.equal(instant('01.03.2026 00:04:19', pattern), '2026-03-01T00:04:19Z');
  assert.equal(instant('01.03.2026 00:04:19,707', pattern), MIDNIGHT);
  assert.equal(instant('01.03.2026 01:04:19.707 +01:00', pattern), MIDNIGHT);
  assert.equal(instant('01.03.2026 00:04.707', pattern), undefined);
  assert.equal(instant('001.03.2026 00:04', pattern), undefined);
  assert.equal(instant('[2026-03-01 00:04]', '[yyyy-MM-dd HH:mm]'), '2026-03-01T00:04:00Z');
  assert.equal(instant('[2026-03-01 00:04', '[yyyy-MM-dd HH:mm'), '2026-03-01T00:04:00Z');
  assert.throws(() => new TimeReader(`yyyy-MM-dd HH:mm${'[ ]'.repeat(13)}`, 'UTC'), /more than 12 optional parts/);
});

test('names of months and weekdays are read in five languages, with a point or without, and a wrong weekday is none', () => {
  const languages = ['en-US', 'de-DE', 'de-CH', 'fr-FR', 'it-IT', 'es-ES'];
  const days = Array.from({ length: 12 }, (_, month) => Date.UTC(2026, month, 10 + month, 12, 30));
  for (const language of languages) {
    for (const style of ['short', 'long'] as const) {
      for (const day of days) {
        const name = (part: Intl.DateTimeFormatOptions) =>
          new Intl.DateTimeFormat(language, { ...part, timeZone: 'UTC' }).format(day);
        const text = `${name({ weekday: style })}, ${name({ day: 'numeric' }).replace(/\D/g, '')} ${name({ month: style })} 2026 12:30`;
        assert.equal(micros(text, 'EEE[,] d MMM yyyy HH:mm'), day * 1000, text);
      }
    }
  }
  assert.equal(instant('Mon, 1 Mar 2026 00:04', 'EEE, d MMM yyyy HH:mm'), undefined);
  assert.equal(instant('01.Mar.2026 00:04', 'dd.MMM.yyyy HH:mm'), '2026-03-01T00:04:00Z');
  assert.equal(instant('Sun Mar 01 00:04:19 UTC 2026', 'EEE MMM d HH:mm:ss XXX yyyy'), '2026-03-01T00:04:19Z');
});

test('two digits of a year are of this century, and only a pattern says that there are two', () => {
  assert.equal(instant('01.03.26 00:04', 'dd.MM.yy HH:mm'), '2026-03-01T00:04:00Z');
  assert.equal(instant('01.03.99 00:04', 'dd.MM.yy HH:mm'), '2099-03-01T00:04:00Z');
  assert.equal(instant('01.03.2026 00:04', 'dd.MM.yy HH:mm'), undefined);
});

test('digits of the fraction are told as written', () => {
  const given: [text: string, digits: number, format?: string][] = [
    ['2026-03-01T00:04:19Z', 0],
    ['2026-03-01T00:04:19.000Z', 3],
    ['2026-03-01T00:04:19.123456789Z', 9],
    ['1772323459', 0],
    ['1772323459.7', 1],
    ['1772323459707', 3],
    ['1772323459707.25', 5],
    ['1772323459707123', 6],
    ['1772323459707123456', 9],
    ['Sun, 01 Mar 2026 00:04:19 GMT', 0],
    ['46082.00300586', 3, 'excel'],
    ['1.3.2026 00:04:19,70', 2, 'd.M.yyyy H:mm:ss[.f]'],
    ['1.3.2026 00:04:19', 0, 'd.M.yyyy H:mm:ss[.f]'],
  ];
  const readers = new Map<string, TimeReader>();
  for (const [text, digits, format = 'auto'] of given) {
    const reader = readers.get(format) ?? new TimeReader(format, 'UTC');
    readers.set(format, reader);
    assert.ok(reader.read(Buffer.from(text), 0, Buffer.byteLength(text)), text);
    assert.equal(reader.fractionDigits, digits, text);
  }
});

test('one form leaves nothing behind for another', () => {
  const texts = [
    'Sun, 01 Mar 2026 00:04:19 GMT',
    '1772323459',
    '2026-03-03T00:04:19Z',
    '2026-03-01T01:04:19+01:00[Europe/Zurich]',
    '1772323459.5',
    '2026-03-03T00:04:19',
    'Mar 3, 2026, 12:04:19 PM',
    '1772323459707',
    '2026-03-04 00:04',
    'Sun, 01 Mar 2026 00:04:19 +0200 (?',
    'Mon, 01 Mar 2026 00:04:19 GMT',
    '2026-03-04 00:04:05.5 UTC',
  ];
  const alone = texts.map((text) => micros(text));
  const reader = new TimeReader('auto', 'UTC');
  fc.assert(
    fc.property(fc.array(fc.nat({ max: texts.length - 1 }), { maxLength: 20 }), (order) => {
      for (const index of order) {
        const bytes = Buffer.from(texts[index]!);
        const found = reader.read(bytes, 0, bytes.length) ? reader.micros : undefined;
        assert.equal(found, alone[index], texts[index]);
      }
    }),
  );
});
