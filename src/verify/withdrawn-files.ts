import type { ByRecord, WithdrawnRecord } from '../lake/index.ts';
import { digestOf, type FileInfo, type Storage } from '../storage/index.ts';
import type { RecordedCommit } from './table-checks.ts';
import { isUnread } from './unread-files.ts';

/** A raw file that commits say is out, and the version that withdrew it. */
export interface OutFile extends WithdrawnRecord {
  readonly version: number;
  readonly reason: string;
  /** Who asked for it; null where that is not on record. */
  readonly by: ByRecord | null;
}

/** The raw files that are out once all commits were made, in the order in which they were withdrawn. */
export class WithdrawnFiles {
  readonly all: readonly OutFile[];

  constructor(commits: Iterable<RecordedCommit>) {
    const out = new Map<string, OutFile>();
    for (const { version, record } of commits) {
      const { change } = record;
      if (change?.kind !== 'withdraw') continue;
      for (const file of change.withdrawn) {
        const key = JSON.stringify([file.path, file.etag]);
        if (change.undo) out.delete(key);
        else out.set(key, { ...file, version, reason: change.reason, by: record.by });
      }
    }
    this.all = [...out.values()];
  }

  /** Whether a recorded content of a path is out. */
  has({ path, etag }: Pick<WithdrawnRecord, 'path' | 'etag'>): boolean {
    return this.all.some((file) => file.path === path && file.etag === etag);
  }

  /** The withdrawal of a raw file as it is: by its ETag, else by its content, which is read where it is as long. */
  async of(storage: Storage, { path, etag, size }: FileInfo): Promise<OutFile | null> {
    const same = this.all.find((file) => file.path === path && file.etag === etag);
    if (same !== undefined) return same;
    const alike = this.all.filter((file) => file.size === size && (file.path === path || file.anywhere));
    if (alike.length === 0) return null;
    const digest = await digestOf(storage, path, { ifMatch: etag }).catch((error: unknown) => {
      if (isUnread(error)) return null;
      throw error;
    });
    return alike.find(({ sha256 }) => sha256 !== null && sha256 === digest?.sha256) ?? null;
  }
}
