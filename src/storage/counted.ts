/** A number with what it counts, in the singular or the plural: `1 row`, `0 rows`. */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
