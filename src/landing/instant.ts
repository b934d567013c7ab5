/** An instant in ISO 8601 with an offset, in milliseconds since 1970; null for any other text. */
export function instantOf(text: string): number | null {
  const instant = /T.*(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}
