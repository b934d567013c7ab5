import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { ERASED_USER, RETAINED_FROM } from './actors.ts';
import { type LoggedCommit, type LoggedFile, rowsOf } from './log-replay.ts';
import { EVENTS, type Outcome, type Report, sha256 } from './outcome.ts';
import { keyOf, withdrawalsIn } from './withdrawals.ts';

/** Columns that tell which record a row was. */
const ORIGIN = ['event_uid', 'message', 'actor_name', 'source_file', 'source_etag', 'source_row'];

interface StoredRow {
  readonly event_uid: string;
  readonly message: string;
  readonly actor_name: string;
  readonly source_file: string;
  readonly source_etag: string;
  readonly source_row: bigint;
}

/** The data files are those that the commits name, and their rows are the wanted records, each of them once. */
export async function checkRows(
  outcome: Outcome,
  commits: readonly LoggedCommit[],
  live: ReadonlyMap<string, LoggedFile>,
  report: Report,
): Promise<void> {
  const named = new Map(commits.flatMap((commit) => commit.named.map((file) => [file.path, file] as const)));
  const rows: StoredRow[] = [];
  for (const add of live.values()) {
    const content = outcome.storage.files.get(`${EVENTS}/${add.path}`)?.content;
    const expected = named.get(add.path);
    if (content === undefined) report('rows', `${add.path} is named and not there`);
    else if (content.length !== add.size || expected?.sha256 !== sha256(content)) {
      report('rows', `${add.path} is not the file that its commit names`);
    } else {
      const found = await readOrigins(content);
      if (found.length !== rowsOf(add) || found.length !== expected.rows) {
        report('counts', `${add.path}: ${found.length} rows, its statistics say ${rowsOf(add)}`);
      }
      for (const row of found) checkRow(outcome, row, add.partitionValues['event_date'] ?? '', report);
      rows.push(...found);
    }
  }
  checkStored(outcome, commits, live, report);
  checkExactlyOnce(rows, wantedEvents(outcome, commits, report), report);
  checkErasure(rows, commits, report);
}

async function readOrigins(content: Uint8Array): Promise<readonly StoredRow[]> {
  const rows = await parquetReadObjects({ file: Uint8Array.from(content).buffer, compressors, columns: ORIGIN });
  return rows as unknown as readonly StoredRow[];
}

/** A row is the record it says it is. */
function checkRow({ contents }: Outcome, row: StoredRow, date: string, report: Report): void {
  const { event_uid, message, actor_name, source_file, source_etag, source_row } = row;
  const record = contents.get(source_file, source_etag)?.records?.[Number(source_row) - 1];
  const isIt =
    record?.kind === 'event' &&
    record.uid === event_uid &&
    record.message === message &&
    record.user === actor_name &&
    record.date === date;
  if (!isIt) report('rows', `${source_file} (${source_etag}), record ${source_row}: not ${message} on ${date}`);
}

/** A removed file stays for a week, for those who still read it; then nothing stays that the table does not hold. */
function checkStored(
  { storage, isVacuumed }: Outcome,
  commits: readonly LoggedCommit[],
  live: ReadonlyMap<string, LoggedFile>,
  report: Report,
): void {
  if (isVacuumed) {
    for (const path of storage.paths(`${EVENTS}/event_date=`)) {
      if (!live.has(path.slice(EVENTS.length + 1))) report('rows', `${path} is waste that was not removed`);
    }
    return;
  }
  for (const { path } of commits.flatMap(({ removes }) => removes)) {
    if (!storage.files.has(`${EVENTS}/${path}`)) report('rows', `${path} was removed for good too soon`);
  }
}

function checkExactlyOnce(rows: readonly StoredRow[], { wanted, allowed }: Events, report: Report): void {
  const found = new Set<string>();
  for (const { event_uid, message } of rows) {
    if (found.has(event_uid)) report('doubled', message);
    else if (!wanted.has(event_uid) && !allowed.has(event_uid)) report('rows', `${message} should not be there`);
    found.add(event_uid);
  }
  for (const [uid, message] of wanted) if (!found.has(uid)) report('lost', message);
}

/** The messages, by event_uid, of what has to be there; and ids of what may be: only what is replaced by now holds it beside what was out. */
interface Events {
  readonly wanted: ReadonlyMap<string, string>;
  readonly allowed: ReadonlySet<string>;
}

/** All that was ingested, but for what the log says is not wanted any more. */
function wantedEvents(outcome: Outcome, commits: readonly LoggedCommit[], report: Report): Events {
  const names = commits.flatMap(({ transactions }) => transactions.map(({ appId }) => appId));
  const isRetained = names.includes('retained_from');
  const erased = new Set(names.flatMap((name) => (name.startsWith('erased:') ? listed(outcome, name.slice(7)) : [])));
  const wanted = new Map<string, string>();
  const { out, ever } = withdrawalsIn(commits);
  const isOut = new Set(out.map(keyOf));
  const [lasting, shared] = [new Set<string>(), new Set<string>()];
  for (const source of commits.flatMap(({ sources }) => sources)) {
    for (const record of outcome.contents.get(source.path, source.etag)?.records ?? []) {
      if (record.kind === 'broken') continue;
      if (ever.has(keyOf(source))) shared.add(record.uid);
      if (!isOut.has(keyOf(source)) && outcome.etagOf(source.path) === source.etag) lasting.add(record.uid);
    }
  }
  const allowed = new Set<string>();
  for (const { path, etag } of commits.flatMap(({ sources }) => sources)) {
    if (isOut.has(keyOf({ path, etag }))) continue;
    for (const record of outcome.contents.get(path, etag)?.records ?? []) {
      if (record.kind === 'broken' || (isRetained && record.date < RETAINED_FROM)) continue;
      if (!erased.has(record.uid) && shared.has(record.uid) && !lasting.has(record.uid)) allowed.add(record.uid);
      else if (!erased.has(record.uid)) wanted.set(record.uid, record.message);
      else if (record.user !== ERASED_USER) report('erased', `${record.message} is somebody else's`);
    }
  }
  return { wanted, allowed };
}

/** The event_uids of a list of erased events; none where it is not there, so that they count as lost. */
function listed({ storage }: Outcome, path: string): readonly string[] {
  const content = storage.files.get(path)?.content.toString() ?? '{"event_uids":[]}';
  return (JSON.parse(content) as { readonly event_uids: readonly string[] }).event_uids;
}

/** What had come in before an erasure is gone, but for a file that was out then and is back. */
function checkErasure(rows: readonly StoredRow[], commits: readonly LoggedCommit[], report: Report): void {
  const last = commits.findLastIndex(({ change }) => change === 'erase');
  const earlier = commits.slice(0, Math.max(last, 0)).flatMap(({ sources }) => sources);
  const { returned } = withdrawalsIn(commits);
  const before = new Set(earlier.map(({ path, etag }) => `${path} ${etag}`));
  for (const { actor_name, message, source_file, source_etag } of rows) {
    const source = keyOf({ path: source_file, etag: source_etag });
    if (actor_name === ERASED_USER && before.has(source) && !returned.has(source)) {
      report('erased', `${message} outlived version ${last}`);
    }
  }
}
