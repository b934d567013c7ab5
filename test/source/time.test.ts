import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { test } from 'vitest';
import { TimeReader } from '../../src/source/time.ts';
import { AMBIGUOUS, canonicalZone, EXACT, NONEXISTENT } from '../../src/source/time-zone.ts';

/** The reading of a text that stands between other bytes, as in a file. */
function readAll(texts: string[], format = 'auto', zone = 'UTC'): ([micros: number, note: number] | undefined)[] {
  const reader = new TimeReader(format, zone);
  return texts.map((text) => {
    const bytes = Buffer.from(`1${text}7`);
    return reader.read(bytes, 1, bytes.length - 1) ? [reader.micros, reader.note] : undefined;
  });
}

function readIso(text: string, format = 'auto', zone = 'UTC'): string | undefined {
  const [reading] = readAll([text], format, zone);
  return reading && Temporal.Instant.fromEpochNanoseconds(BigInt(reading[0]) * 1000n).toString();
}

/** Microseconds of all plausible times, and some more. */
const instants = fc.integer({ min: Date.UTC(1970, 0, 1) * 1000, max: Date.UTC(2100, 0, 1) * 1000 });
const digits = fc.integer({ min: 0, max: 9 });

test('ISO 8601 with an offset is the instant that Temporal reads', () => {
  const separators = fc.constantFrom('T', ' ', 't');
  const offsets = fc.oneof(
    fc.constantFrom('Z', 'z', '+00', '-00:00', '+14:00', '-0330', '+05:45', '+23:59'),
    fc
      .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 10, max: 23 }), fc.integer({ min: 10, max: 59 }))
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(instants, digits, separators, offsets, (micros, places, separator, offset) => {
      const clock = Temporal.Instant.fromEpochNanoseconds(BigInt(micros) * 1000n)
        .toZonedDateTimeISO('UTC')
        .toPlainDateTime();
      const text = clock.toString({ fractionalSecondDigits: places as 0 }).replace('T', separator) + offset;
      const expected = Temporal.Instant.from(text);
      assert.equal(readAll([text])[0]?.[0], Number(expected.epochNanoseconds / 1000n), text);
    }),
  );
});

test('seconds and fraction are optional, and digits beyond microseconds are cut off', () => {
  assert.equal(readIso('2026-01-02T03:04'), '2026-01-02T03:04:00Z');
  assert.equal(readIso('2026-01-02T03:04+01'), '2026-01-02T02:04:00Z');
  assert.equal(readIso('2026-01-02 03:04:05'), '2026-01-02T03:04:05Z');
  assert.equal(readIso('2026-01-02T03:04:05.1Z'), '2026-01-02T03:04:05.1Z');
  assert.equal(readIso('2026-01-02T03:04:05,999999999-0100'), '2026-01-02T04:04:05.999999Z');
});

test('numbers are seconds, milliseconds or microseconds by their length', () => {
  const whole = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 });
  fc.assert(
    fc.property(whole, fc.integer({ min: 0, max: 999_999 }), (seconds, fraction) => {
      const micros = seconds * 1e6 + fraction;
      const texts = [`${seconds}`, `${micros}`.slice(0, 13), `${micros}`];
      assert.deepEqual(readAll(texts), [
        [seconds * 1e6, EXACT],
        [Math.floor(micros / 1000) * 1000, EXACT],
        [micros, EXACT],
      ]);
    }),
  );
});

test('what is no time is not read', () => {
  const texts = [
    ...[
      '',
      'now',
      '2026',
      '2026-01-02',
      '2026-01-02T03',
      '2026-01-02T03:4',
      '26-01-02T03:04:05Z',
      '02/01/2026 03:04:05',
      '2026/01-02 03:04:05',
    ],
    ...[
      '2026-01-02T03:04:',
      '2026-01-02T03:04:5',
      '2026-01-02T03:04:05.',
      '2026-01-02T03:04:05.Z',
      '2026-01-02T03:04.5Z',
    ],
    ...[
      '2026-01-02T03:04:05.1234567890Z',
      '2026-01-02T03:04:05ZZ',
      '2026-01-02T03:04:05 Y',
      '2026-01-02T03:04:05+',
      '2026-01-02T03:04:05+1',
    ],
    ...[
      '2026-01-02T03:04:05+01:',
      '2026-01-02T03:04:05+01:0',
      '2026-01-02T03:04:05+010',
      '2026-01-02T03:04:05+24:00',
      '2026-01-02T03:04:05+01:60',
    ],
    ...[
      '2026-01-02T03:04:05+01:00:00',
      '2026-01-02_03:04:05',
      '2026-01-02T03.04',
      '2026-01-02T3:4:05Z',
      '2O26-01-02T03:04:05Z',
    ],
    ...[
      '2026-00-02T03:04',
      '2026-13-02T03:04',
      '2026-01-00T03:04',
      '2026-01-32T03:04',
      '2026-04-31T03:04',
      '2026-02-29T03:04',
    ],
    ...['1900-02-29T03:04', '2100-02-29T03:04', '2026-01-02T24:00', '2026-01-02T03:60', '2026-01-02T23:59:60Z'],
    ...[
      '123456789',
      '12345678901',
      '123456789012',
      '12345678901234',
      '12345678901234567',
      '-123456789',
      '12345.6789',
      '+1234567890',
    ],
  ];
  for (const text of texts) assert.equal(readIso(text), undefined, text);
  assert.equal(readIso('2024-02-29T03:04'), '2024-02-29T03:04:00Z');
  assert.equal(readIso('2000-02-29T03:04'), '2000-02-29T03:04:00Z');
});

