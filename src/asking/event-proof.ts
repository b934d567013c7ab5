import { counted, digestOf, FileArchived, type Storage, UnreadableFile } from '../storage/index.ts';
import { recordedRows, type Snapshot } from '../table/index.ts';
import type { RowPlace } from './data-file-place.ts';
import type { ChainAccount, DataFileAccount, ProofAccount, RawAccount } from './event-account.ts';
import type { RowHistory } from './event-history.ts';
import { handChecks } from './hand-checks.ts';

type Raw = Omit<RawAccount, 'may_also_be_in'>;

/**
 * What ties a row to the head of the chain, with what that proves and what it does not.
 * @throws storage errors
 */
export async function proofAccount(
  storage: Storage,
  snapshot: Snapshot,
  place: RowPlace | null,
  history: RowHistory,
  raw: Raw,
): Promise<ProofAccount> {
  const dataFile = place === null ? null : await dataFileAccount(storage, snapshot, place, history.dataFileSha256);
  const { commits, chain } = history;
  return {
    data_file: dataFile,
    commits,
    chain,
    proves: [...provesOf(raw, dataFile, chain)],
    proves_not: [...provesNotOf(raw, dataFile, chain)],
    checks: handChecks(raw, dataFile, commits),
    checks_left_out: 0,
  };
}

async function dataFileAccount(
  storage: Storage,
  snapshot: Snapshot,
  { file, row }: RowPlace,
  recorded: string | null,
): Promise<DataFileAccount> {
  const path = `${snapshot.path}/${file.path}`;
  const now = await digestOf(storage, path).catch((error: unknown) => {
    if (error instanceof UnreadableFile || error instanceof FileArchived) return null;
    throw error;
  });
  return {
    ...{ path, size: file.size, row, rows: recordedRows(file) },
    sha256_recorded: recorded,
    sha256_now: now?.sha256 ?? null,
  };
}

function* provesOf(raw: Raw, dataFile: DataFileAccount | null, chain: ChainAccount): Generator<string> {
  if (raw.state === 'as_recorded')
    yield `The raw file is, byte for byte, the one that was read: its SHA-256 is the recorded one.`;
  if (raw.record?.gives_event === true) {
    yield `Record ${raw.record.number} of the raw file gives this event: the same time, code, account and message, since event_uid is made of these.`;
  }
  if (dataFile !== null && dataFile.sha256_recorded !== null && dataFile.sha256_recorded === dataFile.sha256_now) {
    yield 'The data file that holds the row is, byte for byte, the one that was committed.';
  }
  if (chain.breaks.length === 0 && chain.head !== null) {
    yield `Each commit from version ${chain.from} to ${chain.head.version} is what its evidence sealed, and each evidence names the one before it (${counted(chain.links, 'link')}): whoever cannot write to both log and evidence has changed none of it.`;
    yield `With the head ${chain.head.sha256} noted where whoever writes to the lake cannot reach it, or with a locked immutability policy on the evidence, this holds against everyone: audit-lake verify --head finds it again.`;
  }
}

function* provesNotOf(raw: Raw, dataFile: DataFileAccount | null, chain: ChainAccount): Generator<string> {
  if (raw.state === 'gone' || raw.state === 'archived' || raw.state === 'unreadable') {
    yield 'What the record said: that stands in the raw file, which cannot be read. The row is what was committed, and no more can be shown.';
  }
  if (raw.state === 'altered') yield 'That the raw file is what was read: it is another now, or was altered.';
  if (dataFile === null) yield 'In which data file the row stands: none that can be read has its event_uid.';
  else if (dataFile.sha256_recorded === null) {
    yield 'That the data file is what was committed: another engine wrote it, and nobody recorded its SHA-256. verify --deep compares its rows with the raw files.';
  }
  for (const { version, says } of chain.breaks) yield `That nothing was changed up to version ${version}: ${says}.`;
  if (chain.unsealed > 0) {
    yield `${counted(chain.unsealed, 'commit')} at the end of the log ${chain.unsealed === 1 ? 'is' : 'are'} sealed by no evidence yet; the next run writes it.`;
  }
  yield 'That the raw file is what Nexthink exported, or that the export is complete: the chain begins where the file landed (compare nql counts).';
  yield 'When it was committed: the time of a commit is that of the writer’s clock. A head noted elsewhere proves not later than.';
  yield 'Anything of other rows: audit-lake verify --deep goes through them all.';
}

/** What is not as it was recorded, the gravest first. @param isExpired whether the raw file may be gone by its retention */
export function problemsOf(raw: Raw, { data_file: file, chain }: ProofAccount, isExpired: boolean): string[] {
  const found = chain.breaks.map(({ version, says }) => `the chain is broken at version ${version}: ${says}`);
  if (file === null) found.push('no data file that can be read has the row');
  else if (file.sha256_now === null) found.push(`the data file ${file.path} cannot be read`);
  else if (file.sha256_recorded !== null && file.sha256_now !== file.sha256_recorded) {
    found.push(
      `the data file ${file.path} was altered: committed with SHA-256 ${file.sha256_recorded}, found ${file.sha256_now}`,
    );
  }
  if (raw.state === 'altered' || raw.state === 'not_recorded' || raw.state === 'unreadable') found.push(raw.says);
  if (raw.state === 'gone' && !isExpired) found.push(raw.says);
  if (raw.record !== null && !raw.record.gives_event && !raw.read_otherwise) found.push(raw.record.says);
  const differs = raw.record?.row_differs ?? [];
  if (differs.length > 0) found.push(`the row says something else than its raw record in ${differs.join(', ')}`);
  if (raw.record === null && raw.state === 'as_recorded' && !raw.read_otherwise) found.push(raw.says);
  return found;
}
