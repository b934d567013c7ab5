import type { MemoryStorage } from '../support/memory-storage.ts';
import { type Report, sha256 } from './outcome.ts';

/** A file as a log line adds it. */
export interface LoggedFile {
  readonly path: string;
  readonly size: number;
  readonly dataChange: boolean;
  readonly stats: string;
  readonly partitionValues: Readonly<Record<string, string>>;
}

/** What a commit says of one raw file, as far as the checker looks at it. */
export interface LoggedSource {
  readonly path: string;
  readonly etag: string;
  readonly sha256?: string;
  readonly outcome: 'ingested' | 'rejected';
  readonly rows: number;
  readonly committed: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly withheld: number;
  readonly outside_scope?: number;
  readonly quarantine: {
    readonly path: string;
    readonly rows: number;
    readonly size: number;
    readonly sha256: string;
  } | null;
}

/** A data file with the hash that its commit gives it. */
export interface NamedFile {
  readonly path: string;
  readonly rows: number;
  readonly sha256: string;
}

/** A log file, taken apart line by line. */
export interface LoggedCommit {
  readonly version: number;
  readonly sha256: string;
  readonly adds: readonly LoggedFile[];
  readonly removes: readonly {
    readonly path: string;
    readonly dataChange: boolean;
    readonly deletionTimestamp: number;
  }[];
  readonly transactions: readonly { readonly appId: string; readonly version: number }[];
  readonly appendOnly: boolean | null;
  readonly sources: readonly LoggedSource[];
  readonly named: readonly NamedFile[];
  /** The kind of change that is no append: compact, replay, retain, erase; null for any other commit. */
  readonly change: string | null;
}

interface LogLine {
  readonly add?: LoggedFile;
  readonly remove?: LoggedCommit['removes'][number];
  readonly txn?: LoggedCommit['transactions'][number];
  readonly metaData?: { readonly configuration: Readonly<Record<string, string>> };
  readonly commitInfo?: {
    readonly sources?: readonly LoggedSource[];
    readonly files?: readonly NamedFile[];
    readonly change?: { readonly kind: string };
  };
}

/** The commits of a table in order, read in the plainest way. What is wrong with the log's shape goes to `report`. */
export function readLog(storage: MemoryStorage, table: string, report: Report): LoggedCommit[] {
  const commits: LoggedCommit[] = [];
  for (const path of storage.paths(`${table}/_delta_log/`)) {
    const [, digits] = /\/(\d{20})\.json$/.exec(path) ?? [];
    if (digits === undefined) continue;
    if (Number(digits) !== commits.length) report('log', `expected version ${commits.length}, found ${path}`);
    try {
      commits.push(parseCommit(Number(digits), storage.content(path)));
    } catch (error) {
      report('log', `${path} is not made of JSON lines: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (commits.length === 0) report('log', `${table} has no commit`);
  return commits;
}

function parseCommit(version: number, bytes: Buffer): LoggedCommit {
  const lines = bytes
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);
  const pick = <T>(field: (line: LogLine) => T | undefined): T[] =>
    lines.map(field).filter((found): found is T & {} => found !== undefined);
  const [info] = pick(({ commitInfo }) => commitInfo);
  const [metadata] = pick(({ metaData }) => metaData);
  const sources = info?.sources ?? [];
  return {
    version,
    sha256: sha256(bytes),
    adds: pick(({ add }) => add),
    removes: pick(({ remove }) => remove),
    transactions: pick(({ txn }) => txn),
    appendOnly: metadata === undefined ? null : metadata.configuration['delta.appendOnly'] === 'true',
    sources,
    named: info?.files ?? [],
    change: info?.change?.kind ?? null,
  };
}

/** How many rows the statistics of a file tell of. */
export function rowsOf({ stats }: LoggedFile): number {
  return (JSON.parse(stats) as { readonly numRecords: number }).numRecords;
}
