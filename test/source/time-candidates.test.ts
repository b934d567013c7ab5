import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, it } from 'vitest';
import { CivilTime } from '../../src/source/civil-time.ts';
import { DAY_MONTH_FORMS, dayMonthPattern, saysOrder } from '../../src/source/day-month-form.ts';
import { openExport } from '../../src/source/index.ts';
import { PLAIN_FORMS } from '../../src/source/plain-forms.ts';
import { RejectedFile } from '../../src/source/rejection.ts';
import { TimeReader } from '../../src/source/time.ts';
import { TimeCandidates } from '../../src/source/time-candidates.ts';
import { instantOf } from '../../src/source/time-example.ts';
import { TimePattern } from '../../src/source/time-pattern.ts';
import { read, SETTINGS } from './reading.ts';

const ORDERS = ['month first', 'day first'] as const;
const clocks = fc
  .integer({ min: Date.UTC(2001, 0, 1), max: Date.UTC(2099, 0, 1) })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO('UTC').toPlainDateTime());

function decisionOf(...texts: string[]) {
  const candidates = new TimeCandidates('UTC');
  for (const text of texts) candidates.add(Buffer.from(text), 0, Buffer.byteLength(text));
  return candidates.decision;
}

/** A time as a program in one of the two orders writes it, by Intl and by hand. */
function written(clock: Temporal.PlainDateTime, order: (typeof ORDERS)[number], form: string, parts: number): string {
  const padded = parts % 2 === 0;
  const two = (value: number, always = false) => (padded || always ? String(value).padStart(2, '0') : String(value));
  const numbers = order === 'month first' ? [clock.month, clock.day] : [clock.day, clock.month];
  const date = [...numbers.map((value) => two(value)), clock.year].join(form.replace('12', ''));
  const comma = parts % 3 === 0 ? ',' : '';
  const fraction = parts % 5 === 0 ? `.${String(clock.millisecond).padStart(3, '0')}` : '';
  const seconds = parts % 7 === 0 ? '' : `:${two(clock.second, true)}${fraction}`;
  const isHalf = form.endsWith('12');
  const hour = isHalf ? clock.hour % 12 || 12 : clock.hour;
  const half = isHalf ? `${parts % 2 === 0 ? ' ' : '\u202f'}${clock.hour < 12 ? 'AM' : 'PM'}` : '';
  const offset = parts % 11 === 0 ? ' UTC' : '';
  return `${date}${comma} ${two(hour)}:${two(clock.minute, true)}${seconds}${half}${offset}`;
}

