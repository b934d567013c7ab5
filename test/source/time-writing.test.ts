import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { writtenForm } from '../../src/source/index.ts';
import { TimeReader } from '../../src/source/time.ts';

const LOCAL = { year: 2026, month: 3, day: 9, hour: 15, minute: 4, second: 5 };

describe('times that are written', () => {
  it.each([
    ['yyyy-MM-dd HH:mm:ss', 0, '2026-03-09 15:04:05'],
    ["yyyy-MM-dd'T'HH:mm:ssXXX", 3600, '2026-03-09T15:04:05+01:00'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", 0, '2026-03-09T15:04:05.000Z'],
    ['d.M.yy H:mm[:ss]', 0, '9.3.26 15:04:05'],
    ['MM/dd/yyyy hh:mm a', 0, '03/09/2026 03:04 PM'],
    ['EEE, dd MMM yyyy HH:mm:ss XXX', -12_600, 'Mon, 09 Mar 2026 15:04:05 -03:30'],
  ])('%s', (pattern, offset, text) => {
    assert.equal(writtenForm(pattern).write(LOCAL, offset), text);
  });

  it('are read again as what they were', () => {
    for (const pattern of [
      'yyyy-MM-dd HH:mm:ss',
      'd.M.yy H:mm[:ss]',
      'dd MMM yyyy hh:mm:ss.f a',
      'yyyyMMddHHmmssXXX',
    ]) {
      for (const hour of [0, 1, 11, 12, 13, 23]) {
        const bytes = Buffer.from(writtenForm(pattern).write({ ...LOCAL, hour }, 0));
        const reader = new TimeReader(pattern, 'UTC');
        assert.ok(reader.read(bytes, 0, bytes.length), pattern);
        assert.equal(reader.micros, Date.UTC(2026, 2, 9, hour, 4, 5) * 1000, pattern);
      }
    }
  });

  it('say what they hold', () => {
    const { hasSeconds, hasOffset } = writtenForm('yyyy-MM-dd HH:mm XXX');
    assert.deepEqual([hasSeconds, hasOffset], [false, true]);
    for (const none of ['auto', 'excel', 'yyyy-MM-dd']) assert.throws(() => writtenForm(none), SyntaxError);
  });
});
