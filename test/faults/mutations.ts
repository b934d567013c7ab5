import type { Mutation } from '../support/mutation.ts';

/** Bugs of the commit protocol and what belongs to it, each a small change of one file. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'events that the winner of a race added are not looked for': {
    file: 'ingest/append.ts',
    original: '(await shareEvents(storage, race, staging))',
    mutant: 'false',
  },
  'files that the winner of a race took in are not looked for': {
    file: 'ingest/append.ts',
    original: 'isFileRecorded ||',
    mutant: '(isFileRecorded && false) ||',
  },
  'data that the winner of a race removed is not looked for': {
    file: 'ingest/append.ts',
    original: 'isDataRemoved ||\n    changesWithheld(winners) ||',
    mutant: '(isDataRemoved && false) ||',
  },
  'a version that is there counts as the own commit': {
    file: 'table/commit.ts',
    original: "if ((await storage.create(file, content)) === 'created') return true;",
    mutant: 'await storage.create(file, content); return true;',
  },
  'a commit whose answer was lost counts as lost': {
    file: 'table/commit.ts',
    original: 'if (found === null) throw error;\n    return Buffer.compare(found, content) === 0;',
    mutant: 'if (found === null) throw error;\n    return false;',
  },
  'data files are removed although the commit may yet go in': {
    file: 'table/commit-retries.ts',
    original: 'await commit(storage, base, withLeastWriter(base, next.actions));',
    mutant:
      'await commit(storage, base, withLeastWriter(base, next.actions)).catch(async (e) => { await proposal.discard?.(); throw e; });',
  },
  'events that the table holds are taken in again': {
    file: 'ingest/source-reading.ts',
    original: 'known.has(id) ||',
    mutant: '',
  },
  'events that an earlier file of the same commit holds are taken in again': {
    file: 'ingest/source-reading.ts',
    original: '(earlier.size > 0 && earlier.has(id))',
    mutant: 'false',
  },
  'what was erased, or is too old, is taken in again': {
    file: 'ingest/source-reading.ts',
    original: '!withheld.isEmpty && withheld.has(',
    mutant: 'false && withheld.has(',
  },
  'a raw file is read as whatever it is by then': {
    file: 'ingest/stored-bytes.ts',
    original: 'this.#storage.read(path, { end: size, ifMatch: etag })',
    mutant: 'this.#storage.read(path, { end: size })',
  },
  'a file is reported before its commit': {
    file: 'ingest/run.ts',
    original: 'this.#batch.set(path, { plan: found, place });',
    mutant:
      "this.#batch.set(path, { plan: found, place }); this.#options.observer?.onReport?.(emptyReport(path, 'skipped', 'already_ingested', null));",
  },
  'a checkpoint leaves out a raw file': {
    file: 'table/checkpoint.ts',
    original: 'sorted(transactions).map(',
    mutant: 'sorted(transactions).slice(1).map(',
  },
  'evidence does not name the evidence before it': {
    file: 'evidence/record.ts',
    original: 'version,\n    previous,\n',
    mutant: 'version,\n    previous: null,\n',
  },
  'commits get no evidence': {
    file: 'lake/after-commit.ts',
    original: 'await sealCommits(storage, snapshot);',
    mutant: '{ head: null, filled: 0, isRewritten: false };',
  },
  'a table that a dead process left unlocked stays so': {
    file: 'lake/tables.ts',
    original: 'await closeOpenBracket(context, found)',
    mutant: 'found',
  },
  'rows that come in while others are erased are not erased': {
    file: 'maintenance/erase.ts',
    original: 'revise(snapshot: Snapshot): Promise<boolean> {\n    return this.prepare(snapshot);',
    mutant: 'revise(_: Snapshot): Promise<boolean> {\n    return Promise.resolve(true);',
  },
  'rows that others removed come back by a replay': {
    file: 'maintenance/replay.ts',
    original: 'if (await this.#standsAfter(snapshot, since)) return true;',
    mutant: 'if (since.length > 0) return true;',
  },
  'events of a withdrawn file that others hold too go with it': {
    file: 'maintenance/withdraw.ts',
    original: "latest.outcome === 'ingested' && hasDuplicates &&",
    mutant: "latest.outcome === 'rejected' && hasDuplicates &&",
  },
  'a file that is withdrawn while it is read goes in': {
    file: 'ingest/append.ts',
    original: 'changesWithdrawn(winners) ||',
    mutant: '',
  },
  'files that come in while one is withdrawn are not asked for its events': {
    file: 'maintenance/withdraw.ts',
    original: 'if (this.#standsAfter(since)) return true;',
    mutant: 'if (since.length > 0) return true;',
  },
  'files that vanish while they are compacted are added again': {
    file: 'maintenance/compact-commit.ts',
    original: 'overtakenBy = hindrance(since, inputs, snapshot);',
    mutant: 'days = days.map((day) => ({ ...day, inputs: day.inputs.filter(({ path }) => current.files.has(path)) }));',
  },
  'a vacuum takes young files for waste': {
    file: 'maintenance/vacuum.ts',
    original: 'file.lastModified.getTime() < limit',
    mutant: 'file.lastModified.getTime() < host.now()',
  },
};
