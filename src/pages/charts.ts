import { type Html, markup, numberText, visible } from '../present/index.ts';
import { drawn } from './drawing.ts';

/** Pixels a chart is wide; a page makes it as wide as there is room. */
const WIDTH = 760;

/** How large bars over time are: by themselves, or a strip above what they are about. */
const SIZES = {
  tall: { width: WIDTH, height: 260, marginLeft: 60, marginRight: 40, marginBottom: 34, ticks: 5 },
  low: { width: 1100, height: 80, marginLeft: 60, marginRight: 12, marginTop: 10, marginBottom: 22, ticks: 2 },
} as const;

/** Labels below a chart at most: more would overlap. */
const MOST_TICKS = 9;

/** The colours that the style sheet has for parts of a whole, `--part-1` and on; the last is grey. */
export const PART_COLOURS = 9;

/** What every chart says of itself. */
export interface ChartNames {
  /** Stands once on a page; letters, digits and hyphens. */
  readonly id: string;
  /** What is shown, in a few words. */
  readonly title: string;
  /** What there is to be seen, in a sentence, for whoever sees no picture. */
  readonly description: string;
}

/** How much each part has of each step along a line of time. */
export interface StackedChart extends ChartNames {
  /** What one step is called, such as `day`. */
  readonly step: string;
  /** The steps, in order: each a bar. */
  readonly steps: readonly string[];
  /** For each step an address that says more of it, where there is one. */
  readonly links?: readonly string[];
  /**
   * Its parts, at most {@link PART_COLOURS}, the lowest first: what it is called, and how much of it each step has. Each has
   * the colour of its place; those that no step has are left out.
   */
  readonly parts: readonly { readonly label: string; readonly counts: readonly number[] }[];
  /** Tall where it is left out. */
  readonly size?: keyof typeof SIZES;
}

/** Bars over time, each made of parts: a figure with its legend, and its numbers as a table. */
export async function stackedChart(chart: StackedChart): Promise<Html> {
  const { id, title, step, steps, size = 'tall' } = chart;
  const { ticks, ...frame } = SIZES[size];
  if (chart.parts.length > PART_COLOURS) {
    throw new Error(`expected at most ${PART_COLOURS} parts in ${id}, found ${chart.parts.length}`);
  }
  const all = chart.parts.map(({ label, counts }, part) => ({ label: visible(label), counts, part }));
  const parts = all.filter(({ counts }) => total(counts) > 0);
  const bars = parts.flatMap(({ label, counts, part }) =>
    steps.flatMap((name, bar) => {
      const count = counts[bar] ?? 0;
      return count === 0
        ? []
        : [
            {
              bar,
              part,
              count,
              title: `${visible(name)}, ${label}: ${numberText(count)}`,
              link: chart.links?.[bar],
            },
          ];
    }),
  );
  const totals = steps.map((_, bar) => parts.reduce((sum, { counts }) => sum + (counts[bar] ?? 0), 0));
  const most = Math.max(1, ...totals);
  const every = Math.ceil(steps.length / MOST_TICKS);
  const svg = await drawn(chart, (plot) => ({
    ...frame,
    x: {
      type: 'band',
      domain: steps.map((_, bar) => bar),
      padding: steps.length > 60 ? 0.05 : 0.2,
      round: false,
      ticks: steps.flatMap((_, bar) => (bar % every === 0 ? [bar] : [])),
      tickFormat: (bar: number) => visible(steps[bar] ?? ''),
      tickSize: 4,
      label: null,
    },
    y: { domain: [0, most], ticks: Math.min(ticks, most), tickFormat: numberText, grid: true, label: null },
    color: { type: 'ordinal', domain: parts.map(({ part }) => part), range: parts.map(({ part }) => colour(part)) },
    marks: [
      plot.barY(bars, {
        x: 'bar',
        y: 'count',
        fill: 'part',
        title: 'title',
        order: 'part',
        stroke: 'var(--paper)',
        strokeWidth: 0.5,
        ...(chart.links !== undefined && { href: 'link' }),
      }),
      plot.ruleY([0], { stroke: 'currentColor' }),
    ],
  }));
  const legend = parts.map(
    ({ label, counts, part }) =>
      markup`<li><svg class="swatch" width="12" height="12" aria-hidden="true"><rect width="12" height="12" fill="${colour(part)}"/></svg> ${label} <span class="dim">${numberText(total(counts))}</span></li>`,
  );
  const header = [step, ...parts.map(({ label }) => label), 'all'];
  const rows = steps.map((name, bar) => [
    name,
    ...parts.map(({ counts }) => numberText(counts[bar] ?? 0)),
    numberText(totals[bar] ?? 0),
  ]);
  const numbers = numbersTable(title, header, rows, chart.links);
  return figure(chart, svg, markup`<ul class="legend">${legend}</ul>`, numbers, size === 'low');
}

