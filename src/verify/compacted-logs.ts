import { isDeepStrictEqual } from 'node:util';
import type { Storage } from '../storage/index.ts';
import { type Action, type AddFile, CorruptLog, parseActions, type Transaction } from '../table/index.ts';
import { sideText } from './checksum-file.ts';
import type { Findings } from './findings.ts';
import { ReplayedState } from './replayed-state.ts';
import { statisticsDiffer } from './statistics-match.ts';

const NAME = /(\d{20})\.(\d{20})\.compacted\.json$/;

/** The state before a compacted log, as far as the commits since its first have touched it. */
interface Open {
  readonly path: string;
  readonly last: number;
  readonly files: Map<string, AddFile | null>;
  readonly transactions: Map<string, Transaction['version'] | null>;
  readonly before: Pick<ReplayedState, 'protocol' | 'metadata'>;
}

/**
 * Compares compacted logs, which engines read in place of the commits from one version to another, with what these commits
 * do to the state. Tell it of one version after another.
 * Source: Delta protocol, "Log Compaction Files".
 */
export class CompactedLogs {
  readonly #storage: Storage;
  readonly #table: string;
  readonly #findings: Findings;
  /** Those that begin at a version. */
  readonly #starting = new Map<number, { readonly path: string; readonly last: number }[]>();
  readonly #open = new Set<Open>();

  constructor(storage: Storage, table: string, paths: readonly string[], findings: Findings) {
    this.#storage = storage;
    this.#table = table;
    this.#findings = findings;
    for (const path of paths) {
      const [, first = '', last = ''] = NAME.exec(path) ?? [];
      if (Number(first) > Number(last)) this.#differs(path, 'its last version comes before its first');
      else
        this.#starting.set(Number(first), [...(this.#starting.get(Number(first)) ?? []), { path, last: Number(last) }]);
    }
  }

  /** The state before the actions of a version are applied. */
  before(version: number, actions: readonly Action[], state: ReplayedState): void {
    const { protocol, metadata } = state;
    for (const each of this.#starting.get(version) ?? []) {
      this.#open.add({ ...each, files: new Map(), transactions: new Map(), before: { protocol, metadata } });
    }
    this.#starting.delete(version);
    for (const { files, transactions } of this.#open) {
      for (const action of actions) {
        const path = 'add' in action ? action.add.path : 'remove' in action ? action.remove.path : null;
        if (path !== null && !files.has(path)) files.set(path, state.files.get(path)?.add ?? null);
        if (!('txn' in action) || transactions.has(action.txn.appId)) continue;
        transactions.set(action.txn.appId, state.transactions.get(action.txn.appId)?.version ?? null);
      }
    }
  }

  /** The state after a version. */
  async after(version: number, state: ReplayedState): Promise<void> {
    for (const each of this.#open) {
      if (each.last !== version) continue;
      this.#open.delete(each);
      const text = await sideText(this.#storage, each.path);
      const found = text === null ? ['it is no text'] : [...this.#differences(text, each, state)];
      if (found.length > 0) this.#differs(each.path, found.slice(0, 3).join('; '));
    }
  }

  /** After the last version: what begins or ends beyond it is of a log that is not there. */
  finish(): void {
    for (const { path } of [...this.#open, ...[...this.#starting.values()].flat()]) {
      this.#differs(path, 'it covers versions that the log has not');
    }
  }

  *#differences(text: string, { path, files, transactions, before }: Open, state: ReplayedState): Generator<string> {
    const compacted = new ReplayedState();
    try {
      compacted.apply(state.version, parseActions(this.#table, path, text), () => NOTHING_KNOWN);
    } catch (error) {
      if (!(error instanceof CorruptLog)) throw error;
      yield error.detail;
      return;
    }
    for (const file of new Set([...files.keys(), ...compacted.files.keys(), ...compacted.removed])) {
      const known = compacted.files.get(file)?.add ?? (compacted.removed.has(file) ? null : files.get(file));
      yield* fileDifference(file, state.files.get(file)?.add ?? null, known ?? null);
    }
    for (const appId of new Set([...transactions.keys(), ...compacted.transactions.keys()])) {
      const stated = compacted.transactions.get(appId)?.version ?? transactions.get(appId) ?? null;
      if (stated !== (state.transactions.get(appId)?.version ?? null)) yield `txn ${JSON.stringify(appId)} differs`;
    }
    if (!isDeepStrictEqual(compacted.protocol ?? before.protocol, state.protocol)) yield 'the protocol differs';
    if (!isDeepStrictEqual(compacted.metadata ?? before.metadata, state.metadata)) {
      yield 'the schema or the properties differ';
    }
  }

  #differs(path: string, detail: string): void {
    const text = `it does not say what the commits that it stands for do: ${detail}; engines read it in their place: remove it`;
    this.#findings.problem('side_file_differs', path, text);
  }
}

const NOTHING_KNOWN = { rows: null, sha256: null, hasSealedStatistics: false };

function* fileDifference(path: string, expected: AddFile | null, found: AddFile | null): Generator<string> {
  if (expected === null && found !== null) yield `${path} is there and no part of the table`;
  else if (expected !== null && found === null) yield `${path} is part of the table and missing there`;
  else if (expected !== null && found !== null) {
    const isSame = expected.size === found.size && isDeepStrictEqual(expected.partitionValues, found.partitionValues);
    if (!isSame || statisticsDiffer(expected.stats, found.stats))
      yield `${path} has another size, partition or statistics`;
  }
}
