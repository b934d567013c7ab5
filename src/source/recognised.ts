import type { Role } from './column-roles.ts';

/** How the records of a document stand in it: a line of fields each, an object a line, somewhere in a JSON text, or as a log has them. */
export type Format = 'csv' | 'json_lines' | 'json' | 'log';

/**
 * How one document is written, a file or an entry of an archive: what the settings say, and what was found in it where they
 * leave it open. A commit records it, so that whoever reads the file again finds the same records in it.
 */
export interface Recognised {
  readonly format: Format;
  /** The WHATWG name of its encoding in lower case, or `utf-32le`, `utf-32be`. */
  readonly encoding: string;
  /** What separates the fields of a CSV document; null for any other. */
  readonly delimiter: string | null;
  /** `auto`, or a pattern as in time-pattern.ts. */
  readonly timeFormat: string;
  /** Header names that were taken for roles although neither the settings nor the built-in names say so; null where there are none. */
  readonly columns: Readonly<Partial<Record<Role, string>>> | null;
  /** Lines above the header that are no records: titles, `sep=;`, `#TYPE`. */
  readonly leadingLines: number;
}
