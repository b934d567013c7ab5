import { CATALOGUE_VERSION } from '../catalogue/index.ts';
import { RejectedFile } from '../source/index.ts';
import { readAll, type Storage } from '../storage/index.ts';
import { type Action, type Commit, commit, type Snapshot } from '../table/index.ts';
import { Draft, type ReadingPlan } from './draft.ts';
import type { Host } from './host.ts';
import { identityTransaction } from './identity-columns.ts';
import { forEachId } from './known-ids.ts';
import { QuarantineTaken, quarantineFile } from './quarantine.ts';
import { emptyReport, type FileReport } from './report.ts';
import { appendInfo, ingestedEntry, ingestedReport, rejectedEntry } from './source-entry.ts';
import { ingestedTransaction, isRecorded, rejectedTransaction } from './source-file.ts';

/** How often a commit is tried before the store is given up on; each failure means that somebody else's commit went in. */
const MOST_TRIES = 100;
const FIRST_DELAY_MS = 20;
const LONGEST_DELAY_MS = 2000;
/** How much of a rejected file is kept with its rejection, in bytes. */
const BEGINNING_BYTES = 1024;

/** The table after a file went in, or did not, and what became of it. */
export interface Ingestion {
  readonly snapshot: Snapshot;
  readonly report: FileReport;
}

/**
 * Takes one raw file into the table, exactly once: read, publish data files, commit; again from the start where another
 * writer was first with some of the same events.
 * @throws storage errors and TableError, with nothing visible; safe to run again
 */
export async function ingestFile(
  storage: Storage,
  host: Host,
  snapshot: Snapshot,
  given: ReadingPlan,
): Promise<Ingestion> {
  let plan = given;
  let current = snapshot;
  for (let round = 0; round < MOST_TRIES; round++) {
    if (isRecorded(current, ingestedTransaction(plan.source, 0))) {
      return { snapshot: current, report: emptyReport(plan.source.path, 'skipped', 'already_ingested', null) };
    }
    const draft = new Draft(storage, host, current, plan);
    try {
      await draft.read();
    } catch (error) {
      if (error instanceof RejectedFile) return await reject(storage, host, current, plan, draft, error);
      if (!(error instanceof QuarantineTaken) || plan.quarantineSuffix !== '') throw error;
      plan = { ...plan, quarantineSuffix: `-${plan.source.landedAt.getTime()}` };
      continue;
    }
    const result = await commitDraft(storage, host, current, plan, draft);
    if ('report' in result) return result;
    await draft.files.discard();
    current = result.snapshot;
  }
  throw new Error(
    `${plan.source.path}: other writers committed the same events ${MOST_TRIES} times while it was read; run it again when they are done`,
  );
}

/** Commits a draft. Without a report, somebody else's commit holds some of its events, and it has to be made anew. */
async function commitDraft(
  storage: Storage,
  host: Host,
  snapshot: Snapshot,
  plan: ReadingPlan,
  draft: Draft,
): Promise<Ingestion | { readonly snapshot: Snapshot }> {
  let current = snapshot;
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const identity = identityTransaction(current, plan.instance, draft.header, host.now());
    const actions: Action[] = [
      {
        commitInfo: appendInfo({
          now: host.now(),
          readVersion: current.version,
          txnId: host.randomId(),
          catalogueVersion: CATALOGUE_VERSION,
          metrics: {
            numFiles: draft.files.written.length,
            numOutputRows: draft.committed,
            numDuplicates: draft.duplicates,
            numQuarantined: draft.counts.bad,
          },
          sources: [{ ...ingestedEntry(plan, draft), identity_columns_changed: identity.changed }],
        }),
      },
      { txn: ingestedTransaction(plan.source, host.now()) },
      ...(identity.transaction === null ? [] : [{ txn: identity.transaction }]),
      ...draft.files.written.map(({ add }) => ({ add })),
    ];
    const result = await commit(storage, current, actions);
    current = result.snapshot;
    if (result.outcome === 'committed') {
      return { snapshot: current, report: ingestedReport(plan, draft, identity.changed) };
    }
    const overtaken = isRecorded(current, ingestedTransaction(plan.source, 0));
    if (overtaken || (await shareEvents(storage, result.winners, draft, current.path))) return { snapshot: current };
    await backOff(host, attempt);
  }
  throw new Error(
    `${plan.source.path}: lost the race for a version ${MOST_TRIES} times; run it again when other writers are done`,
  );
}

/** Records that a file is no export, so that it is tried again only when something about it changes. */
async function reject(
  storage: Storage,
  host: Host,
  snapshot: Snapshot,
  plan: ReadingPlan,
  draft: Draft,
  error: RejectedFile,
): Promise<Ingestion> {
  const { source, settingsHash } = plan;
  const { records, decompressedBytes } = draft.counts;
  const rejection = {
    reason: error.reason,
    explanation: error.message,
    record: records,
    offset: decompressedBytes,
  };
  const beginning = await readAll(storage, source.path, { start: 0, end: BEGINNING_BYTES, ifMatch: source.etag });
  const quarantine = await quarantineFile(storage, source, settingsHash, rejection, beginning);
  const report = emptyReport(source.path, 'rejected', error.reason, error.message);
  let current = snapshot;
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const transaction = rejectedTransaction(source, settingsHash, host.now());
    if (isRecorded(current, transaction)) return { snapshot: current, report };
    const commitInfo = appendInfo({
      now: host.now(),
      readVersion: current.version,
      txnId: host.randomId(),
      catalogueVersion: CATALOGUE_VERSION,
      metrics: { numFiles: 0, numOutputRows: 0, numDuplicates: 0, numQuarantined: 0 },
      sources: [rejectedEntry(plan, rejection, quarantine)],
    });
    const result = await commit(storage, current, [{ commitInfo }, { txn: transaction }]);
    current = result.snapshot;
    if (result.outcome === 'committed') return { snapshot: current, report };
    await backOff(host, attempt);
  }
  throw new Error(
    `${source.path}: lost the race for a version ${MOST_TRIES} times; run it again when other writers are done`,
  );
}

/** Whether the winners of a race added events that the draft holds too. */
async function shareEvents(
  storage: Storage,
  winners: readonly Commit[],
  draft: Draft,
  table: string,
): Promise<boolean> {
  const dates = new Set(draft.files.written.map(({ add }) => add.partitionValues['event_date']));
  for (const { actions } of winners) {
    for (const action of actions) {
      if (!('add' in action) || !action.add.dataChange || !dates.has(action.add.partitionValues['event_date']))
        continue;
      let shared = false;
      await forEachId(storage, `${table}/${action.add.path}`, action.add.size, (id) => {
        shared ||= draft.uids.ids.has(id);
      });
      if (shared) return true;
    }
  }
  return false;
}

async function backOff(host: Host, attempt: number): Promise<void> {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
  await host.sleep(ceiling * (0.5 + host.random() / 2));
}
