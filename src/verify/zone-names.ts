import { asideOf, LAKE_TABLES, type LakeTable } from '../lake/index.ts';
import { PEOPLE_KEY } from '../masking/index.ts';
import {
  ATTEMPTS,
  BAD_ROWS,
  CURATED,
  ERASED_LISTS,
  EVIDENCE,
  POISON,
  QUARANTINE,
  RECONCILED,
  REJECTED_FILES,
  REPLACED,
  TRIED,
  VERIFICATIONS,
} from '../storage/index.ts';

/**
 * What a file of the lake is, by its name. `problem` is a name that no writer of ours gives and that some reader of the
 * lake takes for more than a stray file; `foreign` one that nobody goes by.
 */
export type NameKind =
  | 'commit'
  | 'checkpoint'
  | 'hint'
  | 'checksum'
  | 'compacted'
  | 'sidecar'
  | 'data'
  | 'quarantine'
  | 'evidence'
  | 'masking'
  | 'hidden'
  | 'problem'
  | 'foreign';

interface NameRule {
  readonly kind: NameKind;
  /** The whole lake path. */
  readonly name: RegExp;
  /** What is wrong with such a name, or who goes by it. */
  readonly why?: string;
}

const VERSION = String.raw`\d{20}`;

/**
 * The names of every zone, the first that fits first. The raw zone belongs to whoever exports, so any name is right
 * there. A new kind of file gets its line here.
 * Source: Delta protocol, "File Types"; Spark's FileNames, which takes any number of digits for a version.
 */
function rulesOf(tables: readonly LakeTable[]): readonly NameRule[] {
  const table = `(?:${tables.map(({ path }) => path).join('|')})/`;
  const log = `${table}_delta_log/`;
  const names = tables.map(({ name }) => name).join('|');
  return [
    { kind: 'commit', name: whole(log, `${VERSION}\\.json`) },
    { kind: 'checkpoint', name: whole(log, `${VERSION}\\.checkpoint(?:\\.\\d{10}\\.\\d{10})?\\.parquet`) },
    { kind: 'checkpoint', name: whole(log, `${VERSION}\\.checkpoint\\.[0-9A-Fa-f-]{36}\\.(?:parquet|json)`) },
    { kind: 'hint', name: whole(log, '_last_checkpoint') },
    { kind: 'checksum', name: whole(log, `${VERSION}\\.crc`) },
    { kind: 'compacted', name: whole(log, `${VERSION}\\.${VERSION}\\.compacted\\.json`) },
    { kind: 'sidecar', name: whole(log, String.raw`_sidecars/[^/]+\.parquet`) },
    {
      kind: 'problem',
      name: whole(log, String.raw`\d+\.(?:\d+\.compacted\.json|json|crc|checkpoint\..+)`),
      why: 'some engines take it for a file of the log, others do not: a version has 20 digits',
    },
    // Spark's and Hadoop's unfinished writes and local checksums begin with a dot; no reader looks at them.
    { kind: 'hidden', name: whole(log, String.raw`(?:[^/]+/)*\.[^/]+`) },
    { kind: 'foreign', name: whole(log, '.+') },
    ...tables.map(dataFiles),
    {
      kind: 'problem',
      name: whole(table, '_delta_index/.+'),
      why: 'an index of values, by which Databricks passes over files: what it says of them is not checked',
    },
    {
      kind: 'problem',
      name: whole(
        table,
        String.raw`(?:metadata/.+|_symlink_format_manifest/.+|\.hoodie/.+|(?:[^/]+/)*_(?:common_)?metadata)`,
      ),
      why: 'readers of Iceberg, Hudi, manifests or Parquet summaries take the table from it, and not from the log',
    },
    { kind: 'hidden', name: whole(table, String.raw`(?:[^/]+/)*\.[^/]+`) },
    { kind: 'foreign', name: whole(table, '(?:[^/]+/)*_.+') },
    // Below a table, and no folder of a day: readers of plain Parquet take it for rows.
    { kind: 'data', name: whole(table, '.+') },
    { kind: 'masking', name: whole(PEOPLE_KEY.replaceAll('.', String.raw`\.`), '') },
    { kind: 'foreign', name: whole(CURATED, '.+') },
    { kind: 'quarantine', name: whole(BAD_ROWS, String.raw`[0-9a-f]{16}-[^/]+\.jsonl`) },
    { kind: 'quarantine', name: whole(REJECTED_FILES, String.raw`[0-9a-f]{16}-[^/]+\.json`) },
    { kind: 'quarantine', name: whole(asideOf(BAD_ROWS), String.raw`[0-9a-f]{16}-[^/]+\.jsonl`) },
    { kind: 'quarantine', name: whole(asideOf(REJECTED_FILES), String.raw`[0-9a-f]{16}-[^/]+\.json`) },
    { kind: 'quarantine', name: whole(ERASED_LISTS, String.raw`[0-9a-f]{32}\.json`) },
    { kind: 'quarantine', name: whole(POISON, String.raw`[0-9A-Za-z-]{1,64}\.json`) },
    { kind: 'quarantine', name: whole(TRIED, String.raw`[0-9a-f]{32}(?:-begun)?\.json`) },
    { kind: 'quarantine', name: whole(RECONCILED, String.raw`nothing-waits\.json`) },
    { kind: 'quarantine', name: whole(VERIFICATIONS, String.raw`\d{8}T\d{6}Z-[0-9a-f]{8}\.json`) },
    { kind: 'quarantine', name: whole(REPLACED, String.raw`[0-9a-f]{32}\.json`) },
    { kind: 'quarantine', name: whole(ATTEMPTS, String.raw`[0-9a-f]{32}\.json`) },
    {
      kind: 'problem',
      name: whole(`(?:${BAD_ROWS}|${REJECTED_FILES})`, '[^._][^/]*'),
      why: 'the views of the quarantine read every file of this folder, and this is none of ours',
    },
    { kind: 'foreign', name: whole(QUARANTINE, '.+') },
    { kind: 'evidence', name: whole(`${EVIDENCE}(?:${names})/`, String.raw`\d{20}\.json`) },
    {
      kind: 'problem',
      name: whole(EVIDENCE, '.+'),
      why: 'the chain has one file for each version of a table, named by its 20 digits, and nothing else',
    },
  ];
}

