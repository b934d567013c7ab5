const LONGEST = 80;

/** A name that a file gives, as a message shows it: in quotes, what is no plain character escaped, and cut where it is long. */
export function shownName(name: string): string {
  const characters = [...name];
  const short = characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : name;
  return JSON.stringify(short).replaceAll(/[^\P{C}]|[^\P{Z} ]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
