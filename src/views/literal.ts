/** A text in SQL, as the standard and most engines write it: whatever it holds stays text. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A text in Spark's SQL, which reads a backslash as an escape, and two quotes in a row as two texts. */
export function sparkLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
