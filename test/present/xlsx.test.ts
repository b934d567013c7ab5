import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { readXlsx } from 'hucre/xlsx';
import { parseHTML } from 'linkedom';
import { describe, it } from 'vitest';
import type { ColumnType } from '../../src/present/column-type.ts';
import { batchesOf } from '../../src/present/rows.ts';
import { xlsxPieces } from '../../src/present/xlsx.ts';

const TEXT: ColumnType = { kind: 'text' };
const DATE: ColumnType = { kind: 'date' };
const INSTANT: ColumnType = { kind: 'timestamp', digits: 6, isInstant: true };
const INTEGER: ColumnType = { kind: 'integer', bits: 64, signed: true };

interface Cell {
  readonly type: string | null;
  readonly text: string;
  readonly style: string | null;
}

/** What a reader of its own finds in a workbook: the cells of each sheet by their places, and what was told of it. */
async function workbook(
  types: readonly ColumnType[],
  rows: readonly (readonly unknown[])[],
  rowsPerSheet?: number,
  note?: string,
) {
  const told: string[] = [];
  const parts: Uint8Array[] = [];
  const names = types.map((_, index) => `c${index}`);
  const options = { tell: (text: string) => told.push(text), ...(rowsPerSheet !== undefined && { rowsPerSheet }) };
  const given = { names, types, batches: batchesOf([rows]), ...(note !== undefined && { note }) };
  for await (const part of xlsxPieces(given, options)) parts.push(part);
  const files = Object.entries(unzipSync(Buffer.concat(parts))).map(
    ([name, content]) => [name, strFromU8(content)] as const,
  );
  const sheetsIn = (pattern: RegExp) => files.filter(([name]) => pattern.test(name)).map(([, xml]) => cellsOf(xml));
  const about = sheetsIn(/^xl\/worksheets\/about\.xml$/).flatMap((cells) =>
    [...cells.values()].map(({ text }) => text),
  );
  return {
    told,
    sheets: sheetsIn(/^xl\/worksheets\/sheet\d+\.xml$/),
    about,
    files: new Map(files),
    bytes: Buffer.concat(parts),
  };
}

function cellsOf(xml: string): Map<string, Cell> {
  assert.doesNotMatch(xml, /<f[ >]/);
  const cells = new Map<string, Cell>();
  for (const [, attributes = '', content = ''] of xml.matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? null;
    const inner = /<(?:v|t)[^>]*>(.*?)<\/(?:v|t)>/s.exec(content)?.[1] ?? '';
    cells.set(attribute('r') ?? '', { type: attribute('t'), style: attribute('s'), text: unescaped(inner) });
  }
  return cells;
}