test('nothing outside the cell is read', () => {
  const reader = new TimeReader('auto', 'UTC');
  const bytes = Buffer.from('2026-01-02T03:04:05+01:00');
  const readable = Array.from(bytes.keys(), (end) => end).filter((end) => reader.read(bytes, 0, end));
  assert.deepEqual(readable, [16, 19, 22]);
});

for (const zone of [
  'Europe/Zurich',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Apia',
  'UTC',
]) {
  test(`a local time in ${zone} is the instant that Temporal gives`, () => {
    const reader = new TimeReader('auto', zone);
    const near = transitions(zone).map((micros) =>
      fc.integer({ min: -3 * 3600, max: 3 * 3600 }).map((s) => micros + s * 1e6),
    );
    fc.assert(
      fc.property(fc.oneof(instants, ...near), (micros) => {
        const clock = Temporal.Instant.fromEpochNanoseconds(BigInt(micros) * 1000n)
          .toZonedDateTimeISO('UTC')
          .toPlainDateTime();
        const [earlier, later] = (['earlier', 'later'] as const).map((disambiguation) =>
          clock.toZonedDateTime(zone, { disambiguation }),
        );
        const expected = clock.toZonedDateTime(zone, { disambiguation: 'compatible' });
        const note = earlier!.equals(later!)
          ? EXACT
          : expected.toPlainDateTime().equals(clock)
            ? AMBIGUOUS
            : NONEXISTENT;
        const bytes = Buffer.from(clock.toString({ smallestUnit: 'microsecond' }));
        assert.ok(reader.read(bytes, 0, bytes.length));
        assert.deepEqual([reader.micros, reader.note], [Number(expected.epochNanoseconds / 1000n), note], `${clock}`);
      }),
      { numRuns: 400 },
    );
  });
}

/** Clock readings, as if in UTC, about which the offset of a zone changes. */
function transitions(zone: string): number[] {
  const found: number[] = [];
  let at = Temporal.Instant.from('2005-01-01T00:00Z').toZonedDateTimeISO(zone).getTimeZoneTransition('next');
  while (at !== null && at.year < 2027) {
    found.push(at.epochMilliseconds * 1000 + at.offsetNanoseconds / 1000);
    at = at.getTimeZoneTransition('next');
  }
  return found;
}

test('a local time that occurs twice is the earlier instant; one that never occurs is shifted forward', () => {
  const given: [zone: string, local: string, instant: string, note: number][] = [
    ['Europe/Zurich', '2025-10-26 01:59:59', '2025-10-25T23:59:59Z', EXACT],
    ['Europe/Zurich', '2025-10-26 02:00:00', '2025-10-26T00:00:00Z', AMBIGUOUS],
    ['Europe/Zurich', '2025-10-26 02:59:59', '2025-10-26T00:59:59Z', AMBIGUOUS],
    ['Europe/Zurich', '2025-10-26 03:00:00', '2025-10-26T02:00:00Z', EXACT],
    ['Europe/Zurich', '2026-03-29 01:59:59', '2026-03-29T00:59:59Z', EXACT],
    ['Europe/Zurich', '2026-03-29 02:00:00', '2026-03-29T01:00:00Z', NONEXISTENT],
    ['Europe/Zurich', '2026-03-29 03:00:00', '2026-03-29T01:00:00Z', EXACT],
    ['America/St_Johns', '2010-11-07 00:00:59', '2010-11-07T02:30:59Z', AMBIGUOUS],
    ['America/St_Johns', '2010-11-07 00:01:00', '2010-11-07T03:31:00Z', EXACT],
    ['America/St_Johns', '2010-11-06 23:01:00', '2010-11-07T01:31:00Z', AMBIGUOUS],
    ['America/St_Johns', '2026-03-08 02:30:00', '2026-03-08T06:00:00Z', NONEXISTENT],
    ['Australia/Lord_Howe', '2026-04-05 01:45:00', '2026-04-04T14:45:00Z', AMBIGUOUS],
    ['Australia/Lord_Howe', '2025-10-05 02:15:00', '2025-10-04T15:45:00Z', NONEXISTENT],
  ];
  for (const [zone, local, instant, note] of given) {
    assert.equal(readIso(local, 'auto', zone), instant, `${zone} ${local}`);
    assert.equal(readAll([local], 'auto', zone)[0]?.[1], note, `${zone} ${local}`);
  }
});

