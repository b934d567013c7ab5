import assert from 'node:assert/strict';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  type Dialect,
  type PARAMETER_TYPES,
  readValue,
  textLiteral,
  ValueError,
  type Written,
} from '../../src/questions/index.ts';

type Type = keyof typeof PARAMETER_TYPES;

function refused(type: Type, ...all: readonly Written[]): void {
  for (const written of all)
    assert.throws(() => readValue({ type }, written), ValueError, `${type}: ${JSON.stringify(written)}`);
}

function read(type: Type, written: Written): unknown {
  const { kind: _, ...value } = readValue({ type }, written);
  return Object.values(value)[0];
}

describe('a value', () => {
  it('is a number as SQL writes it, of a command line or a file', () => {
    assert.deepEqual([read('integer', '007'), read('integer', 30), read('days', '90')], ['7', '30', '90']);
    refused(
      'integer',
      '',
      '-1',
      '1.5',
      '1e3',
      ' 1',
      '1;',
      '0x10',
      '2000000001',
      '99999999999',
      -1,
      1.5,
      Number.NaN,
      [1],
    );
    refused('days', '3661', 'a week');
    assert.deepEqual([read('number', 2.5), read('number', '4')], ['2.5', '4']);
    refused('number', '', '.5', '5.', '-1', '1e3', 1e21, '1,5', 'NaN', Number.POSITIVE_INFINITY, '1.1234567');
  });

  it('is a time of day in seconds', () => {
    assert.deepEqual([read('time', '07:00'), read('time', '00:00'), read('time', '24:00')], ['25200', '0', '86400']);
    refused('time', '7:00', '24:01', '07:60', '7', '07:00:00', '07:00 ', 7);
  });

  it('is days of the week by number or name, alone or from one to another', () => {
    assert.deepEqual(read('weekdays', '1-5'), [1, 2, 3, 4, 5]);
    assert.deepEqual(read('weekdays', 'Mon-Thu, sunday'), [1, 2, 3, 4, 7]);
    assert.deepEqual(read('weekdays', 'fri-mon'), [1, 5, 6, 7]);
    assert.deepEqual(read('weekdays', [7, 1, 1]), [1, 7]);
    refused('weekdays', '', '0', '8', 'monkey', '1-2-3', '1-', 'montag', []);
  });

  it('is a zone by its name or offset', () => {
    assert.deepEqual([read('zone', 'europe/berlin'), read('zone', '+02:00')], ['Europe/Berlin', '+02:00']);
    refused('zone', '', 'Europe/Berln', 'CET/2', "UTC' OR 1=1", 1);
  });

  it('is a list with commas, an item with a comma in double quotes, or as a file has it', () => {
    assert.deepEqual(read('texts', ''), []);
    assert.deepEqual(read('texts', 'Admin, EU [West] ,"a, b", "say ""hi"""'), [
      'Admin',
      'EU [West]',
      'a, b',
      'say "hi"',
    ]);
    assert.deepEqual(read('texts', ['a, b', 'c']), ['a, b', 'c']);
    refused('texts', 'a "b"', '"a', 'a\0b', ['\ud800'], 'x'.repeat(1001), Array.from({ length: 1001 }, String));
  });

  it('is a text that a lake can hold', () => {
    assert.equal(read('text', "it's"), "it's");
    refused('text', 'a\0b', '\udc00', 'x'.repeat(1001), ['a']);
    refused('id', '', ' ', '\n', 'a\0');
  });

  it('says what was expected and what was found', () => {
    assert.throws(() => readValue({ type: 'weekdays' }, 'soon'), /^Error: expected days of the week .*, found "soon"$/);
    assert.throws(() => readValue({ type: 'integer' }, '2000000001'), /expected at most 2000000000, found 2000000001/);
  });
});

/** Texts that try to get out of a literal. */
const HOSTILE = [
  ...["'", "''", "\\'", '\\', "\\\\'", "'; DROP TABLE audit_events; --", "' OR 'a'='a", '"', '$&', "$'", '$1', '$$'],
  ...[
    '{{from}}',
    '}}',
    'a\nGO\nb',
    'line\\\nnext',
    'a\r\nb',
    '$(path)',
    `$\{env:HOME}`,
    '/* */ --',
    '%_[a-z]',
    '\u0001',
  ],
  ...['\u2028', '\u202e', '\ufeff', '\u{1f600}', 'ﬁ', 'İ', '$$(', '\\u0024', '\t', '--', '\n', '\r', '\\x00', '$name'],
];

/** What the text of a literal says, as its dialect reads it. */
function meaning(sql: string, dialect: Dialect): string {
  const parts = dialect === 'tsql' ? sql.match(/CHAR\(\d+\)|'(?:[^']|'')*'|CONCAT\(|[,)] ?/g) : [sql];
  assert.equal(parts?.join(''), sql, `nothing but literals and CHAR in ${sql}`);
  return (parts ?? [])
    .map((part) => {
      const [, code] = /^CHAR\((\d+)\)$/.exec(part) ?? [];
      if (code !== undefined) return String.fromCharCode(Number(code));
      if (!part.startsWith("'")) return '';
      const inner = part.slice(1, -1);
      if (dialect !== 'spark') return inner.replaceAll("''", "'");
      assert.doesNotMatch(inner.replaceAll(/\\./gs, ''), /'/);
      return inner.replaceAll(/\\(u[0-9a-f]{4}|.)/gs, (_, escaped: string) =>
        escaped.length === 5 ? String.fromCharCode(Number.parseInt(escaped.slice(1), 16)) : escaped,
      );
    })
    .join('');
}

const anyText = fc
  .oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.constantFrom(...HOSTILE, 'x')).map((all) => all.join('')),
  )
  .filter((text) => !text.includes('\0') && text.isWellFormed());

describe('a text in SQL', () => {
  it('means the same text in every dialect, whatever it holds', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom<Dialect>('tsql', 'spark', 'duckdb'), (text, dialect) => {
        assert.equal(meaning(textLiteral(text, dialect), dialect), text);
      }),
    );
  });

  it('is what DuckDB reads', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        const rows = (
          await connection.runAndReadAll(`SELECT hex(encode(${textLiteral(text, 'duckdb')}))`)
        ).getRowsJson();
        // The driver takes a byte order mark that a text begins with off it.
        assert.deepEqual(rows, [[Buffer.from(text).toString('hex').toUpperCase()]]);
      }),
    );
    connection.closeSync();
  });

  it('gives the clients of T-SQL and Spark nothing to fill in, no line that ends a batch, and no line to join', () => {
    for (const text of HOSTILE) {
      const tsql = textLiteral(text, 'tsql');
      assert.doesNotMatch(tsql, /[\r\n]/);
      assert.doesNotMatch(tsql, /\$\(/);
      assert.doesNotMatch(textLiteral(text, 'spark'), /\$/);
    }
    const most = textLiteral('\n'.repeat(1000), 'tsql');
    assert.ok(most.match(/CONCAT\(([^()]|\(\d+\))*/g)?.every((call) => call.split('CHAR').length < 254));
  });
});
