/** Texts as they are read: a letter with its marks, an emoji of several. */
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * What takes one column a character, and no other has a part in: Latin, Greek and Cyrillic letters, dashes, quotes, and the sign
 * of what is empty. Taking a text apart into graphemes takes fifty times as long, and memory beside the heap.
 */
const PLAIN = /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u0384-\u0482\u048a-\u052f\u2010-\u2027\u2205]*$/;

const MARKS = /^[\p{M}\p{Default_Ignorable_Code_Point}]+$/u;

/** East Asian wide characters, and what is shown as a picture. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|\p{RI}\p{RI}/u;

/** Columns a text takes on a terminal: East Asian wide characters and emoji take two, combining marks none. */
export function width(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of GRAPHEMES.segment(text)) columns += graphemeWidth(segment);
  return columns;
}

/** A text that takes so many columns on a terminal at most; one that is cut ends in `…`. */
export function cut(text: string, columns: number): string {
  if (PLAIN.test(text)) return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
  if (width(text) <= columns) return text;
  let [kept, taken] = ['', 0];
  for (const { segment } of GRAPHEMES.segment(text)) {
    taken += graphemeWidth(segment);
    if (taken >= columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

function graphemeWidth(grapheme: string): number {
  if (MARKS.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