/** The zones whose names are judged. */
export const JUDGED_ZONES = [CURATED, QUARANTINE, EVIDENCE] as const;

/** What a file is, and why it should not be there. */
export interface JudgedName {
  readonly kind: NameKind;
  readonly why: string;
}

/** Says of lake paths what the file is, in a lake of these tables. */
export function nameJudge(tables: readonly LakeTable[] = LAKE_TABLES): (path: string) => JudgedName {
  const rules = rulesOf(tables);
  return (path) => {
    const rule = rules.find(({ name }) => name.test(path));
    return { kind: rule?.kind ?? 'foreign', why: rule?.why ?? '' };
  };
}

/** Whether a folder has the name of a file: none can be written there as long as it stands. */
export function isNamedAsFile({ kind }: JudgedName, path: string): boolean {
  return FILES.has(kind) || (kind === 'data' && path.endsWith('.parquet'));
}

/** Kinds of which a folder never has the name. */
const FILES: ReadonlySet<NameKind> = new Set([
  'commit',
  'checkpoint',
  'hint',
  'checksum',
  'compacted',
  'sidecar',
  'quarantine',
  'evidence',
  'masking',
]);

/** The version that the name of a log file begins with. */
export function versionOf(path: string): number {
  return Number(path.slice(path.lastIndexOf('/') + 1).slice(0, 20));
}

/** The data files of a table, in a folder for each day where it has days. */
function dataFiles({ path, dayColumn }: LakeTable): NameRule {
  const day = dayColumn === null ? '' : String.raw`${dayColumn}=\d{4}-\d\d-\d\d/`;
  return { kind: 'data', name: whole(`${path}/`, `${day}[^/._][^/]*`) };
}

function whole(folder: string, name: string): RegExp {
  return new RegExp(`^${folder}${name}$`, 's');
}
