import type { Recognised } from '../source/index.ts';

const FORMATS = { csv: 'CSV', json_lines: 'JSON lines', json: 'JSON', log: 'a classic log' } as const;
const DELIMITERS: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'vertical bars',
};

/**
 * How documents are written, in words; null where it is as the usual export is: CSV in UTF-8 with commas, below no titles,
 * its columns and times in no need of being found out.
 */
export function howRead(documents: readonly Recognised[]): string | null {
  const told = new Set(documents.map(partsOf).filter((parts) => parts.length > 0));
  const sentences = new Set([...told].map((parts) => parts.join(', ')));
  return sentences.size === 0 ? null : [...sentences].join('; ');
}

function partsOf({ format, encoding, delimiter, timeFormat, columns, leadingLines }: Recognised): string[] {
  const parts: string[] = [];
  if (format !== 'csv') parts.push(`as ${FORMATS[format]}`);
  if (encoding !== 'utf-8') parts.push(`in ${encoding}`);
  if (delimiter !== null && delimiter !== ',') parts.push(`separated by ${delimiterWord(delimiter)}`);
  const roles = Object.entries(columns ?? {}).map(([role, name]) => `"${name}" for ${role}`);
  if (roles.length > 0) parts.push(`with ${roles.join(', ')}`);
  if (timeFormat !== 'auto') parts.push(`times as ${timeFormat.replace('[]', '')}`);
  if (leadingLines > 0) parts.push(`below ${leadingLines} ${leadingLines === 1 ? 'line' : 'lines'} above the header`);
  return parts;
}

function delimiterWord(delimiter: string): string {
  const word = DELIMITERS[delimiter];
  if (word !== undefined) return word;
  return delimiter < ' ' ? `control character ${delimiter.charCodeAt(0)}` : `"${delimiter}"`;
}
