import { closingBracket } from './oracle-values.ts';

/** A pair of a text: its key as written, and its value verbatim. */
export interface OraclePair {
  readonly key: string;
  readonly value: string;
}

/** The pairs of a text, by looking at every position. A quote or bracket that nothing closes is an ordinary character. */
export function pairsOf(text: string): OraclePair[] {
  const first = /(?:^|(?<=[ \t,]))([A-Za-z_][A-Za-z0-9_]*)[ \t]*=/.exec(text);
  if (first === null) return [];
  const pairs: OraclePair[] = [];
  let key = first[1]!;
  let begin = first.index + first[0].length;
  let at = begin;
  while (at < text.length) {
    const next = /^, ([A-Za-z_][A-Za-z0-9_]*)[ \t]*=/.exec(text.slice(at));
    if (next !== null) {
      pairs.push({ key, value: text.slice(begin, at) });
      key = next[1]!;
      at = begin = at + next[0].length;
    } else {
      at = afterEnclosed(text, at);
    }
  }
  return [...pairs, { key, value: text.slice(begin) }];
}

/** The position after the quoted or bracketed text that begins at `at`; else after its character. */
function afterEnclosed(text: string, at: number): number {
  if (/["“”„]/.test(text[at]!)) {
    const length = text.slice(at + 1).search(/["“”„]/);
    return length === -1 ? at + 1 : at + length + 2;
  }
  const length = /[[{]/.test(text[at]!) ? closingBracket(text.slice(at)) : -1;
  return length === -1 ? at + 1 : at + length + 1;
}

export function withoutQuotes(value: string): string {
  return /^["“”„].*["“”„]$/s.test(value) && value.length > 1 ? value.slice(1, -1) : value;
}
