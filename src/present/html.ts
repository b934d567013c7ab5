import { html, raw } from 'hono/html';
import { escapeToBuffer } from 'hono/utils/html';
import { STYLE } from './style.ts';
import { visible } from './visible.ts';

/** A piece of HTML: whatever was text in it is escaped. */
export type Html = ReturnType<typeof html>;

/** What may stand in a piece of HTML. Texts are escaped; what is unseen in them, or reorders them, is shown as its escape. */
export type HtmlPart = Html | string | number | null | undefined | readonly HtmlPart[];

/**
 * A template of HTML, as `hono/html` has it, in which every text that comes from elsewhere is also made {@link visible}.
 * The template's own text is written by us.
 */
export function markup(template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return html(template, ...parts.map(shownPart));
}

function shownPart(part: HtmlPart): unknown {
  if (part === null || part === undefined) return '';
  if (Array.isArray(part)) return part.map(shownPart);
  return typeof part === 'string' ? visible(part) : part;
}

/** A text as it stands in HTML, as {@link markup} has it: for pages that are written row by row. */
export function escapedText(text: string): string {
  const buffer: [string] = [''];
  escapeToBuffer(visible(text), buffer);
  return buffer[0];
}

/** What a page of its own is made of. */
export interface PageContent {
  readonly title: string;
  /** What stands in the head beside title and style. */
  readonly head?: Html;
  /** The address of its style sheet; left out, the style stands in the page. */
  readonly sheet?: string;
  readonly body: Html;
}

/** A whole page: no script, no network, light and dark, fit to be printed. */
export async function htmlPage({ title, head, sheet, body }: PageContent): Promise<string> {
  const style =
    sheet === undefined ? markup`<style>${raw(STYLE)}</style>` : markup`<link rel="stylesheet" href="${sheet}">`;
  return String(
    await markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
${style}
${head}
</head>
<body>
${body}
</body>
</html>
`,
  );
}