/** How much there is of each pair of a row and a column. */
export interface HeatMap extends ChartNames {
  /** What a row is called, such as `weekday`; and a column, such as `hour`. */
  readonly axes: readonly [row: string, column: string];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** Row by row. */
  readonly counts: readonly (readonly number[])[];
}

/** A field of squares, the fuller the more: a figure with its numbers as a table. */
export async function heatMap(map: HeatMap): Promise<Html> {
  const { axes, rows, columns, counts, title } = map;
  const most = Math.max(1, ...counts.flat());
  const cells = rows.flatMap((row, y) =>
    columns.map((column, x) => {
      const count = counts[y]?.[x] ?? 0;
      // The area that the eye takes for an amount, rather than the amount: few beside many are still seen.
      const strength = count === 0 ? 0 : 0.15 + 0.85 * Math.sqrt(count / most);
      return { x, y, strength, title: `${visible(row)}, ${axes[1]} ${visible(column)}: ${numberText(count)}` };
    }),
  );
  const svg = await drawn(map, (plot) => ({
    width: WIDTH,
    height: 40 + 24 * rows.length,
    marginLeft: 60,
    marginRight: 40,
    marginTop: 6,
    marginBottom: 30,
    x: {
      type: 'band',
      domain: columns.map((_, x) => x),
      padding: 0.08,
      tickSize: 0,
      label: null,
      tickFormat: (x: number) => visible(columns[x] ?? ''),
    },
    y: {
      type: 'band',
      domain: rows.map((_, y) => y),
      padding: 0.08,
      tickSize: 0,
      label: null,
      tickFormat: (y: number) => visible(rows[y] ?? ''),
    },
    marks: [
      plot.cell(cells, {
        ...{ x: 'x', y: 'y', title: 'title', stroke: 'var(--line)', fill: 'var(--accent)' },
        fillOpacity: { value: 'strength', scale: null },
      }),
    ],
  }));
  const legend = markup`<p class="dim">The fuller a square, the more events; the most in one: ${numberText(Math.max(0, ...counts.flat()))}.</p>`;
  const body = rows.map((row, y) => [row, ...columns.map((_, x) => numberText(counts[y]?.[x] ?? 0))]);
  return figure(map, svg, legend, numbersTable(title, [axes[0], ...columns], body));
}

/** A bar beside a number in a table: how much it is of the most. For the eye alone, since the number is there. */
export function tableBar(count: number, most: number): Html {
  const width = most <= 0 ? 0 : Math.max(1, Math.round((count / most) * 100));
  return markup`<svg class="bar" viewBox="0 0 100 10" width="100" height="10" preserveAspectRatio="none" aria-hidden="true"><rect width="${width}" height="10" fill="var(--accent)"/></svg>`;
}

/** A low one has in one line above the picture what a tall one has below it. */
function figure({ title }: ChartNames, picture: Html, legend: Html, numbers: Html, isLow = false): Html {
  const scrolled = markup`<div class="scroll" tabindex="0" role="group" aria-label="${title}, picture">${picture}</div>`;
  const folded = markup`<details><summary>The numbers as a table</summary>${numbers}</details>`;
  if (isLow)
    return markup`<figure class="low">
<figcaption>${title}</figcaption>${legend}${folded}
${scrolled}
</figure>`;
  return markup`<figure>
<figcaption>${title}</figcaption>
${scrolled}
${legend}
${folded}
</figure>`;
}

function numbersTable(
  title: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  links: readonly string[] = [],
): Html {
  const heads = header.map((name, index) => markup`<th scope="col"${index === 0 ? '' : NUMBER}>${name}</th>`);
  const lines = rows.map(
    ([first = '', ...others], index) =>
      markup`<tr><th scope="row">${links[index] === undefined ? first : markup`<a href="${links[index]}">${first}</a>`}</th>${others.map((each) => markup`<td class="number">${each}</td>`)}</tr>`,
  );
  return markup`<div class="scroll" tabindex="0" role="group" aria-label="${title}, numbers"><table><caption>${title}</caption><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div>`;
}

const NUMBER = markup` class="number"`;

function colour(part: number): string {
  return `var(--part-${part + 1})`;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
