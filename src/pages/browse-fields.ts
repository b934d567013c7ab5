import { html } from 'hono/html';
import { type Html, markup } from '../present/index.ts';

/** A field of a form, under its label. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  /** What may be written there, said below it. */
  readonly hint?: string | undefined;
  /** The same where there is no room: as the field's title, and in a few words in it while it is empty. */
  readonly title?: string | undefined;
  readonly placeholder?: string | undefined;
  /** The values there are, each with its text, where it is one of these. */
  readonly choices?: readonly (readonly [value: string, text: string])[];
  /** Which of several of the same name. */
  readonly index?: number;
}

/** A field with its label and hint. What was written there stands in it exactly. */
export function field({ name, label, value, hint, title, placeholder, choices, index = 0 }: Field): Html {
  const id = `field-${name}${index === 0 ? '' : `-${index + 1}`}`;
  const described = markup`${hint === undefined ? '' : markup` aria-describedby="${id}-hint"`}${title === undefined ? '' : markup` title="${title}"`}${placeholder === undefined ? '' : markup` placeholder="${placeholder}"`}`;
  const control =
    choices === undefined
      ? markup`<input id="${id}" name="${name}" value="${exact(value)}" autocomplete="off" spellcheck="false"${described}>`
      : markup`<select id="${id}" name="${name}"${described}>${choices.map(
          ([each, text]) => markup`<option value="${exact(each)}"${each === value ? SELECTED : ''}>${text}</option>`,
        )}</select>`;
  return markup`<div class="field"><label for="${id}">${label}</label>${control}${hint === undefined ? '' : markup`<span class="hint" id="${id}-hint">${hint}</span>`}</div>`;
}

const SELECTED = markup` selected`;

/** A value for an attribute exactly as it is: what a form sends back has to be what was shown to it. */
function exact(value: string): Html {
  return html`${value}`;
}

/** An address for an attribute: it is ASCII, with nothing in it that has to be made visible. */
export function exactAddress(to: string): Html {
  return html`${to}`;
}
