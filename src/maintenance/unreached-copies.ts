import type { TableState } from '../lake/index.ts';
import {
  comparePaths,
  counted,
  ERASED_LISTS,
  EVIDENCE,
  MASKING_KEYS,
  RAW,
  type Storage,
  VERIFICATIONS,
} from '../storage/index.ts';
import { tableName } from '../table/index.ts';
import { DataSubject } from './data-subject.ts';
import type { QuarantineMention } from './quarantine-mentions.ts';
import { linesOf } from './text-lines.ts';

interface CopyKind {
  /** What holds the data. */
  readonly what: string;
  /** What to do about it. */
  readonly remedy: string;
}

/**
 * Every copy of a person's data that an erasure does not reach, and what to do about each, in the order in which to do it.
 * The command says it with counts and names, the documents as it stands here.
 */
export const COPY_KINDS = {
  raw_files: {
    what: 'raw files from which rows were read that are theirs, or mention them, and that the table still held when it was searched; an earlier erasure named those of the rows that it removed',
    remedy:
      'remove them in the raw zone where they must go; replay and verify report them as gone from then on (raw_missing)',
  },
  other_raw_files: {
    what: 'every other raw file, but counts of the trail, which name nobody: exports overlap and may hold the same events, and of those rejected, withdrawn or not taken in yet nobody read all',
    remedy: 'search them for the values, packed ones too, and do the same with those that hold one',
  },
  quarantine_files: {
    what: 'quarantine files that mention them: records and beginnings of files that are no audit records, and messages about files',
    remedy: 'remove them where they must go; verify reports them as missing (quarantine_missing) from then on',
  },
  data_files: {
    what: 'data files that hold rows of theirs, and older ones that belong to a table no more',
    remedy: 'run vacuum 7 days after the erasure, or whenever the table says; it removes them',
  },
  log_files: {
    what: 'commits in which a value stands: as first or last of a column in a data file, cut to 32 characters, in a path, or as the name of whoever asked for a change of the lake',
    remedy:
      'after vacuum, and once there is a checkpoint newer than the erasure, they may be removed by hand: the evidence tells what they said but for these bounds',
  },
  checkpoints: {
    what: 'checkpoints, which repeat the same bounds',
    remedy: 'remove those older than the erasure together with the commits',
  },
  evidence: {
    what: 'evidence in which a value stands: in the path of a raw file, in a reason, or as the name of whoever asked for a change of the lake',
    remedy:
      'none can go without breaking the chain; where it must, delete the lake and take the raw files that stay into a new one',
  },
  verifications: {
    what: 'records of verifications in which a value stands: as the name of whoever ran one',
    remedy: 'delete them: no commit names them, and nothing depends on them',
  },
  erased_lists: {
    what: 'lists of erased events: digests, from which nothing can be read',
    remedy: 'keep them: they are what keeps the rows from coming back',
  },
  local_copies: {
    what: 'copies on this machine that query and ask keep of a lake in an account',
    remedy:
      'delete the folder, here and on every machine where somebody asked; the next question removes what the lake no longer holds',
  },
  masked_answers: {
    what: 'answers with masked names that were handed out: by the key of the lake, whoever has both can try out whose a pseudonym is',
    remedy:
      'destroy the key, erase --masking-key: from then on nobody can tell whose the pseudonyms were; those of later answers are others',
  },
  answers: {
    what: 'what was taken out of the lake: answers, exports, downloaded files and packages, dashboards, tickets, mails',
    remedy: 'ask whoever may read the lake; nothing here knows of it',
  },
  other_engines: {
    what: 'what other engines keep: clones, materialised views, caches, semantic models, streams into other tables',
    remedy: 'erase there too, or load them again; caches and models at their next refresh',
  },
  backups: {
    what: 'soft-deleted files, versions, snapshots, replicas and backups of the accounts',
    remedy: 'they go by the days that are set for them (softDeleteDays); the person is gone only after that',
  },
  sources: {
    what: 'the product that exported the events, and wherever else it exports them to',
    remedy: 'erase there first, or a later export brings the data again',
  },
} as const satisfies Readonly<Record<string, CopyKind>>;

export type CopyKindName = keyof typeof COPY_KINDS;

/** Copies of one kind. */
export interface UnreachedCopy {
  readonly kind: CopyKindName;
  /** How many there are; null of what nobody here can count. */
  readonly count: number | null;
  /** Lake paths, or places on this machine; none where a count is all there is to say. */
  readonly names: readonly string[];
}

