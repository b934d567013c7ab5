import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { JsonText } from '../../src/events/json-text.ts';
import { putUnmapped } from '../../src/events/reading-json.ts';
import { RowMaker } from './rows.ts';

/** What the column `unmapped` would hold: JSON text, or null. */
function unmappedOf(message: string, extras: readonly (readonly [string, string])[] = [], code = 97001): string | null {
  const row = new RowMaker().make({ timeMicros: 0, code, message, extras });
  const json = new JsonText();
  return putUnmapped(json, row.reading, row) ? json.bytes.toString('utf8', 0, json.length) : null;
}

describe('unmapped', () => {
  it('is null where the message has no pair and the export no column without a home', () => {
    assert.equal(unmappedOf('Frobnicated'), null);
    assert.equal(unmappedOf('Frobnicated', [['tenant', '']]), null);
  });

  it('holds the pairs of the message in their order', () => {
    assert.equal(unmappedOf('Frobnicated, zeta=1, alpha=2'), '{"zeta":"1","alpha":"2"}');
  });

  it('holds all values of a repeated key', () => {
    assert.equal(unmappedOf('Frobnicated, zeta=1, zeta=2, zeta=3'), '{"zeta":["1","2","3"]}');
  });

  it("holds the export's columns under export, empty cells left out", () => {
    const extras = [
      ['tenant', 'acme'],
      ['empty', ''],
      ['a "quoted" name', 'line\nfeed'],
    ] as const;
    assert.equal(unmappedOf('Frobnicated', extras), '{"export":{"tenant":"acme","a \\"quoted\\" name":"line\\nfeed"}}');
    assert.equal(unmappedOf('Frobnicated, zeta=1', extras.slice(0, 1)), '{"zeta":"1","export":{"tenant":"acme"}}');
  });

  it('keeps a pair that is named export apart from the columns: no message can pass for one', () => {
    assert.equal(
      unmappedOf('Frobnicated, export=forged', [['tenant', 'acme']]),
      '{"export":["forged",{"tenant":"acme"}]}',
    );
    assert.equal(
      unmappedOf('Frobnicated, export=a, other=x, export=b', [['tenant', 'acme']]),
      '{"other":"x","export":["a","b",{"tenant":"acme"}]}',
    );
    assert.equal(unmappedOf('Frobnicated, export=forged'), '{"export":"forged"}');
    assert.equal(unmappedOf('Frobnicated, export=forged', [['tenant', '']]), '{"export":"forged"}');
  });

  it('takes __proto__ and other names of objects for plain keys', () => {
    assert.equal(
      unmappedOf('Frobnicated, __proto__=x, constructor=y, toString=z', [['__proto__', 'cell']]),
      '{"__proto__":"x","constructor":"y","toString":"z","export":{"__proto__":"cell"}}',
    );
  });

  it('is one JSON object whatever the cells and names hold, and gives the cells back', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 }).map((each) => each.toWellFormed());
    const extras = fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, maxLength: 6 });
    fc.assert(
      fc.property(extras, fc.boolean(), (columns, forged) => {
        const json = unmappedOf(forged ? 'Frobnicated, export=forged' : 'Frobnicated', columns);
        const filled = columns.filter(([, cell]) => cell !== '');
        if (filled.length === 0) return assert.equal(json, forged ? '{"export":"forged"}' : null);
        const found = (JSON.parse(json ?? '') as { export: unknown }).export;
        const cells = forged ? (found as unknown[])[1] : found;
        assert.deepEqual(Object.entries(cells as object).sort(), filled.map(([name, cell]) => [name, cell]).sort());
      }),
    );
  });
});
