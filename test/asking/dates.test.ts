import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, test } from 'vitest';
import { parseMoment, parseSpan, parseTimeZone } from '../../src/asking/index.ts';
import { UsageError } from '../../src/present/index.ts';

const NOW = Date.parse('2026-03-31T09:30:15.250Z');
const ZONES = [
  'UTC',
  'Europe/Zurich',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
];

function moment(text: string, { timeZone = 'UTC', end = false, now = NOW } = {}): string {
  return parseMoment(text, { now, timeZone, end }).toString();
}

describe('what people write', () => {
  test.each([
    ['2026-03-01', '2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'],
    ['2026-02', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    ['2026-12', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['2028-02-29', '2028-02-29T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['2025-12-31', '2025-12-31T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['today', '2026-03-31T00:00:00Z', '2026-04-01T00:00:00Z'],
    [' Yesterday ', '2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z'],
  ])('%s is whole: it begins at %s, and as an end it is %s', (text, begins, ends) => {
    assert.equal(moment(text), begins);
    assert.equal(moment(text, { end: true }), ends);
  });

  test.each([
    ['now', '2026-03-31T09:30:15.25Z'],
    ['2026-03-01T10:00', '2026-03-01T10:00:00Z'],
    ['2026-03-01 10:00:05', '2026-03-01T10:00:05Z'],
    ['2026-03-01T10:00:05.123456Z', '2026-03-01T10:00:05.123456Z'],
    ['2026-03-01t10:00z', '2026-03-01T10:00:00Z'],
    ['2026-03-02 22:04:45.673+00', '2026-03-02T22:04:45.673Z'],
    ['2026-03-02 22:04 UTC', '2026-03-02T22:04:00Z'],
    ['2026-03-01T10:00+05:45', '2026-03-01T04:15:00Z'],
    ['2026-03-01T10:00-0330', '2026-03-01T13:30:00Z'],
    ['-7d', '2026-03-24T09:30:15.25Z'],
    ['−7d', '2026-03-24T09:30:15.25Z'],
    ['-36h', '2026-03-29T21:30:15.25Z'],
    ['-90min', '2026-03-31T08:00:15.25Z'],
    ['-2W', '2026-03-17T09:30:15.25Z'],
    ['-P1M', '2026-02-28T09:30:15.25Z'],
    ['-P1Y2M', '2025-01-31T09:30:15.25Z'],
    ['-PT36H', '2026-03-29T21:30:15.25Z'],
    ['-p1dt2h', '2026-03-30T07:30:15.25Z'],
    ['-0d', '2026-03-31T09:30:15.25Z'],
  ])('%s is the instant %s, as an end too', (text, instant) => {
    assert.equal(moment(text), instant);
    assert.equal(moment(text, { end: true }), instant);
  });

  test('a month before the 31st is the last day of a shorter one, in a leap year too', () => {
    assert.equal(moment('-P1M', { now: Date.parse('2028-03-31T00:00Z') }), '2028-02-29T00:00:00Z');
    assert.equal(moment('-P1Y', { now: Date.parse('2028-02-29T00:00Z') }), '2027-02-28T00:00:00Z');
  });
});

describe('a zone', () => {
  const timeZone = 'Europe/Zurich';

  test('says which instant a day begins at, and how long it is', () => {
    assert.equal(moment('2026-03-29', { timeZone }), '2026-03-28T23:00:00Z');
    assert.equal(moment('2026-03-29', { timeZone, end: true }), '2026-03-29T22:00:00Z');
    assert.equal(moment('2026-10-25', { timeZone, end: true }), '2026-10-25T23:00:00Z');
    assert.equal(moment('2018-11-04', { timeZone: 'America/Sao_Paulo' }), '2018-11-04T03:00:00Z');
  });

  test('says which day it is now', () => {
    const now = Date.parse('2026-03-31T23:30Z');
    assert.equal(moment('today', { timeZone, now }), '2026-03-31T22:00:00Z');
    assert.equal(moment('yesterday', { timeZone: 'America/New_York', now }), '2026-03-30T04:00:00Z');
  });

  test('has days of other lengths: -1d keeps the time of day, -24h does not', () => {
    const now = Date.parse('2026-03-29T12:00Z');
    assert.equal(moment('-1d', { timeZone, now }), '2026-03-28T13:00:00Z');
    assert.equal(moment('-24h', { timeZone, now }), '2026-03-28T12:00:00Z');
  });

  test('that skips a time or has it twice has whoever asks say which is meant', () => {
    assert.throws(
      () => moment('2026-03-29T02:30', { timeZone }),
      /skips as clocks change; .*2026-03-29T02:30\+01:00 or 2026-03-29T02:30\+02:00/,
    );
    assert.throws(
      () => moment('2026-10-25T02:30', { timeZone }),
      /has twice as clocks change; .*2026-10-25T02:30\+02:00 or 2026-10-25T02:30\+01:00/,
    );
    assert.throws(() => moment('2011-12-30', { timeZone: 'Pacific/Apia' }), /which it skipped/);
    assert.equal(moment('2026-10-25T02:30+01:00', { timeZone }), '2026-10-25T01:30:00Z');
  });

  test('is an IANA name, in any case', () => {
    assert.equal(parseTimeZone('europe/zurich'), 'Europe/Zurich');
    assert.equal(parseTimeZone('utc'), 'UTC');
    assert.throws(
      () => parseTimeZone('Europe/Zurch'),
      /expected an IANA time zone, found "Europe\/Zurch"; did you mean Europe\/Zurich\?/,
    );
    for (const junk of ['', '+02:00', 'x'.repeat(500), 'UTC\u0000'])
      assert.throws(() => parseTimeZone(junk), UsageError);
  });
});

describe('properties', () => {
  const years = { min: new Date('1971-01-01'), max: new Date('2099-12-31'), noInvalidDate: true };
  const zones = fc.constantFrom(...ZONES);

  test('a day as a span holds the instants of that day and no others', () => {
    fc.assert(
      fc.property(fc.date(years), zones, (at, timeZone) => {
        const instant = Temporal.Instant.fromEpochMilliseconds(at.getTime());
        const day = instant.toZonedDateTimeISO(timeZone).toPlainDate();
        const { from, to } = parseSpan({ from: String(day), to: String(day) }, { now: NOW, timeZone });
        assert.ok(from !== null && to !== null);
        assert.ok(Temporal.Instant.compare(from, instant) <= 0 && Temporal.Instant.compare(instant, to) < 0);
        for (const edge of [from, to.subtract({ nanoseconds: 1 })]) {
          assert.equal(String(edge.toZonedDateTimeISO(timeZone).toPlainDate()), String(day));
        }
        assert.notEqual(String(to.toZonedDateTimeISO(timeZone).toPlainDate()), String(day));
      }),
    );
  });

  test('days one after another leave no gap and do not overlap', () => {
    fc.assert(
      fc.property(fc.date(years), zones, (at, timeZone) => {
        const day = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
        const next = String(day.add({ days: 1 }));
        assert.equal(moment(String(day), { timeZone, end: true }), moment(next, { timeZone }));
      }),
    );
  });

  test('an instant as the program shows it is read as itself, whatever the zone and the clock', () => {
    fc.assert(
      fc.property(fc.date(years), fc.date(years), zones, fc.boolean(), (at, now, timeZone, end) => {
        const shown = [at.toISOString(), at.toISOString().replace('T', ' ').replace('Z', '+00')];
        for (const text of shown) {
          assert.equal(Date.parse(moment(text, { timeZone, end, now: now.getTime() })), at.getTime());
        }
      }),
    );
  });

  test('a local time is that time in its zone, or refused because the zone has it not once', () => {
    fc.assert(
      fc.property(fc.date(years), zones, (at, timeZone) => {
        const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO('UTC').toPlainDateTime();
        const readings = new Set(
          (['earlier', 'later'] as const).map((disambiguation) =>
            String(local.toZonedDateTime(timeZone, { disambiguation }).toInstant()),
          ),
        );
        if (readings.size === 1) assert.deepEqual([moment(String(local), { timeZone })], [...readings]);
        else assert.throws(() => moment(String(local), { timeZone }), UsageError);
      }),
    );
  });

  test('hours gone by are hours, days gone by keep the time of day', () => {
    fc.assert(
      fc.property(fc.date(years), zones, fc.nat(20_000), (now, timeZone, count) => {
        assert.equal(
          Date.parse(moment(`-${count}h`, { timeZone, now: now.getTime() })),
          now.getTime() - count * 3_600_000,
        );
        const there = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
        const back = Temporal.Instant.from(moment(`-${count}d`, { timeZone, now: now.getTime() }));
        assert.equal(String(back), String(there.subtract({ days: count }).toInstant()));
      }),
    );
  });

  test('any other text is refused in one line, never read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        fc.pre(!/\d/.test(text) && !/^(now|today|yesterday)$/i.test(text.trim()));
        assert.throws(() => moment(text), UsageError);
      }),
    );
  });
});

