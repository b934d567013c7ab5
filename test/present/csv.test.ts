import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { ColumnType } from '../../src/present/column-type.ts';
import { type CsvOptions, csvPieces } from '../../src/present/csv.ts';
import { batchesOf } from '../../src/present/rows.ts';

const TEXT: ColumnType = { kind: 'text' };
const NUMBER: ColumnType = { kind: 'float', bits: 64 };
const SIGN = /^[\s\p{C}"]*[=+\-@＝＋－＠]/u;
const FORMULA = /^[\s\p{C}"]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

async function csv(
  rows: readonly (readonly unknown[])[],
  { bom = false, formulaGuard = true }: Partial<CsvOptions> = {},
  types: readonly ColumnType[] = rows[0]?.map(() => TEXT) ?? [],
  names = types.map((_, index) => `c${index}`),
): Promise<string> {
  let text = '';
  for await (const piece of csvPieces({ names, types, batches: batchesOf([rows]) }, { bom, formulaGuard }))
    text += piece;
  return text;
}

/** The cells that a spreadsheet finds, by a delimiter of its own: quotes count where a cell begins, and what is open ends with the file. */
function cellsOf(text: string, delimiter: string): string[] {
  const cells: string[] = [];
  let [cell, isBegun, isQuoted] = ['', false, false];
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[index + 1] === '"') cell += text[++index];
      else isQuoted = false;
    } else if (character === '"' && !isBegun) [isQuoted, isBegun] = [true, true];
    else if (character === delimiter || character === '\n' || character === '\r') {
      cells.push(cell);
      [cell, isBegun] = ['', false];
    } else {
      cell += character;
      isBegun = true;
    }
  }
  return [...cells, cell];
}

/** Cells that say what they like: signs, separators, quotes, line ends, what is unseen, and any other text. */
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(
      fc.constantFrom(
        '=',
        '+',
        '-',
        '@',
        '＝',
        '＋',
        '－',
        '＠',
        '\t',
        '\r',
        '\n',
        ' ',
        '"',
        "'",
        ',',
        ';',
        '|',
        '\u200b',
        '\ufeff',
        '1',
        'a',
        '(',
        '!',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

describe('CSV', () => {
  it('is RFC 4180, and gives an independent reader every text, where no cell is guarded', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(hostile, hostile, fc.option(hostile)), { minLength: 1 }), async (rows) => {
        const found = parse(await csv(rows, { formulaGuard: false }), { record_delimiter: '\r\n' });
        assert.deepEqual(
          found.slice(1),
          rows.map((row) => row.map((each) => each ?? '')),
        );
      }),
    ));

  it('holds no cell that acts as a formula, by whatever separator it is opened', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(hostile, hostile), { minLength: 1 }), async (rows) => {
        const text = await csv(rows);
        for (const delimiter of [',', ';', '\t']) {
          for (const cell of cellsOf(text, delimiter)) {
            assert.ok(!(delimiter === ',' ? FORMULA : SIGN).test(cell), JSON.stringify([delimiter, cell, text]));
          }
        }
      }),
    ));

  it('guards by a quotation mark before the text, and leaves numbers alone', async () => {
    const rows = [
      ['=1+1', -5],
      ['-5', '-Infinity'],
      ['＝cmd', null],
      ['a;=1', '1e-7'],
    ];
    assert.equal(
      await csv(rows, {}, [TEXT, NUMBER]),
      "c0,c1\r\n'=1+1,-5\r\n'-5,'-Infinity\r\n'＝cmd,\r\n\"a;'=1\",1e-7\r\n",
    );
    assert.equal(await csv([['=1+1']], { formulaGuard: false }), 'c0\r\n=1+1\r\n');
  });

  it('tells what is not there from the empty text, and writes lists as JSON', async () => {
    const list: ColumnType = { kind: 'list', of: TEXT };
    assert.equal(await csv([[null, '', ['a', '"']]], {}, [TEXT, TEXT, list]), 'c0,c1,c2\r\n,"","[""a"",""\\""""]"\r\n');
  });

  it('begins with a byte order mark where that is wanted, and with no name that Excel takes for more than one', async () => {
    assert.equal((await csv([['ö']], { bom: true })).codePointAt(0), 0xfeff);
    for (const name of ['ID', 'id', 'sep=;']) {
      assert.ok((await csv([['x']], {}, [TEXT], [name])).startsWith(`"${name}"\r\n`));
    }
    assert.ok((await csv([['x']], {}, [TEXT], ['=1+1'])).startsWith("'=1+1\r\n"));
  });
});
