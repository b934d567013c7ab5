/** How each character that is none of ASCII was folded. */
const FOLDED = new Map<string, string>();

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has them.
const ASCII = /^[\x00-\x7f]*$/;

/** Whether a text has no character but those of ASCII. */
export function isAscii(text: string): boolean {
  return ASCII.test(text);
}

/**
 * A text as it is compared: composed (NFC), and without letter case. It has as many UTF-16 units as the composed text, so
 * that a place in one is the same place in the other.
 */
export function folded(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  let made = '';
  for (const character of composed(text)) {
    let fold = FOLDED.get(character);
    if (fold === undefined) {
      fold = foldOf(character);
      FOLDED.set(character, fold);
    }
    made += fold;
  }
  return made;
}

/** A text in its composed form, the one whose places {@link folded} keeps. */
export function composed(text: string): string {
  return isAscii(text) ? text : text.normalize('NFC');
}

/** By way of upper case, so that letters with two lower cases (Greek sigma, the long s) become one. */
function foldOf(character: string): string {
  const upper = sameLength(character, character.toUpperCase());
  return sameLength(upper, upper.toLowerCase());
}

function sameLength(character: string, other: string): string {
  return other.length === character.length ? other : character;
}