describe('times with month and day as numbers', () => {
  it('are read back exactly, in the order that one of them shows', () => {
    const forms = fc.constantFrom('/', '.', '-', '/12', '.12', '-12');
    const parts = fc.integer({ min: 1, max: 2 * 3 * 5 * 7 * 11 });
    fc.assert(
      fc.property(
        fc.array(clocks, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...ORDERS),
        forms,
        parts,
        (some, order, form, part) => {
          const telling = some[0]!.with({ month: 3, day: 13 });
          const texts = [...some.slice(1), telling].map((clock) => written(clock, order, form, part));
          const decision = decisionOf(...texts);
          assert.equal(decision.kind, 'format', texts.join('\n'));
          const reader = new TimeReader(decision.kind === 'format' ? decision.format : '', 'UTC');
          for (const [at, clock] of [...some.slice(1), telling].entries()) {
            const bytes = Buffer.from(texts[at]!);
            assert.ok(reader.read(bytes, 0, bytes.length), texts[at]);
            const rounded = clock.round({
              smallestUnit: part % 7 === 0 ? 'minute' : part % 5 === 0 ? 'millisecond' : 'second',
              roundingMode: 'floor',
            });
            const expected = rounded.toZonedDateTime('UTC').epochMilliseconds;
            assert.equal(reader.micros, expected * 1000, texts[at]);
          }
        },
      ),
    );
  });

  it('are in doubt wherever two instants are left, and nothing else is', () => {
    const low = clocks.map((clock) => clock.with({ day: ((clock.day - 1) % 12) + 1 }));
    const forms = fc.constantFrom('/', '.', '-', '/12');
    fc.assert(
      fc.property(
        fc.array(low, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(...ORDERS),
        forms,
        (some, order, form) => {
          const decision = decisionOf(...some.map((clock) => written(clock, order, form, 1)));
          const isTelling = some.some(({ month, day }) => month !== day);
          assert.equal(decision.kind, isTelling ? 'doubt' : 'format');
          if (decision.kind !== 'doubt') return;
          assert.equal(decision.times, some.length);
          const [example] = decision.examples;
          assert.notEqual(example!.monthFirst, example!.dayFirst);
        },
      ),
    );
  });

  it('are taken where both orders give the same instants, and then say nothing of other files', () => {
    const decision = decisionOf('11/11/2025 00:04:19', '03/03/2025 10:00:00');
    assert.equal(decision.kind, 'format');
    const format = decision.kind === 'format' ? decision.format : '';
    assert.equal(instantOf('11/11/2025 00:04:19', format, 'UTC'), '2025-11-11T00:04:19.000Z');
    assert.ok(!saysOrder(format));
    assert.ok(DAY_MONTH_FORMS.every((form) => saysOrder(dayMonthPattern(form, 'day first'))));
  });

  it('contradict each other where some have the month first and others the day', () => {
    const decision = decisionOf('3/13/2026 01:06', '3/1/2026 01:06', '13/3/2026 01:06');
    assert.equal(decision.kind, 'doubt');
    assert.deepEqual(decision.kind === 'doubt' && decision.examples.map(({ text }) => text), [
      '3/13/2026 01:06',
      '13/3/2026 01:06',
    ]);
  });

  it('do not count where most times are others, and nothing counts that is no time', () => {
    assert.deepEqual(decisionOf('2026-03-01T00:00Z', '2026-03-02 00:00 UTC', '3/1/2026 00:00'), {
      kind: 'format',
      format: 'auto',
    });
    assert.deepEqual(decisionOf('3/13/2026 00:00', '3/1/2026 00:00', '2026-03-01T00:00Z', 'soon', ''), {
      kind: 'format',
      format: 'M/d/yyyy[,] H:mm[:ss[.f]][XXX]',
    });
    for (const text of [
      'soon',
      '',
      '46082.5',
      '3/1/2026',
      '3/1/26 00:00',
      '13/13/2026 00:00',
      '3/1/2026 24:00',
      '3/1-2026 00:00',
      '3/1/2026 0:00 XM',
    ]) {
      assert.deepEqual(decisionOf(text), { kind: 'none' }, text);
    }
  });

  it('have forms of which no text is read in two, nor by auto', () => {
    const candidates = DAY_MONTH_FORMS.map((form) => new TimeReader(dayMonthPattern(form, 'day first'), 'UTC'));
    const auto = new TimeReader('auto', 'UTC');
    fc.assert(
      fc.property(
        clocks,
        fc.constantFrom('/', '.', '-', '/12', '.12', '-12'),
        fc.integer({ min: 1, max: 2310 }),
        (clock, form, part) => {
          const bytes = Buffer.from(written(clock, 'day first', form, part));
          assert.equal(candidates.filter((reader) => reader.read(bytes, 0, bytes.length)).length, 1);
          assert.ok(!auto.read(bytes, 0, bytes.length));
        },
      ),
    );
  });
});

describe('auto', () => {
  it('has one reading of each text: all forms that read it read the same', () => {
    const patterns = PLAIN_FORMS.map((form) => new TimePattern(form));
    const locales = fc.constantFrom(
      'en-US',
      'en-GB',
      'de-DE',
      'fr-FR',
      'it-IT',
      'es-ES',
      'ja-JP',
      'ko-KR',
      'zh-TW',
      'sv-SE',
      'en-CA',
      'hu-HU',
    );
    const styles = fc.record({
      weekday: fc.constantFrom('short' as const, 'long' as const, undefined),
      month: fc.constantFrom('short' as const, 'long' as const, '2-digit' as const, 'numeric' as const),
      hour12: fc.boolean(),
    });
    let found = 0;
    fc.assert(
      fc.property(clocks, locales, styles, (clock, locale, { weekday, month, hour12 }) => {
        const style = {
          year: 'numeric',
          month,
          day: 'numeric',
          hour: 'numeric',
          minute: '2-digit',
          second: '2-digit',
          hour12,
          timeZone: 'UTC',
        } as const;
        const instant = clock.toZonedDateTime('UTC').epochMilliseconds;
        const text = new Intl.DateTimeFormat(locale, weekday === undefined ? style : { ...style, weekday }).format(
          instant,
        );
        const bytes = Buffer.from(text);
        const expected = Math.floor(instant / 1000) * 1000;
        const time = new CivilTime();
        for (const pattern of patterns) {
          if (!pattern.read(bytes, 0, bytes.length, time) || !time.isValid()) continue;
          found++;
          assert.equal(time.clockMinutes() * 60_000 + time.second * 1000, expected, text);
        }
      }),
      { numRuns: 1000 },
    );
    assert.ok(found > 200, `${found}`);
  });
});

describe('a file', () => {
  const record = (time: string) => `"${time}",91051,SSO Configuration update`;
  const file = (...times: string[]) => ['time,code,message', ...times.map(record), ''].join('\n');
  const many = Array.from({ length: 5000 }, (_, at) => `3/${(at % 12) + 1}/2026 1:06:21 PM`);
  const refusal = async (text: string | Buffer, settings = {}) => {
    const error = await read(text, settings).then(
      () => assert.fail('it was read'),
      (fault: unknown) => fault,
    );
    assert.ok(error instanceof RejectedFile);
    return error;
  };

  it('is decided by a time far behind its beginning', async () => {
    const { readings, recognised, readSince } = await read(file(...many, '3/13/2026 1:06:21 PM'));
    assert.equal(recognised[0]?.timeFormat, 'M/d/yyyy[,] h:mm[:ss[.f]] a[XXX]');
    assert.equal(readSince, 3);
    assert.deepEqual(
      readings.slice(0, 2).map(({ micros }) => micros),
      [Date.UTC(2026, 2, 1, 13, 6, 21) * 1000, Date.UTC(2026, 2, 2, 13, 6, 21) * 1000],
    );
    assert.equal(readings.filter(({ reason }) => reason !== undefined).length, 0);
    const compressed = await read(gzipSync(file(...many, '13/3/2026 1:06:21 PM')), {}, Date.UTC(2027, 0, 1));
    assert.equal(compressed.recognised[0]?.timeFormat, 'd/M/yyyy[,] h:mm[:ss[.f]] a[XXX]');
  });

  it('is refused in a few lines where no time decides, with a time in both readings and the patterns', async () => {
    const error = await refusal(file(...many));
    assert.equal(error.reason, 'time_in_doubt');
    assert.ok(error.message.length < 500);
    for (const part of [
      '"3/1/2026 1:06:21 PM"',
      '2026-03-01T13:06:21Z',
      '2026-01-03T13:06:21Z',
      'among 5000',
      '"M/d/yyyy h:mm:ss a"',
      '"d/M/yyyy h:mm:ss a"',
    ]) {
      assert.ok(error.message.includes(part), `${part} in ${error.message}`);
    }
  });

  it('is refused where its end contradicts its beginning', async () => {
    const error = await refusal(file('3/13/2026 1:06:21 PM', ...many, '13/3/2026 1:06:21 PM'));
    assert.equal(error.reason, 'time_in_doubt');
    assert.match(error.message, /found both: "3\/13\/2026 1:06:21 PM" .* "13\/3\/2026 1:06:21 PM"/);
  });

  it('is read as the setting says, whatever its times are', async () => {
    const { readings } = await read(file(...many, '13/3/2026 1:06:21 PM'), { timeFormat: 'M/d/yyyy h:mm:ss a' });
    assert.deepEqual(readings.at(-1)?.reason, 'time_unreadable');
    assert.equal(readings.filter(({ reason }) => reason !== undefined).length, 1);
  });

  it('in doubt is decided by the formats that other files of its source were read in, and contradicted by none', async () => {
    const bytes = Buffer.from(file('3/1/2026 1:06:21 PM'));
    const formatOf = async (timeFormats: readonly string[], text = bytes) => {
      const open = async function* () {
        yield Buffer.from(text);
      };
      const stored = { path: 'raw/a.csv', landedAt: Date.UTC(2027, 0, 1), timeFormats, open };
      const reader = await openExport(stored, SETTINGS);
      await reader.close();
      return reader.recognised[0]?.timeFormat;
    };
    const monthFirst = 'M/d/yyyy[,] h:mm[:ss[.f]] a[XXX]';
    assert.equal(await formatOf([monthFirst]), monthFirst);
    assert.equal(await formatOf(['auto', 'dd.MM.yyyy HH:mm', 'M/d/yyyy h:mm:ss a']), monthFirst);
    assert.equal(await formatOf(['d/M/yyyy h:mm:ss a']), 'd/M/yyyy[,] h:mm[:ss[.f]] a[XXX]');
    await assert.rejects(formatOf(['d/M/yyyy h:mm:ss a', monthFirst]), /time_in_doubt/);
    await assert.rejects(formatOf(['dd.MM.yyyy HH:mm']), /time_in_doubt/);
    const contrary = Buffer.from(file('13/3/2026 1:06:21 PM', '3/1/2026 1:06:21 PM'));
    assert.equal(await formatOf([monthFirst], contrary), 'd/M/yyyy[,] h:mm[:ss[.f]] a[XXX]');
  });

  it('in JSON is decided in the same way', async () => {
    const lines = (times: string[]) =>
      times.map((time) => `${JSON.stringify({ time, code: 91051, message: 'm' })}\n`).join('');
    const { recognised } = await read(
      lines(['1.3.2026 0:04', '13.3.2026 0:04']),
      {},
      Date.UTC(2027, 0, 1),
      'raw/a.jsonl',
    );
    assert.equal(recognised[0]?.timeFormat, 'd.M.yyyy[,] H:mm[:ss[.f]][XXX]');
    await assert.rejects(read(lines(['1.3.2026 0:04']), {}, Date.UTC(2027, 0, 1), 'raw/a.jsonl'), /time_in_doubt/);
  });

  it('keeps in quarantine what is no time in the form of all others', async () => {
    const { readings } = await read(file('3/13/2026 1:06', 'n/a', '3/1/2026 25:06', '3/1/2026 1:06'));
    assert.deepEqual(
      readings.map(({ reason }) => reason),
      [undefined, 'time_unreadable', 'time_unreadable', undefined],
    );
  });
});
