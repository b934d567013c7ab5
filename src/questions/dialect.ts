/** The SQL dialects that questions are rendered in: Synapse serverless, Databricks, and DuckDB on a laptop. */
export const DIALECTS = ['tsql', 'spark', 'duckdb'] as const;

export type Dialect = (typeof DIALECTS)[number];

export function isDialect(text: string): text is Dialect {
  return (DIALECTS as readonly string[]).includes(text);
}

/** How a dialect writes the UTC date that lies so many days before today. */
export const DAYS_AGO: Readonly<Record<Dialect, (days: number) => string>> = {
  tsql: (days) => `CAST(DATEADD(day, -${days}, SYSUTCDATETIME()) AS date)`,
  // The instant as the session's zone shows it, shifted to how UTC shows it.
  spark: (days) => `DATE_SUB(TO_DATE(TO_UTC_TIMESTAMP(CURRENT_TIMESTAMP(), CURRENT_TIMEZONE())), ${days})`,
  duckdb: (days) => `(CAST(now() AT TIME ZONE 'UTC' AS date) - ${days})`,
};

/** A string literal: whatever the text holds stays text. */
export function literal(text: string, dialect: Dialect): string {
  // Spark reads a backslash as an escape, and two quotes in a row as the end of one literal and the start of another.
  if (dialect === 'spark') return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  return `'${text.replaceAll("'", "''")}'`;
}