function unescaped(xml: string): string {
  const text = parseHTML(`<p>${xml.replaceAll('<', '')}</p>`).document.querySelector('p')?.textContent ?? '';
  return text.replace(/_x([0-9A-F]{4})_/gi, (_: string, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Texts that look like what a sheet writes for something else. */
const escapes = fc
  .array(fc.constantFrom('_', '_x', '0041', '_x0041_', 'x000d_', '\ufffe', '\r', '&amp;'), {
    minLength: 1,
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

describe('a workbook', () => {
  it('holds texts as texts, whatever they are', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string({ unit: 'binary', minLength: 1 }), escapes), { minLength: 1, maxLength: 5 }),
        async (texts) => {
          const { sheets } = await workbook(
            [TEXT],
            texts.map((text) => [text]),
          );
          for (const [index, text] of texts.entries()) {
            const cell = sheets[0]?.get(`A${index + 2}`);
            assert.equal(cell?.type, 'inlineStr');
            assert.equal(cell.text, text.toWellFormed());
          }
        },
      ),
      { numRuns: 60 },
    ));

  it('has no formula, no invalid XML, and a header that stays', async () => {
    const { sheets, files } = await workbook([TEXT], [['=HYPERLINK("http://x")'], ['\u0000\u0001\ufffe']]);
    assert.equal(sheets[0]?.get('A2')?.text, '=HYPERLINK("http://x")');
    const xml = files.get('xl/worksheets/sheet1.xml') ?? '';
    assert.ok(!/[\p{Cc}\ufffe\uffff]/u.test(xml.replaceAll('\n', '')), xml);
    assert.match(xml, /<pane ySplit="1"[^>]*state="frozen"/);
  });

  it('has dates and times as dates, and those that Excel has not as text', async () => {
    const { sheets, files } = await workbook(
      [DATE, INSTANT],
      [
        ['2026-03-01', '2026-03-02 12:00:00.5+00'],
        ['1850-01-01', '0044-03-15 (BC) 10:00:00+00'],
        ['1900-03-01', '2026-03-02 12:00:00+02'],
      ],
    );
    const cell = (place: string) => sheets[0]?.get(place);
    assert.deepEqual([cell('A2')?.type, cell('A2')?.text], [null, '46082']);
    assert.equal(Math.round((Number(cell('B2')?.text) - 46083.5) * 86_400_000), 500);
    assert.deepEqual([cell('A3')?.type, cell('A3')?.text], ['inlineStr', '1850-01-01']);
    assert.deepEqual([cell('B3')?.type, cell('A4')?.type, cell('A4')?.text], ['inlineStr', null, '61']);
    assert.equal(Number(cell('B4')?.text).toFixed(4), '46083.4167');
    assert.match(files.get('xl/styles.xml') ?? '', /yyyy-mm-dd hh:mm:ss\.000/);
  });

  it('has numbers as numbers where Excel keeps all their digits', async () => {
    const rows = [[5], ['9007199254740993'], [-999_999_999_999_999], [9_007_199_254_740_991]];
    const { sheets } = await workbook([INTEGER], rows);
    const cells = [2, 3, 4, 5].map((row) => sheets[0]?.get(`A${row}`));
    assert.deepEqual(
      cells.map((each) => [each?.type, each?.text]),
      [
        [null, '5'],
        ['inlineStr', '9007199254740993'],
        [null, '-999999999999999'],
        ['inlineStr', '9007199254740991'],
      ],
    );
    const other = await workbook(
      [{ kind: 'float', bits: 64 }, { kind: 'decimal', width: 38, scale: 2 }, { kind: 'boolean' }],
      [
        [0.1 + 0.2, '12.30', true],
        ['NaN', '12345678901234567.89', false],
      ],
    );
    const found = (place: string) => [other.sheets[0]?.get(place)?.type, other.sheets[0]?.get(place)?.text];
    assert.deepEqual(
      [found('A2'), found('B2'), found('C2')],
      [
        [null, '0.30000000000000004'],
        [null, '12.3'],
        ['b', '1'],
      ],
    );
    assert.deepEqual(
      [found('A3'), found('B3')],
      [
        ['inlineStr', 'NaN'],
        ['inlineStr', '12345678901234567.89'],
      ],
    );
  });

  it('goes on to a next sheet, with the header, and says so', async () => {
    const rows = Array.from({ length: 25 }, (_, index) => [`r${index}`]);
    const { sheets, told, about } = await workbook([TEXT], rows, 11);
    assert.deepEqual(about, told);
    assert.deepEqual(
      sheets.map((cells) => [cells.size, cells.get('A1')?.text, cells.get('A2')?.text]),
      [
        [11, 'c0', 'r0'],
        [11, 'c0', 'r10'],
        [6, 'c0', 'r20'],
      ],
    );
    assert.deepEqual(told, ['a sheet holds 10 rows: the workbook has 3 sheets']);
    const one = await workbook([TEXT], rows.slice(0, 10), 11);
    assert.deepEqual([one.told, one.about], [[], []]);
  });

  it('cuts what no cell holds, with a mark, and says so', async () => {
    const { sheets, told, about } = await workbook([TEXT], [['x'.repeat(32_767)], ['🙂'.repeat(20_000)]]);
    assert.deepEqual(about, told);
    assert.equal(sheets[0]?.get('A2')?.text.length, 32_767);
    const cut = sheets[0]?.get('A3')?.text ?? '';
    assert.ok(cut.endsWith('🙂…') && cut.length <= 32_767 && cut.isWellFormed());
    assert.match(told[0] ?? '', /^a cell holds 32767 characters: 1 longer one is cut/);
  });

  it('says what has to be said with its rows in a last sheet, that every reader finds', async () => {
    const note = 'names masked; shown on purpose: =<b>&"\u202eeve\ufffe\u0001_x0041_';
    for (const rows of [[], [['a']], Array.from({ length: 25 }, (_, index) => [`r${index}`])]) {
      const plain = await workbook([TEXT], rows, 11);
      const { about, sheets, bytes } = await workbook([TEXT], rows, 11, note);
      assert.equal(about[0], note);
      assert.deepEqual(about.slice(1), plain.told);
      assert.deepEqual(sheets, plain.sheets);
      const read = await readXlsx(bytes);
      assert.equal(read.sheets[0]?.name, 'answer');
      assert.deepEqual([read.sheets.at(-1)?.name, read.sheets.length], ['about', sheets.length + 1]);
      assert.equal(read.sheets.at(-1)?.rows.length, about.length);
      assert.deepEqual(bytes, (await workbook([TEXT], rows, 11, note)).bytes);
    }
  });

  it('has that sheet behind one that is bigger than what is held back of it', async () => {
    // What compresses badly, so that it is big.
    const texts = Array.from({ length: 12_000 }, (_, index) => [
      createHash('sha256').update(String(index)).digest('base64'),
    ]);
    const { about, sheets, bytes } = await workbook([TEXT], texts, undefined, 'a note');
    assert.ok(bytes.length > 400_000, `${bytes.length} bytes`);
    assert.deepEqual([about, sheets.length, sheets[0]?.size], [['a note'], 1, 12_001]);
    assert.equal(sheets[0]?.get('A12001')?.text, texts.at(-1)?.[0]);
  });

  it('is one where there are no rows', async () => {
    assert.equal((await workbook([TEXT], [])).sheets[0]?.get('A1')?.text, 'c0');
  });
});
