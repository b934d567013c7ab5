import { evidencePath } from '../evidence/index.ts';
import { commitRecord, type IngestedRecord, recordedOutcomes } from '../lake/index.ts';
import { EVENTS_TABLE, type Storage } from '../storage/index.ts';
import { type Action, type AddFile, commitInfoOf, commitPath, isOurs, type Snapshot } from '../table/index.ts';
import { type CommitLink, commitLinks } from './commit-links.ts';
import type { ChainAccount, CommitAccount, CommitRole } from './event-account.ts';

const HOUR_MS = 3_600_000;

/** The row whose history is asked for. */
export interface SoughtRow {
  readonly ingestId: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Path of its data file, relative to the table; null where none was found. */
  readonly dataFile: string | null;
}

/** What log and evidence tell of a row. */
export interface RowHistory {
  /** The readings of its raw file, newest first. */
  readonly readings: readonly { readonly version: number; readonly record: IngestedRecord }[];
  /** SHA-256 of its data file, as the newest commit of ours that added it recorded it. */
  readonly dataFileSha256: string | null;
  readonly commits: readonly CommitAccount[];
  readonly chain: ChainAccount;
  /** Other raw files of which commits say that events of its hour were in the table already. */
  readonly mayAlsoBeIn: readonly string[];
}

/**
 * Goes back from the head to the commit that took the raw file of a row in, checks each link on the way, and gathers what
 * has to do with the row.
 * @throws storage errors, AccessDenied among them where nobody may read the evidence
 */
export async function rowHistory(storage: Storage, snapshot: Snapshot, row: SoughtRow): Promise<RowHistory> {
  const gathered = new Gathered(row);
  const chain = new ChainWalk();
  for await (const link of commitLinks(storage, snapshot.path, snapshot.version)) {
    chain.add(link);
    if (gathered.add(link)) break;
  }
  return { ...gathered.result(), chain: chain.result(snapshot.version) };
}

/** Checks links as they come, from the newest on. */
class ChainWalk {
  #newer: CommitLink | null = null;
  #head: ChainAccount['head'] = null;
  #links = 0;
  #unsealed = 0;
  readonly #breaks: { version: number; says: string }[] = [];

  add(link: CommitLink): void {
    const { version, evidenceSha256 } = link;
    const found = link.faults.map((says) => ({ version, says }));
    if (evidenceSha256 === null && this.#head === null) this.#unsealed++;
    else if (evidenceSha256 === null)
      found.push({ version, says: 'its evidence is missing, and there is evidence of a later version' });
    else {
      this.#links++;
      this.#head ??= { version, sha256: evidenceSha256 };
      const previous = this.#newer?.previous ?? null;
      if (previous !== null && previous !== evidenceSha256) {
        const says = `its evidence is not the one that version ${version + 1} follows: expected SHA-256 ${previous}, found ${evidenceSha256}`;
        found.push({ version, says });
      }
    }
    this.#breaks.unshift(...found);
    this.#newer = link;
  }

  result(to: number): ChainAccount {
    return {
      ...{ from: this.#newer?.version ?? to, to, links: this.#links, unsealed: this.#unsealed, head: this.#head },
      breaks: this.#breaks,
    };
  }
}

/** Gathers what has to do with a row, from the newest commit on. */
class Gathered {
  readonly #row: SoughtRow;
  readonly #readings: { version: number; record: IngestedRecord }[] = [];
  readonly #commits: CommitAccount[] = [];
  readonly #mayAlsoBeIn = new Set<string>();
  #dataFileSha256: string | null = null;

  constructor(row: SoughtRow) {
    this.#row = row;
  }

  /** Takes up a commit. True where it is the one that took the raw file in first: nothing before it is about the row. */
  add(link: CommitLink): boolean {
    const { actions, version } = link;
    const roles = new Set<CommitRole>();
    const change = changeOf(actions);
    let isFirst = false;
    for (const record of recordedOutcomes(actions)) {
      if (record.outcome !== 'ingested') continue;
      if (record.ingest_id !== this.#row.ingestId) {
        if (holdsAgain(record, this.#row.time)) this.#mayAlsoBeIn.add(record.path);
        continue;
      }
      this.#readings.push({ version, record });
      isFirst = change === null && (record.supersedes ?? []).length === 0;
      roles.add(isFirst ? 'took_in' : 'read_again');
    }
    const adds = actions.flatMap((action) => ('add' in action ? [action.add] : []));
    if (adds.some(({ path }) => path === this.#row.dataFile)) {
      roles.add('added_data_file');
      this.#dataFileSha256 ??= recordedSha256(actions, adds, this.#row.dataFile ?? '');
    }
    if (actions.some((action) => 'remove' in action && isOfDay(action.remove, this.#row.date)))
      roles.add('changed_day');
    if (roles.size > 0) this.#commits.unshift(commitAccount(link, [...roles], change));
    return isFirst;
  }

  result(): Omit<RowHistory, 'chain'> {
    return {
      readings: this.#readings,
      dataFileSha256: this.#dataFileSha256,
      commits: this.#commits,
      mayAlsoBeIn: [...this.#mayAlsoBeIn].sort(),
    };
  }
}

function commitAccount(link: CommitLink, roles: readonly CommitRole[], change: string | null): CommitAccount {
  const { version, logSha256, evidenceSha256, previous, sealed, faults } = link;
  const { timestamp, operation, engineInfo } = commitInfoOf(link.actions) ?? {};
  const time = typeof timestamp === 'number' ? new Date(timestamp) : null;
  return {
    version,
    roles,
    time: time === null || Number.isNaN(time.getTime()) ? null : time.toISOString(),
    operation: typeof operation === 'string' ? operation : null,
    engine: typeof engineInfo === 'string' ? engineInfo : null,
    change,
    log: { path: commitPath(EVENTS_TABLE, version), sha256: logSha256 },
    evidence:
      evidenceSha256 === null
        ? null
        : { path: evidencePath(EVENTS_TABLE, version), sha256: evidenceSha256, previous, sealed },
    faults,
  };
}

/** The kind of change that a commit of ours records; null where it only adds rows, or is another engine's. */
function changeOf(actions: readonly Action[]): string | null {
  const info = commitInfoOf(actions);
  const change = isOurs(info) ? info?.['change'] : undefined;
  const kind = change !== null && typeof change === 'object' && 'kind' in change ? change['kind'] : undefined;
  return typeof kind === 'string' ? kind : null;
}

function recordedSha256(actions: readonly Action[], adds: readonly AddFile[], path: string): string | null {
  const info = commitInfoOf(actions);
  const record = info !== null && isOurs(info) ? commitRecord(info, adds) : '';
  return typeof record === 'string' ? null : (record.files.get(path)?.sha256 ?? null);
}

function isOfDay(
  { path, partitionValues }: { readonly path: string; readonly partitionValues?: Readonly<Record<string, string>> },
  date: string,
): boolean {
  return partitionValues?.['event_date'] === date || path.startsWith(`event_date=${date}/`);
}

/** Whether events of an hour that a raw file has were in the table already. */
function holdsAgain({ hours, duplicates }: IngestedRecord, time: number): boolean {
  if (duplicates === 0 || hours === undefined) return false;
  const place = Math.floor(time / HOUR_MS) - Math.floor(Date.parse(hours.from) / HOUR_MS);
  return (hours.records[place] ?? 0) > (hours.committed[place] ?? 0);
}
