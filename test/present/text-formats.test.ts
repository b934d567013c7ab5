import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, it } from 'vitest';
import type { ColumnType } from '../../src/present/column-type.ts';
import { type Format, piecesOf, severalPieces } from '../../src/present/formats.ts';
import { batchesOf, type Rows } from '../../src/present/rows.ts';
import { visible } from '../../src/present/visible.ts';

const TEXT: ColumnType = { kind: 'text' };
const OPTIONS = { bom: false, formulaGuard: true, columns: null, title: 'an answer', tell: () => undefined };

function rowsOf(rows: readonly (readonly unknown[])[], names: readonly string[] = ['a', 'b']): Rows {
  return { names, types: names.map(() => TEXT), batches: batchesOf(rows.map((row) => [row])) };
}

async function text(pieces: AsyncIterable<string | Uint8Array>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

const written = (format: Format, rows: Rows) => text(piecesOf(format, rows, OPTIONS));
const cell = fc.option(fc.string({ unit: 'binary' }));
const table = fc.array(fc.tuple(cell, cell), { maxLength: 8 });

describe('rows as text', () => {
  it('are JSON, as an array and as lines', () =>
    fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const expected = rows.map(([a, b]) => ({ a, b }));
        assert.deepEqual(JSON.parse(await written('json', rowsOf(rows))), expected);
        const lines = (await written('jsonl', rowsOf(rows))).split('\n').slice(0, -1);
        assert.deepEqual(
          lines.map((line) => JSON.parse(line)),
          expected,
        );
      }),
    ));

  it('are a page whose cells hold the texts and nothing else', () =>
    fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const { document } = parseHTML(await written('html', rowsOf(rows)));
        const cells = [...document.querySelectorAll('tbody tr')].map((row) =>
          [...row.querySelectorAll('td')].map((each) => each.textContent),
        );
        assert.deepEqual(
          cells,
          rows.map((row) => row.map((each) => (each === null ? '∅' : visible(each)))),
        );
        assert.equal(document.querySelectorAll('script, img, iframe, link').length, 0);
      }),
    ));

  it('are a table of Markdown in which a text is a text', async () => {
    const hostile = '<img src=x> | `x` *b* [l](u)\nnext\u202e';
    assert.deepEqual((await written('markdown', rowsOf([[hostile, null]]))).split('\n'), [
      '| a | b |',
      '| --- | --- |',
      '| &lt;img src=x&gt; \\| \\`x\\` \\*b\\* \\[l\\](u)<br>next\\\\u{202e} | ∅ |',
      '',
    ]);
  });

  it('are a table of Markdown that makes no link of an address', async () => {
    const said = '[link](http://evil.example) HTTPS://evil.example www.evil.example ratio 1:2';
    const [, , row] = (await written('markdown', rowsOf([[said, null]]))).split('\n');
    assert.equal(row, '| \\[link\\](http\\://evil.example) HTTPS\\://evil.example www\\.evil.example ratio 1:2 | ∅ |');
  });

  it('are records, a line a column', async () => {
    const rows = rowsOf([
      ['x\ny', null],
      ['1', ['z']],
    ]);
    assert.equal(await written('lines', rows), 'a: x\\u{a}y\nb: ∅\n\na: 1\nb: ["z"]\n\n2 rows\n');
  });

  it('are cut on a terminal alone, which is told how many there are', async () => {
    const many = (): Rows => ({
      ...rowsOf(Array.from({ length: 2_500 }, (_, index) => [`${index}`, 'x'.repeat(200)])),
    });
    const whole = await written('table', many());
    assert.equal(whole.split('\n').length, 2_500 + 4);
    for (const rows of [many(), { ...many(), count: async () => 2_500 }]) {
      const lines = (await text(piecesOf('table', rows, { ...OPTIONS, columns: 60 }))).split('\n');
      assert.equal(lines.length, 1_000 + 4);
      assert.ok(lines.slice(0, -2).every((line) => line.length <= 60));
      assert.equal(lines.at(-2), '… the first 1000 of 2500 rows; --output FILE, or a pipe, has all');
    }
  });

  it('hold the answers to several statements one after the other', async () => {
    const answers = async function* () {
      yield rowsOf([['1', '2']]);
      yield rowsOf([], ['c']);
    };
    const several = (format: Format) => text(severalPieces(format, answers(), OPTIONS));
    assert.equal(await several('json'), '[[{"a":"1","b":"2"}],[]]\n');
    assert.equal(await several('table'), 'a  b\n─  ─\n1  2\n1 row\n\nc\n─\n0 rows\n');
    assert.equal((await several('html')).match(/<table>/g)?.length, 2);
  });
});
