import { type Html, htmlPage, markup } from '../present/index.ts';
import { exactAddress } from './browse-fields.ts';
import { PARTS, type Shown, twin } from './browse-view.ts';

/** What stands round every view. */
export interface Frame {
  /** The lake, as it is shown. */
  readonly lake: string;
  /** The version of the table that was asked; null where none was. */
  readonly version: number | null;
  /** What has to be said on every page: that names are masked, say. */
  readonly note: string | null;
  /** That the lake has something new since the page before. */
  readonly news: string | null;
  /** The zone that times are shown in. */
  readonly zone: string;
  /** When it was made, as text. */
  readonly at: string;
  readonly url: URL;
}

const KEYS = [
  ['/', 'to the search field'],
  ['j and k', 'to the next and the previous row'],
  ['Enter', 'opens the row'],
  ['n and p', 'to the next and the previous page'],
  ['o e q x h', 'overview, events, questions, quarantine, health'],
  ['?', 'this help'],
] as const;

/** A view as a page: navigation, what is above it, itself, and where it comes from. */
export async function framed(shown: Shown, frame: Frame): Promise<string> {
  const { title, part, above = [], next = null, previous = null } = shown;
  const json = twin(frame.url);
  return await htmlPage({
    title: `${title} – audit lake`,
    sheet: '/style.css',
    head: markup`<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="alternate" type="application/json" href="${exactAddress(json)}">${relation('next', next)}${relation('prev', previous)}
<script src="/browse.js" defer></script>`,
    body: markup`<a class="skip" href="#main">To the content</a>
<header class="masthead">
<p class="brand"><a href="/">audit lake</a></p>
<nav aria-label="Views"><ul>${Object.entries(PARTS).map(
      ([name, [label, path]]) =>
        markup`<li><a href="${path}" data-part="${name}"${name === part ? CURRENT : ''}>${label}</a></li>`,
    )}</ul></nav>
</header>
<main id="main" tabindex="-1">
${above.length === 0 ? '' : trail(above, title)}
<h1>${title}</h1>
${frame.news === null ? '' : markup`<p class="card good" role="status">${frame.news}</p>`}
<p class="card warn" role="status" id="newer" hidden></p>
${frame.note === null ? '' : markup`<p class="card warn">${frame.note}</p>`}
${await shown.body()}
</main>
<footer>
<p><span class="mono">${frame.lake}</span>${frame.version === null ? '' : markup`, <span id="version" data-version="${frame.version}">version ${frame.version}</span>`}; read ${frame.at}; times in ${frame.zone}. Only read, and only on this machine. <a href="${exactAddress(json)}">This view as JSON</a></p>
<details id="keys"><summary>Keyboard</summary><dl>${KEYS.map(
      ([keys, text]) => markup`<dt><kbd>${keys}</kbd></dt><dd>${text}</dd>`,
    )}</dl><p id="keys-switch" hidden><label><input type="checkbox" id="keys-on"> Single keys do this</label></p></details>
</footer>`,
  });
}

/** A page that says what is wrong and what to do. */
export function troubled(title: string, text: string, advice: string): Pick<Shown, 'title' | 'part' | 'data' | 'body'> {
  const lines = text.split('\n');
  return {
    title,
    part: 'overview',
    data: { error: text, advice },
    body: () =>
      markup`<div class="card bad" role="alert">${lines.map((line) => markup`<p>${line}</p>`)}</div><p>${advice}</p>`,
  };
}

const CURRENT = markup` aria-current="page"`;

function relation(name: string, to: string | null): Html | string {
  return to === null ? '' : markup`<link rel="${name}" href="${exactAddress(to)}">`;
}

function trail(above: NonNullable<Shown['above']>, title: string): Html {
  const steps = above.map(([label, to]) => markup`<li><a href="${exactAddress(to)}">${label}</a></li>`);
  return markup`<nav aria-label="Where this is" class="trail"><ol>${steps}<li aria-current="page">${title}</li></ol></nav>`;
}
