import type { ChainHead } from '../evidence/index.ts';
import { LAKE_TABLES, type LakeTable, type LakeTableName } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { counted, EVIDENCE, type Storage } from '../storage/index.ts';
import { commitPath } from '../table/index.ts';
import { compareCodes } from './codes-comparison.ts';
import { compareCoverage } from './coverage-comparison.ts';
import { checkDataFiles } from './data-file-checks.ts';
import { verifyDeep } from './deep.ts';
import { type Counts, Findings, type Note, type Problem } from './findings.ts';
import { checkFooters } from './footer-checks.ts';
import { checkMaskingKey } from './masking-key-check.ts';
import { checkQuarantine } from './quarantine-checks.ts';
import { checkRaw, listRaw, type PresentRaw } from './raw-checks.ts';
import { noteReplacedUnread } from './replaced-checks.ts';
import { checkStatistics } from './statistics-checks.ts';
import { type CheckedTable, checkTable, headOf, type RecordedCommit } from './table-checks.ts';
import { WithdrawnFiles } from './withdrawn-files.ts';
import { Zones } from './zones.ts';

/** Told how far a verification has come. */
export interface VerifyObserver {
  /** A step begins, or has come further: so many of so many things, null where nobody knows how many. */
  onStep?(name: string, done: number, of: number | null): void;
}

export interface VerifyOptions {
  /** Whether to decode everything from raw again and compare row by row. */
  readonly deep: boolean;
  /** A chain head noted elsewhere: SHA-256 in hex, or at least its first 16 digits; null where there is none. */
  readonly head: string | null;
  /** What counts as now for the age of raw files, in milliseconds since 1970; the clock's time where it is not given. */
  readonly now?: number;
  readonly observer?: VerifyObserver;
  /** The tables that are checked: those of a lake where it is not given. */
  readonly tables?: readonly LakeTable[];
}

/** What a verification found: problems and notes in the order of the log, then file by file. */
export interface Verification {
  readonly problems: readonly Problem[];
  readonly notes: readonly Note[];
  readonly counts: Readonly<Counts>;
  /** The end of each table's chain, to be noted elsewhere; null where it cannot be told. */
  readonly heads: Readonly<Record<LakeTableName, ChainHead | null>>;
}

/**
 * Checks that a lake is what its log and its evidence say: the chain, the state that readers see, what commits say of
 * themselves, and every data, quarantine and raw file. Changes nothing. What is wrong is part of the result.
 * @param settings which raw files count as exports, as for an ingestion, and how long they are kept
 * @throws StorageFault
 */
export async function verifyLake(storage: Storage, settings: Settings, options: VerifyOptions): Promise<Verification> {
  const findings = new Findings();
  const step = (name: string, done: number, of: number | null) => options.observer?.onStep?.(name, done, of);
  step('listing raw files', 0, null);
  const raw = await listRaw(storage, settings, findings);
  const tables = options.tables ?? LAKE_TABLES;
  const zones = await Zones.list(storage, tables);
  const checked: CheckedTable[] = [];
  for (const table of tables) {
    const wasSealed = checked.some(({ tellsOfSealing }) => tellsOfSealing);
    const checks = { isAppendOnly: table.isAppendOnly, sides: zones.sideFiles(table.path), wasSealed };
    const onCommit = (done: number, of: number) => step(`log of ${table.name}`, done, of);
    checked.push(await checkTable(storage, table.path, checks, findings, onCommit));
  }
  reportGoneTables(tables, checked, findings);
  zones.checkNames(checked, findings);
  await checkMaskingKey(storage, findings);
  if (options.head !== null) findHead(options.head, checked, findings);
  for (const [index, { table, state, snapshot }] of checked.entries()) {
    const name = tables[index]?.name ?? table;
    let done = 0;
    const onFile = () => step(`data files of ${name}`, ++done, state.files.size);
    await findings.inOrder(() => checkDataFiles(storage, table, state, findings, onFile));
    step(`statistics of ${name}`, 0, null);
    const everyValue = options.deep;
    await findings.inOrder(() => checkStatistics(storage, table, state, snapshot, { everyValue }, findings));
    step(`footers of ${name}`, 0, null);
    await findings.inOrder(() => checkFooters(storage, table, state, { everyFile: options.deep }, findings));
    zones.countOrphans(table, state, findings);
  }
  const recorded = checked.flatMap(({ commits }) =>
    commits.flatMap(({ version, record }) => record.sources.map((source) => ({ version, source }))),
  );
  findings.counts.sources = recorded.length;
  step('quarantine files', 0, null);
  const commits = checked.flatMap((each) => each.commits);
  const aside = quarantineAside(commits);
  await findings.inOrder(() => checkQuarantine(storage, checked.flatMap(quarantineOf), aside, findings));
  step('raw files', 0, raw.length);
  const now = options.now ?? Date.now();
  const withdrawn = new WithdrawnFiles(commits);
  const present = await findings.inOrder(() => checkRaw(storage, settings, raw, recorded, withdrawn, now, findings));
  await noteReplacedUnread(storage, recorded, findings);
  noteGoneComparisons(tables, checked, findings);
  if (options.deep) {
    for (const [index, { name }] of tables.entries()) {
      await comparisonOf(name)?.({ storage, settings, now, present, findings, step }, checked[index]!);
    }
  }
  const { problems, notes, counts } = findings;
  const heads = Object.fromEntries(tables.map(({ name }, index) => [name, headOf(checked[index]!)]));
  return { problems, notes, counts, heads: heads as Verification['heads'] };
}

