import { type Header, ROLES } from '../source/index.ts';
import type { Snapshot, Transaction } from '../table/index.ts';

/**
 * Which optional columns enter the identity of each instance's events, kept as a `txn` each so that it outlives
 * checkpoints. A change doubles the rows of the overlapping window, so it is reported.
 */
export class IdentityColumns {
  readonly #snapshot: Snapshot;
  /** Noted since the snapshot, by appId. */
  readonly #noted = new Map<string, number>();

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** Notes the header of the next file. True where its columns differ from those of the instance's file before. */
  note(instance: string | null, header: Header): boolean {
    if (header.names.length === 0) return false;
    const appId = `identity_columns:${instance ?? ''}`;
    const version = header.identityColumns.reduce((bits, role) => bits | (1 << ROLES.indexOf(role)), 0);
    const known = this.#noted.get(appId) ?? this.#recorded(appId);
    this.#noted.set(appId, version);
    return known !== undefined && known !== version;
  }

  /** What a commit of these files has to put on record. */
  transactions(now: number): Transaction[] {
    const changed = [...this.#noted].filter(([appId, version]) => this.#recorded(appId) !== version);
    return changed.map(([appId, version]) => ({ appId, version, lastUpdated: now }));
  }

  #recorded(appId: string): number | bigint | undefined {
    return this.#snapshot.transactions.get(appId)?.version;
  }
}
