import { type Html, type HtmlPart, htmlPage, markup } from '../present/index.ts';

/** What a page that is handed in is made of. */
export interface HandedIn {
  readonly title: string;
  /** Below the title: of what it is. */
  readonly about: Html;
  readonly sections: readonly Section[];
  readonly foot: Html;
}

/** A part of a page, under its heading. */
export interface Section {
  /** Stands once on a page; letters, digits and hyphens. */
  readonly id: string;
  readonly title: string;
  readonly body: HtmlPart;
}

/** Nothing is loaded, nothing runs, nothing is sent: the page is as it was written. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** A page that stands for itself as a file: no script, nothing that is loaded, and a list of its parts at the top. */
export async function handedInPage({ title, about, sections, foot }: HandedIn): Promise<string> {
  const links = sections.map((each) => markup`<li><a href="#${each.id}">${each.title}</a></li>`);
  return await htmlPage({
    title,
    head: markup`<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    body: markup`<a class="skip" href="#content">To the contents</a>
<header>
<h1>${title}</h1>
${about}
</header>
<nav aria-label="Parts of this page"><ul class="parts">${links}</ul></nav>
<main id="content" tabindex="-1">
${sections.map(sectionPart)}
</main>
<footer>
${foot}
</footer>`,
  });
}

function sectionPart({ id, title, body }: Section): Html {
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body}
</section>
`;
}

/** Names with what each is. */
export function facts(rows: readonly (readonly [name: string, value: HtmlPart])[]): Html {
  return markup`<dl>${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
