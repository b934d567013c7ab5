/** The SQL dialects that questions are rendered in: Synapse serverless, Databricks, and DuckDB on a laptop. */
export const DIALECTS = ['tsql', 'spark', 'duckdb'] as const;

export type Dialect = (typeof DIALECTS)[number];

/** How a dialect writes the UTC date that lies so many days before today, by the clock of the engine. */
export const DAYS_AGO: Readonly<Record<Dialect, (days: number) => string>> = {
  tsql: (days) => `CAST(DATEADD(day, -${days}, SYSUTCDATETIME()) AS date)`,
  // The instant as the session's zone shows it, shifted to how UTC shows it.
  spark: (days) => `DATE_SUB(TO_DATE(TO_UTC_TIMESTAMP(CURRENT_TIMESTAMP(), CURRENT_TIMEZONE())), ${days})`,
  duckdb: (days) => `(CAST(now() AT TIME ZONE 'UTC' AS date) - ${days})`,
};
