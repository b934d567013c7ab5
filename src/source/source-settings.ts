import type { Role } from './column-roles.ts';

/** The settings that decide what the records of a file are: same bytes and same SourceSettings, same records. */
export interface SourceSettings {
  /** Whether the first record names the columns; if not, `columns` does. */
  readonly header: boolean;
  /** Column order of files without header: names of roles, any other name is an extra column. Empty where `header` is true. */
  readonly columns: readonly string[];
  /** Header names per role, in order of preference; a role named here has no built-in names any more. */
  readonly columnAliases: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** `auto` where it is to be found out, or a name as of encodingOf(). */
  readonly encoding: string;
  /** `auto` where it is to be recognised; else one ASCII character, neither quote nor line end. */
  readonly delimiter: string;
  /** `auto` where it is to be recognised, or a pattern as in time-pattern.ts. */
  readonly timeFormat: string;
  /** IANA zone of times without offset. */
  readonly timeZone: string;
  /** What stands before the bracket of a classic audit log's lines: `auto`, or a pattern as in log-prefix.ts. */
  readonly classicLine: string;
  /** Longest record, line end not counted. */
  readonly maxRecordBytes: number;
  /** Longest file, decompressed. */
  readonly maxFileBytes: number;
  /** Decompressed bytes per stored byte, looked at once 64 MiB have come out. */
  readonly maxCompressionRatio: number;
  /** Most records, bad ones counted. */
  readonly maxRecords: number;
  /** Most days, in UTC, of its records. */
  readonly maxDays: number;
  /** Most Zstandard frames, skippable ones counted. */
  readonly maxFrames: number;
  /** Most entries of an archive, folders counted. */
  readonly maxEntries: number;
  /** Largest window of a Zstandard frame: the memory that it takes to decompress it. */
  readonly maxWindowBytes: number;
}
