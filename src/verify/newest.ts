import { type ChainHead, evidenceBytes, evidenceVersions } from '../evidence/index.ts';
import { commitRecord, LAKE_TABLES, type LakeTable, type QuarantineFile } from '../lake/index.ts';
import { type Storage, sha256Hex } from '../storage/index.ts';
import { commitInfoOf, isOurs, openTable, type Snapshot } from '../table/index.ts';
import { checkDataFiles } from './data-file-checks.ts';
import { type Counts, Findings, type Problem } from './findings.ts';
import { walkLog } from './log-walk.ts';
import { checkNamed } from './quarantine-checks.ts';
import { ReplayedState } from './replayed-state.ts';

export interface NewestOptions {
  /** How many commits of each table, at most. */
  readonly commits: number;
  /** Asked before each step; where it says so, what is left is not looked at. */
  readonly isTimeUp: () => boolean;
  /** The tables that are checked: those of a lake where it is not given. */
  readonly tables?: readonly LakeTable[];
}

/** What a verification of the newest commits found. */
export interface NewestVerification {
  readonly problems: readonly Problem[];
  readonly counts: Readonly<Counts>;
  /** Data and quarantine files of these commits that were left out because time was up. */
  readonly filesLeft: number;
  /** The end of each table's chain, by table; null where it cannot be told. */
  readonly heads: ReadonlyMap<string, ChainHead | null>;
}

/**
 * Checks the newest commits of every table as {@link verifyLake} checks all: log against evidence, the links of the
 * chain, and every data and quarantine file that they brought and the table still needs. Changes nothing.
 * @throws StorageFault, TableError
 */
export async function verifyNewest(storage: Storage, options: NewestOptions): Promise<NewestVerification> {
  const findings = new Findings();
  const heads = new Map<string, ChainHead | null>();
  let filesLeft = 0;
  for (const { path: table } of options.tables ?? LAKE_TABLES) {
    const snapshot = await openTable(storage, table);
    if (snapshot === null) continue;
    const { state, quarantine, head } = await walkNewest(storage, snapshot, options.commits, findings);
    heads.set(table, head);
    filesLeft += await checkFiles(storage, table, state, quarantine, findings, options.isTimeUp);
  }
  const { problems, counts } = findings;
  return { problems, counts, filesLeft, heads };
}

/** What the newest commits brought that is still part of the table. */
async function walkNewest(storage: Storage, snapshot: Snapshot, commits: number, findings: Findings) {
  const { path: table, version: last } = snapshot;
  const first = Math.max(0, last - commits + 1);
  const before = first === 0 ? null : await evidenceBytes(storage, table, first - 1);
  let lastEvidence = -1;
  for await (const version of evidenceVersions(storage, table)) if (version <= last) lastEvidence = version;
  const start = { version: first, head: before === null ? undefined : sha256Hex(before) };
  const log = { table, last, lastEvidence, cleanedBelow: 0, ...(first > 0 && { start }) };
  const state = new ReplayedState();
  const quarantine: QuarantineFile[] = [];
  let head: ChainHead | null = null;
  for await (const step of walkLog(storage, log, findings)) {
    findings.counts.commits++;
    head = step.head === null ? null : { version: step.version, sha256: step.head };
    const actions = step.actions ?? [];
    const info = commitInfoOf(actions);
    const adds = actions.flatMap((action) => ('add' in action ? [action.add] : []));
    const record = info !== null && isOurs(info) ? commitRecord(info, adds) : null;
    const recorded = record === null || typeof record === 'string' ? null : record;
    state.apply(step.version, actions, ({ path }) => {
      const { rows = null, sha256 = null } = recorded?.files.get(path) ?? {};
      return { rows, sha256, hasSealedStatistics: false };
    });
    findings.counts.sources += recorded?.sources.length ?? 0;
    quarantine.push(...(recorded?.sources.flatMap((source) => source.quarantine ?? []) ?? []));
  }
  return { state, quarantine, head };
}

/** Reads files one by one until time is up, and says how many were not read. */
async function checkFiles(
  storage: Storage,
  table: string,
  state: ReplayedState,
  quarantine: readonly QuarantineFile[],
  findings: Findings,
  isTimeUp: () => boolean,
): Promise<number> {
  const files = [...state.files];
  for (const [index, [path, file]] of files.entries()) {
    if (isTimeUp()) return files.length - index + quarantine.length;
    const one = new ReplayedState();
    one.files.set(path, file);
    await checkDataFiles(storage, table, one, findings, () => undefined);
  }
  for (const [index, named] of quarantine.entries()) {
    if (isTimeUp()) return quarantine.length - index;
    // Which raw files are out is told by commits that are not looked at.
    await checkNamed(storage, [named], findings, { has: () => true });
  }
  return 0;
}
