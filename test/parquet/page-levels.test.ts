import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SchemaTree } from 'hyparquet';
import { describe, it } from 'vitest';
import { ByteBuffer } from '../../src/parquet/bytes.ts';
import { bitWidth, putHybrid } from '../../src/parquet/hybrid.ts';
import { beginLevels, endLevels } from '../../src/parquet/levels.ts';
import { readPageLevels } from '../../src/parquet/page-levels.ts';

const DEFINED = 3;
const REPEATED = 1;

const levels = (limit: number) => fc.tuple(fc.integer({ min: 0, max: limit }), fc.integer({ min: 1, max: 30 }));

/** Levels as columns have them: stretches of the same. */
const entries = fc
  .array(fc.tuple(levels(DEFINED), fc.integer({ min: 0, max: REPEATED })), { maxLength: 8 })
  .map((runs) => {
    const places = runs.flatMap(([[definition, count], repetition]) =>
      Array.from({ length: count }, () => [definition, repetition] as const),
    );
    return { definitions: places.map(([level]) => level), repetitions: places.map(([, level]) => level) };
  });

describe('the levels of a page', () => {
  it('are what was written, one run or many, and what follows them is found', () => {
    fc.assert(
      fc.property(entries, ({ definitions, repetitions }) => {
        const page = pageOf([repetitions, REPEATED], [definitions, DEFINED]);
        const reader = { view: new DataView(page.buffer, page.byteOffset, page.byteLength), offset: 0 };
        const found = readPageLevels(reader, definitions.length, PATH);
        assert.deepEqual([...found.definitionLevels], definitions);
        assert.deepEqual([...found.repetitionLevels], repetitions);
        assert.equal(found.values, definitions.filter((level) => level === DEFINED).length);
        assert.equal(page[reader.offset], END);
      }),
    );
  });

  it('are not there where a column is neither repeated nor optional', () => {
    const reader = { view: new DataView(Uint8Array.of(END).buffer), offset: 0 };
    const found = readPageLevels(reader, 3, [node('REQUIRED'), node('REQUIRED')]);
    assert.deepEqual(found, { definitionLevels: new Uint8Array(3), repetitionLevels: new Uint8Array(3), values: 3 });
    assert.equal(reader.offset, 0);
  });

  it('that end before the page does its entries are refused', () => {
    const page = pageOf([Array(40).fill(0), REPEATED], [Array.from({ length: 40 }, (_, at) => at % 2), DEFINED]);
    for (let length = 0; length < 12; length++) {
      const view = new DataView(page.buffer, page.byteOffset, length);
      assert.throws(() => readPageLevels({ view, offset: 0 }, 40, PATH), Error, `${length} bytes`);
    }
  });
});

const END = 0xa5;
/** Two optional groups, a repeated one between them. */
const PATH = [node('REQUIRED'), node('OPTIONAL'), node('REPEATED'), node('OPTIONAL')];

function node(repetition: 'REQUIRED' | 'OPTIONAL' | 'REPEATED'): SchemaTree {
  return { children: [], count: 0, element: { name: 'x', repetition_type: repetition }, path: [] };
}

function pageOf(...columns: readonly (readonly [number[], number])[]): Uint8Array {
  const page = new ByteBuffer();
  for (const [values, limit] of columns) {
    const start = beginLevels(page);
    putHybrid(page, Uint16Array.from(values), values.length, bitWidth(limit));
    endLevels(page, start);
  }
  page.byte(END);
  return Uint8Array.from(page.view());
}
