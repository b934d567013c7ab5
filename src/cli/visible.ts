/** Characters that could move the cursor, hide or reorder text: controls, bidirectional marks, zero-width characters. */
const DECEPTIVE = /[\p{Cc}\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/gu;

/** A text as a terminal can safely show it: what an attacker chose (a name, a path) may hold anything. */
export function visible(text: string): string {
  return text.replace(DECEPTIVE, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `\\u{${point.toString(16)}}`;
  });
}
