import { type PastOutcome, type Withdrawal, type WithdrawnFile, withdrawalOf, withdrawals } from '../lake/index.ts';
import { checkPath, digestOf, RAW, type Storage } from '../storage/index.ts';
import { type Snapshot, TableError } from '../table/index.ts';

/** What was named is no raw file that can be withdrawn, or taken back. */
export class NotWithdrawable extends TableError {}

/** What is to be withdrawn, or taken back. */
export interface WithdrawalRequest {
  /** Lake paths, `raw/…`. */
  readonly paths: readonly string[];
  /** The only content that is meant, by the beginning of its SHA-256 in hex; null where every content of the paths is. */
  readonly sha256: string | null;
}

/** A content that is to be withdrawn, and what commits say of it; null where none does. */
export interface WithdrawalTarget {
  readonly file: WithdrawnFile;
  readonly past: PastOutcome | null;
}

/** How many paths an error names. */
const MOST_NAMED = 5;

/**
 * The contents that paths hold and held: those on record, and what is there now, each once; apart from these, what is out
 * already.
 * @throws NotWithdrawable for a path that holds nothing and never did, storage errors
 */
export async function targetsOf(
  storage: Storage,
  snapshot: Snapshot,
  past: ReadonlyMap<string, PastOutcome>,
  request: WithdrawalRequest,
): Promise<{ readonly targets: readonly WithdrawalTarget[]; readonly out: readonly Withdrawal[] }> {
  const targets: WithdrawalTarget[] = [];
  const out: Withdrawal[] = [];
  for (const path of new Set(request.paths)) {
    const contents = await contentsOf(storage, snapshot, past, path);
    const meant = contents.filter(({ file }) => isMeant(file, request));
    if (meant.length === 0) throw notThere(snapshot, path, contents, request);
    for (const target of meant) {
      const withdrawal = withdrawalOf(snapshot, target.file);
      if (withdrawal === null) targets.push(target);
      else out.push(withdrawal);
    }
  }
  return { targets, out };
}

/** What of the paths is out and is to be taken back. @throws NotWithdrawable for a path of which nothing is out */
export function returnsOf(snapshot: Snapshot, request: WithdrawalRequest): readonly Withdrawal[] {
  const all = withdrawals(snapshot);
  return [...new Set(request.paths)].flatMap((path) => {
    const out = all.filter((each) => each.path === path && isMeant(each, request));
    if (out.length > 0) return out;
    const others = [...new Set(all.map((each) => each.path))];
    const list = others.length === 0 ? 'none is' : others.slice(0, MOST_NAMED).join(', ');
    const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
    throw new NotWithdrawable(
      snapshot.path,
      `expected a raw file that is withdrawn, found that ${described(path, request)} is not; withdrawn: ${list}${more}`,
    );
  });
}

function isMeant({ sha256 }: WithdrawnFile, request: WithdrawalRequest): boolean {
  return request.sha256 === null || sha256?.startsWith(request.sha256.toLowerCase()) === true;
}

function described(path: string, { sha256 }: WithdrawalRequest): string {
  return sha256 === null ? JSON.stringify(path) : `${JSON.stringify(path)} with SHA-256 ${sha256}`;
}

async function contentsOf(
  storage: Storage,
  snapshot: Snapshot,
  past: ReadonlyMap<string, PastOutcome>,
  path: string,
): Promise<WithdrawalTarget[]> {
  if (!path.startsWith(RAW)) {
    const text = `expected the path of a raw file as status, history and ingest name it, such as ${RAW}export.csv; found ${JSON.stringify(path)}`;
    throw new NotWithdrawable(snapshot.path, text);
  }
  checkPath('withdraw', path);
  const recorded = [...past.values()].filter((each) => each.path === path);
  const found = await storage.head(path);
  const contents: WithdrawalTarget[] = [];
  for (const each of recorded) {
    const { etag, size } = each;
    const isHere = each.sha256 === null && found?.etag === etag;
    const sha256 = isHere ? ((await digestOf(storage, path, { ifMatch: etag }))?.sha256 ?? null) : each.sha256;
    contents.push({ file: { path, etag, size, sha256 }, past: each });
  }
  if (found === null || recorded.some(({ etag }) => etag === found.etag)) return contents;
  const digest = await digestOf(storage, path, { ifMatch: found.etag });
  // These bytes are on record under the ETag that they had.
  if (digest === null || contents.some(({ file }) => file.sha256 === digest.sha256)) return contents;
  return [...contents, { file: { path, etag: found.etag, ...digest }, past: null }];
}

function notThere(
  { path: table }: Snapshot,
  path: string,
  contents: readonly WithdrawalTarget[],
  request: WithdrawalRequest,
): NotWithdrawable {
  const known = contents.map(({ file }) => file.sha256 ?? 'one that nobody can tell');
  const found =
    contents.length === 0
      ? 'that nothing is there, and no commit names it'
      : `contents with SHA-256 ${known.slice(0, MOST_NAMED).join(', ')}`;
  return new NotWithdrawable(
    table,
    `expected ${described(path, request)} to be a raw file, found ${found}; status and history name the raw files`,
  );
}
