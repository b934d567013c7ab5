/** What separates fields in files that people have, the usual one first. */
export const USUAL_DELIMITERS: readonly string[] = [',', ';', '\t', '|'];

/** What some programs write so that no value holds it; believed only where the records say the same as the header. */
const RARE = [...'^~:!#$%&*+/=@', '\x01', '\x1c', '\x1d', '\x1e', '\x1f'] as const;

export const DELIMITERS: readonly string[] = [...USUAL_DELIMITERS, ...RARE];

const NAMES: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'vertical bar' };

export function isRareDelimiter(delimiter: string): boolean {
  return !USUAL_DELIMITERS.includes(delimiter);
}

/** A delimiter as messages name it. */
export function delimiterName(delimiter: string): string {
  const name = NAMES[delimiter];
  if (name !== undefined) return name;
  return delimiter < ' ' ? `control character ${delimiter.charCodeAt(0)}` : `"${delimiter}"`;
}

/** A delimiter as it is set. */
export function delimiterOption(delimiter: string): string {
  if (delimiter === '\t') return '--delimiter tab';
  const text = delimiter < ' ' ? `$'\\x${delimiter.charCodeAt(0).toString(16).padStart(2, '0')}'` : `"${delimiter}"`;
  return `--delimiter ${text}`;
}
