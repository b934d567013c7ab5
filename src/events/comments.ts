import { CATALOGUE } from '../catalogue/index.ts';

const MOST_CODES = 8;

/** Which messages fill a column, for its comment: the codes where they are few, else the families. */
export function codesThatFill(field: string): string {
  const rows = CATALOGUE.filter((row) => row.templates.some(({ text }) => fills(text, field)));
  const names =
    rows.length <= MOST_CODES ? rows.map((row) => row.code) : [...new Set(rows.map((row) => row.family))].sort();
  return `From the message of ${names.join(', ')}.`;
}

function fills(template: string, field: string): boolean {
  return template.includes(`{${field}:`) || template.includes(`{${field}=`) || impliedCount(template, field);
}

/** A list that states no count gives its length. */
function impliedCount(template: string, field: string): boolean {
  if (field === 'device_count') return /\{device_(ids|names):/.test(template);
  return field === 'user_count' && template.includes('{user_ids:');
}
