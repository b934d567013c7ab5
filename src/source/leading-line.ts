/** What Excel reads, and some programs write, above the header: `sep=;`. */
const SEPARATOR_LINE = /^\uFEFF?"?sep=([^"\r\n])"?$/i;
/** What Export-Csv of Windows PowerShell writes above the header. */
const TYPE_LINE = /^\uFEFF?"?#TYPE\s[^\r\n]*$/i;

/** The delimiter that a line declares; null where it is no such line. */
export function declaredDelimiter(line: string): string | null {
  return SEPARATOR_LINE.exec(line)?.[1] ?? null;
}

/** Whether a line belongs to the header below it by its form alone, and is no record. */
export function isLeadingLine(line: string): boolean {
  return TYPE_LINE.test(line) || SEPARATOR_LINE.test(line);
}