/** What is known already when copies are counted. */
export interface KnownCopies {
  readonly values: readonly string[];
  readonly rawFiles: readonly string[];
  /** Whether a raw file, by its lake path, holds counts of the trail. */
  readonly isCount: (path: string) => boolean;
  /** Lake paths of data files that hold, or held, rows of theirs. */
  readonly dataFiles: readonly string[];
  readonly quarantine: readonly QuarantineMention[];
  /** Copies on this machine. */
  readonly local: readonly string[];
}

/** Counts and names what an erasure does not reach, in the order of {@link COPY_KINDS}. @throws storage errors */
export async function unreachedCopies(
  storage: Storage,
  tables: readonly TableState[],
  { values, rawFiles, isCount, dataFiles, quarantine, local }: KnownCopies,
): Promise<UnreachedCopy[]> {
  const named = (names: readonly string[]) => ({ count: names.length, names });
  const outside = { count: null, names: [] };
  const log = await logCopies(storage, tables, values);
  const raw = await pathsIn(storage, RAW);
  const old = await Promise.all(tables.map((state) => oldDataFiles(storage, state)));
  const found: Readonly<Record<CopyKindName, Omit<UnreachedCopy, 'kind'>>> = {
    raw_files: named(rawFiles),
    other_raw_files: { count: raw.filter((path) => !rawFiles.includes(path) && !isCount(path)).length, names: [] },
    quarantine_files: named(quarantine.map(({ path, records }) => `${path} (${counted(records, 'record')})`)),
    data_files: named([...new Set([...dataFiles, ...old.flat()])].sort()),
    log_files: named(log.commits),
    checkpoints: named(log.checkpoints),
    evidence: named(log.evidence),
    verifications: named(log.verifications),
    erased_lists: named(await pathsIn(storage, ERASED_LISTS)),
    local_copies: named(local),
    masked_answers: named(await pathsIn(storage, MASKING_KEYS)),
    answers: outside,
    other_engines: outside,
    backups: outside,
    sources: outside,
  };
  return (Object.keys(COPY_KINDS) as CopyKindName[]).map((kind) => ({ kind, ...found[kind] }));
}

/** Statistics hold so many characters of a text. */
const BOUND_LENGTH = 32;

async function logCopies(storage: Storage, tables: readonly TableState[], values: readonly string[]) {
  const cut = values.flatMap((value) => [value, value.slice(0, BOUND_LENGTH)]);
  const subject = new DataSubject([...new Set(cut)]);
  const commits: string[] = [];
  const checkpoints: string[] = [];
  const evidence: string[] = [];
  const verifications: string[] = [];
  for (const { snapshot } of tables) {
    const log = `${snapshot.path}/_delta_log/`;
    for (const path of await pathsIn(storage, log)) {
      if (/\.checkpoint\.|_sidecars\//.test(path)) checkpoints.push(path);
      else if (await mentions(storage, path, subject)) commits.push(path);
    }
    for (const path of await pathsIn(storage, `${EVIDENCE}${tableName(snapshot.path)}/`)) {
      if (await mentions(storage, path, subject)) evidence.push(path);
    }
  }
  for (const path of await pathsIn(storage, VERIFICATIONS)) {
    if (await mentions(storage, path, subject)) verifications.push(path);
  }
  return { commits, checkpoints, evidence, verifications };
}

async function mentions(storage: Storage, path: string, subject: DataSubject): Promise<boolean> {
  // Bounds stand in JSON within JSON: a value with quotes is escaped twice.
  for await (const line of linesOf(storage.read(path)))
    if (subject.isMentionedIn(line) || subject.isMentionedIn(line.replace(/\\(["\\])/g, '$1'))) return true;
  return false;
}

/** Data files below a table that belong to it no more, or never did. */
async function oldDataFiles(storage: Storage, { snapshot }: TableState): Promise<string[]> {
  const folder = `${snapshot.path}/`;
  const paths = await pathsIn(storage, folder);
  return paths.filter((path) => {
    const file = path.slice(folder.length);
    return file.endsWith('.parquet') && !file.startsWith('_') && !snapshot.files.has(file);
  });
}

async function pathsIn(storage: Storage, folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of storage.list(folder, { onFault: () => undefined, anyOrder: true })) paths.push(path);
  return paths.sort(comparePaths);
}