test.each([
  ...[
    '',
    ' ',
    '7d',
    '+7d',
    '-7',
    '-d',
    '--7d',
    '-7m',
    '-7M',
    '-7y',
    '-1.5d',
    '-1000000000d',
    '- 7d',
    'P7D',
    '-P',
    '-PT',
    '-P1',
    '+P1M',
  ],
  ...[
    '-P999999999Y',
    '2026',
    '26-03-01',
    '2026-3-1',
    '2026-13-01',
    '2026-02-29',
    '2026-02-30',
    '1.3.2026',
    '01/03/2026',
    '2026-03-01T',
  ],
  ...[
    '2026-03-01T25:00',
    '2026-03-01T24:00',
    '2026-03-01T10:60',
    '2026-03-01T10:00:60',
    '2026-03-01T10',
    '10:00',
    '2026-W10',
  ],
  ...[
    '2026-03-01T10:00+25:00',
    '2026-03-01T10:00[Europe/Zurich]',
    '2026-03-01T10:00:00.1234567Z',
    '2026-03-01Z',
    'tomorrow',
  ],
  ...[
    'last week',
    '2026-03-01\u0000',
    '２０２６-03-01',
    "2026-03-01'; DROP",
    '-7d -1h',
    '1772323200',
    'NaN',
    'x'.repeat(100_000),
  ],
])('%j is refused: what was expected, what was found', (text) => {
  assert.throws(
    () => moment(text),
    (error) =>
      error instanceof UsageError &&
      /^expected .*2026-03-01.*, found "/.test(error.message) &&
      error.message.length < 500,
  );
});

test('a span that nothing can be in is refused, by the name of its option', () => {
  const clock = { now: NOW, timeZone: 'UTC' };
  assert.deepEqual(parseSpan({}, clock), { from: null, to: null });
  assert.throws(() => parseSpan({ from: '2026-03-02', to: '2026-03-01' }, clock), /expected --from to be before --to/);
  assert.throws(() => parseSpan({ from: 'now', to: 'now' }, clock), UsageError);
  assert.throws(() => parseSpan({ from: 'junk' }, clock), /^UsageError: --from: expected|^Error: --from: expected/);
  assert.throws(() => parseSpan({ to: 'junk' }, clock), /--to: expected/);
});