test('an offset in the file wins over the zone, and leaves nothing to decide', () => {
  assert.deepEqual(
    readAll(['2026-03-29 02:30:00+01:00', '2026-03-29 02:30:00'], 'auto', 'Europe/Zurich').map((r) => r?.[1]),
    [EXACT, NONEXISTENT],
  );
});

test('a pattern reads its own form and no other', () => {
  assert.equal(readIso('31.12.2025 at 23:59:58.7', "dd.MM.yyyy 'at' HH:mm:ss.S"), '2025-12-31T23:59:58.7Z');
  assert.equal(readIso('20260102T030405123456', "yyyyMMdd'T'HHmmssSSSSSS"), '2026-01-02T03:04:05.123456Z');
  assert.equal(readIso("02/01/2026 3 o'clock 03h04", "dd/MM/yyyy '3 o''clock' HH'h'mm"), '2026-01-02T03:04:00Z');
  assert.equal(readIso('2026年01月02日 03:04 +0530', 'yyyy年MM月dd日 HH:mm XXX'), '2026-01-01T21:34:00Z');
  assert.equal(readIso('02.01.2026 03:04', 'dd.MM.yyyy HH:mm', 'Europe/Zurich'), '2026-01-02T02:04:00Z');
  for (const text of [
    '2026-01-02T03:04',
    '02.01.2026 03:04:05',
    '02.01.2026 3:04',
    '02.01.2026 03:0',
    '30.02.2026 03:04',
    '1767322800',
  ]) {
    assert.equal(readIso(text, 'dd.MM.yyyy HH:mm'), undefined, text);
  }
});

test('one reading leaves nothing behind for the next', () => {
  const texts = [
    '02.01.2026 03:04:05.678+01:00',
    '02.01.2026 03:04:05.678Z',
    '31.02.2026 03:04:05.999-12:00',
    '02.01.2026 00:00:00.000Z',
  ];
  const at = (...clock: [number, number, number, number]) => [Date.UTC(2026, 0, 2, ...clock) * 1000, EXACT];
  assert.deepEqual(readAll(texts, 'dd.MM.yyyy HH:mm:ss.SSSXXX'), [
    at(2, 4, 5, 678),
    at(3, 4, 5, 678),
    undefined,
    at(0, 0, 0, 0),
  ]);
  const [, plain] = readAll(['2026-01-02T03:04:05.678+01:00', '2026-01-03T00:00']);
  assert.deepEqual(plain, [Date.UTC(2026, 0, 3) * 1000, EXACT]);
});

test('a pattern that cannot be understood says why', () => {
  const given: [pattern: string, message: RegExp][] = [
    ['yyyy-MM-dd', /HH, mm is missing/],
    ['yyyy-MM-dd hh:mm', /a \(AM or PM\) is missing/],
    ['yyyy-MM-dd HH:mm a', /a needs h or hh/],
    ['yyyy-MM-dd HH:mm[.SSS]', /ss is missing/],
    ['yyyy-MM-d H:mm M', /M is given twice/],
    ['dMyyyy HH:mm', /a digit may follow d/],
    ['yyyy-MM-dd[ HH]:m[m]', /m is given twice/],
    ['YYYY-MM-dd HH:mm', /YYYY is not understood/],
    ['yyyy-MM-ddTHH:mm', /T is not understood/],
    ["yyyy-MM-dd'T HH:mm", /quote is not closed/],
    ['yyyy-MM-dd HH:mm mm', /mm is given twice/],
    ['yyyy-MM-dd HH:mm:ss.S SSS', /S is given twice/],
    ['yyyy-MM-dd HH:mm.SSS', /ss is missing/],
    ['yyyy-MM-dd HH:mm:ss.SSSSSSSSSS', /SSSSSSSSSS is not understood/],
  ];
  for (const [pattern, message] of given) assert.throws(() => new TimeReader(pattern, 'UTC'), message, pattern);
});

test('zones are IANA names, in any case', () => {
  assert.equal(canonicalZone('europe/zurich'), 'Europe/Zurich');
  for (const id of ['Mars/Phobos', '+01:00', '-08', '']) assert.throws(() => canonicalZone(id), RangeError, id);
});