/** What a table is compared with that it was made from. */
type Comparison = (deep: DeepVerification, table: CheckedTable) => Promise<void>;

interface DeepVerification {
  readonly storage: Storage;
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly present: ReadonlyMap<string, PresentRaw>;
  readonly findings: Findings;
  readonly step: (name: string, done: number, of: number | null) => void;
}

/** What the rows of each table are made from anew, to be compared: a table that is not here does not compile. */
const COMPARISONS: Readonly<Record<LakeTableName, Comparison>> = {
  audit_events: ({ storage, present, findings, step }, table) => verifyDeep(storage, table, present, findings, step),
  audit_codes: ({ storage, findings }, table) => compareCodes(storage, table, findings),
  audit_coverage: (deep, table) => compareCoverage(deep, table, deep.findings),
};

function comparisonOf(name: string): Comparison | undefined {
  return Object.hasOwn(COMPARISONS, name) ? COMPARISONS[name as LakeTableName] : undefined;
}

function quarantineOf({ commits }: CheckedTable) {
  return commits.flatMap(({ record: { sources, change } }) => {
    const erased = change?.kind === 'erase' ? change.erased : null;
    return [...sources.flatMap(({ quarantine }) => quarantine ?? []), ...(erased === null ? [] : [erased])];
  });
}

/** The quarantine files of raw files that were ever withdrawn. */
function quarantineAside(commits: readonly RecordedCommit[]): ReadonlySet<string> {
  const withdrawn = new Set(
    commits.flatMap(({ record: { change } }) =>
      change?.kind === 'withdraw' ? change.withdrawn.map(({ ingest_id: id }) => id) : [],
    ),
  );
  const sources = commits.flatMap(({ record }) => record.sources).filter((source) => withdrawn.has(source.ingest_id));
  return new Set(sources.flatMap(({ quarantine }) => quarantine?.path ?? []));
}

/**
 * A run makes every table, in their order, before it takes a file in: where a file was taken in, or a table of a later place
 * is there, so are those before it. A lake to which only earlier versions wrote may lack tables that came later, and any lake one
 * that is made only once there is something to write.
 */
function reportGoneTables(tables: readonly LakeTable[], checked: readonly CheckedTable[], findings: Findings): void {
  const takesIn = checked.some(({ commits }) => commits.some(({ record }) => record.sources.length > 0));
  for (const [index, { path, isOriginal, isOptional }] of tables.entries()) {
    const isLaterThere = checked.slice(index + 1).some(({ heads }) => heads.length > 0);
    const isDue = isOptional !== true && (isLaterThere || (takesIn && isOriginal));
    const isGone = checked[index]?.heads.length === 0 && isDue;
    if (!isGone) continue;
    const text =
      'log and evidence of this table are gone, all of it: it was removed; restore both from a copy before anything is written, for the next run makes a new table';
    findings.problem('commit_missing', commitPath(path, 0), text);
  }
}

/** No comparison is due, so a table of them that was removed with all its evidence leaves nothing but the counts in raw. */
function noteGoneComparisons(tables: readonly LakeTable[], checked: readonly CheckedTable[], findings: Findings): void {
  const { count_files: files } = findings.counts;
  const index = tables.findIndex(({ name }) => name === 'audit_coverage');
  const table = checked[index];
  if (files === 0 || table === undefined || table.heads.length > 0) return;
  const text =
    `${counted(files, 'file')} of counts in raw, and no comparison on record: none was made yet, or this table and its evidence ` +
    'were removed; have it made again: audit-lake compare nql --landed';
  findings.note('not_provable', `${table.table}/`, text);
}

/** Looks for a head that was noted elsewhere: where the chain lacks it, its end was cut off or all of it replaced. */
function findHead(head: string, tables: readonly CheckedTable[], findings: Findings): void {
  const wanted = head.toLowerCase();
  for (const { table, heads } of tables) {
    const version = heads.findIndex((sha256) => sha256?.startsWith(wanted));
    if (version === -1) continue;
    const since = heads.length - 1 - version;
    const text = `the head given is that of version ${version}; ${since} ${since === 1 ? 'commit' : 'commits'} came since`;
    findings.note('head_found', `${table}/_delta_log/`, text);
    return;
  }
  const text = `no version has the head ${head}: commits were cut off the end, or the chain was replaced`;
  findings.problem('head_not_in_chain', EVIDENCE, text);
}
