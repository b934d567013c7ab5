import type { PlotOptions } from '@observablehq/plot';
import { raw } from 'hono/html';
import { type Html, markup } from '../present/index.ts';

/** The attributes of a drawing that say where something is. */
const PLACES = ['x', 'y', 'x1', 'x2', 'y1', 'y2', 'width', 'height', 'transform', 'd', 'dx', 'dy'];

/** Digits behind the point of a place: a hundredth of a pixel is seen by nobody. */
const LONG_FRACTION = /\d+\.\d{3,}/;
const ALL_LONG_FRACTIONS = new RegExp(LONG_FRACTION, 'g');

type Library = Pick<typeof import('./chart-library.ts'), 'barY' | 'cell' | 'ruleY'>;

/**
 * Draws a chart as a piece of SVG that a page can hold: without style elements, ids of chance, or anything that is loaded.
 * The same chart gives the same bytes. The library and its document are loaded with the first chart.
 * @param names what a screen reader says of it; `id` is given to both texts, and stands once on a page
 * @param options says how it is drawn. Texts from elsewhere have to be made visible; the library escapes them
 */
export async function drawn(
  names: { readonly id: string; readonly title: string; readonly description: string },
  options: (plot: Library) => PlotOptions,
): Promise<Html> {
  const { barY, cell, parseHTML, plot, ruleY } = await import('./chart-library.ts');
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const made = plot({
    ...options({ barY, cell, ruleY }),
    document: document as unknown as NonNullable<PlotOptions['document']>,
    className: 'chart',
  });
  const svg = made as unknown as Element;
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const element of svg.querySelectorAll('*')) {
    // Inside a picture with a name these name nothing, and checkers take them for mistakes.
    element.removeAttribute('aria-label');
    element.removeAttribute('aria-hidden');
    for (const name of PLACES) {
      const place = element.getAttribute(name);
      if (place !== null && LONG_FRACTION.test(place)) {
        element.setAttribute(name, place.replace(ALL_LONG_FRACTIONS, hundredths));
      }
    }
  }
  // Each bar of many would be a stop for whoever goes by the keyboard: the table of the same numbers has the same links.
  const links = [...svg.querySelectorAll('a')];
  for (const link of links) link.setAttribute('tabindex', '-1');
  const { id, title, description } = names;
  const [width, height] = [svg.getAttribute('width') ?? '', svg.getAttribute('height') ?? ''];
  return markup`<svg role="${links.length > 0 ? 'group' : 'img'}" aria-labelledby="${id}-title" aria-describedby="${id}-desc" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" text-anchor="middle" font-size="12" font-family="system-ui, sans-serif" fill="currentColor"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>${raw(svg.innerHTML)}</svg>`;
}

function hundredths(number: string): string {
  return String(Math.round(Number(number) * 100) / 100);
}

/** The part of a DOM element that is used here: the compiler knows no browser. */
interface Element {
  readonly innerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  remove(): void;
  querySelectorAll(selector: string): Iterable<Element>;
}
