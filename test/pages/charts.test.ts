import assert from 'node:assert/strict';
import { parseHTML } from 'linkedom';
import { describe, it } from 'vitest';
import { heatMap, PART_COLOURS, stackedChart, tableBar } from '../../src/pages/index.ts';
import { htmlPage, markup, numberText } from '../../src/present/index.ts';

const HOSTILE = '<script>alert(1)</script>"\u202e&';

const STACKED = {
  id: 'days',
  title: `Events by ${HOSTILE}`,
  description: HOSTILE,
  step: 'day',
  steps: ['2026-03-01', '2026-03-02', HOSTILE],
  parts: [
    { label: 'access', counts: [3, 0, 1] },
    { label: HOSTILE, counts: [1, 1234567, 2] },
  ],
};

const HEAT = {
  id: 'week',
  title: 'By weekday and hour',
  description: 'Most on Monday',
  axes: ['weekday', 'hour'] as const,
  rows: ['Mon', HOSTILE],
  columns: ['0', '1', HOSTILE],
  counts: [
    [0, 5, 1],
    [7, 0, 0],
  ],
};

async function documentOf(piece: unknown) {
  const body = markup`${piece as ReturnType<typeof markup>}`;
  return { text: String(await body), document: parseHTML(await htmlPage({ title: 'Charts', body })).document };
}

describe.each([
  ['stacked bars', () => stackedChart(STACKED), 3],
  ['a heat map', () => heatMap(HEAT), 2],
])('%s', (_, drawn, rows) => {
  it('escapes texts and shows what is unseen in them', async () => {
    const { text } = await documentOf(drawn());
    assert.doesNotMatch(text, /<script|\u202e/);
    assert.match(text, /\\u\{202e\}/);
  });

  it('gives the same bytes each time, and nothing that a page must not have twice', async () => {
    const [first, second] = [(await documentOf(drawn())).text, (await documentOf(drawn())).text];
    assert.equal(first, second);
    const ids = [...first.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const id of ids) assert.match(String(id), /^(days|week)-/);
  });

  it('needs no style of its own, no script and no network', async () => {
    const { text, document } = await documentOf(drawn());
    assert.doesNotMatch(text, /<style| style=|https?:|xlink|url\(/);
    assert.equal(document.querySelectorAll('script, link, img, use, image, foreignObject').length, 0);
  });

  it('is a picture with a name and a description, and its numbers as a table', async () => {
    const { document } = await documentOf(drawn());
    const svg = document.querySelector('svg[role=img]');
    for (const name of ['aria-labelledby', 'aria-describedby']) {
      const said = document.getElementById(svg?.getAttribute(name) ?? '');
      assert.ok((said?.textContent ?? '') !== '', name);
    }
    assert.equal(document.querySelectorAll('table thead th:not([scope=col])').length, 0);
    assert.equal(document.querySelectorAll('table tbody th[scope=row]').length, rows);
  });
});

describe('stacked bars', () => {
  it('draw each part of each step, as high as it is', async () => {
    const { document } = await documentOf(stackedChart(STACKED));
    const bars = [...document.querySelectorAll('svg[role=img] rect')];
    assert.equal(bars.length, 5);
    const numbers = [...document.querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => cell.textContent),
    );
    assert.deepEqual(numbers, [
      ['3', '1', '4'],
      ['0', '1,234,567', '1,234,567'],
      ['1', '2', '3'],
    ]);
  });

  it('have no more parts than there are colours', async () => {
    const parts = Array.from({ length: PART_COLOURS + 1 }, (_, part) => ({ label: String(part), counts: [1, 1, 1] }));
    await assert.rejects(stackedChart({ ...STACKED, parts }), /expected at most 9 parts in days, found 10/);
    assert.match(String(await stackedChart({ ...STACKED, parts: parts.slice(1) })), /--part-9/);
  });

  it('are drawn of many steps, of one and of none', async () => {
    for (const count of [0, 1, 400]) {
      const steps = Array.from({ length: count }, (_, index) => String(index));
      const made = stackedChart({ ...STACKED, steps, parts: [{ label: 'all', counts: steps.map(() => 1) }] });
      const { document, text } = await documentOf(made);
      assert.equal(document.querySelectorAll('svg[role=img] rect').length, count);
      assert.doesNotMatch(text, /NaN|Infinity|undefined/);
    }
  });
});

describe('a bar in a table', () => {
  it('is at least a line wide where there is anything, and never wider than the most', async () => {
    const width = async (count: number, most: number) =>
      /<rect width="(\d+)"/.exec(String(await tableBar(count, most)))?.[1];
    assert.deepEqual(await Promise.all([width(1, 1e9), width(5, 5), width(0, 0)]), ['1', '100', '0']);
  });
});

describe('a count', () => {
  it('is written in groups of three digits', () => {
    assert.deepEqual([0, 999, 1000, 1234567].map(numberText), ['0', '999', '1,000', '1,234,567']);
  });
});
