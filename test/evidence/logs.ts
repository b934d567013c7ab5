import { createHash } from 'node:crypto';
import { type Action, commitPath } from '../../src/table/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

export const TABLE = 'curated/audit_events';

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** A lake whose table has these commits; each is actions, or the text of the log file. */
export function lakeWith(commits: readonly (readonly Action[] | string)[]): MemoryStorage {
  const storage = new MemoryStorage();
  for (const [version, commit] of commits.entries()) {
    const text = typeof commit === 'string' ? commit : commit.map((action) => `${JSON.stringify(action)}\n`).join('');
    storage.put(commitPath(TABLE, version), text);
  }
  return storage;
}

/** As many commits as asked for, each with a transaction of its own. */
export function numbered(count: number): Action[][] {
  return Array.from({ length: count }, (_, index) => [
    { commitInfo: { timestamp: 1_767_225_600_000 + index, operation: 'WRITE', txnId: `t${index}` } },
    { txn: { appId: `raw/${index}.csv`, version: index, lastUpdated: 0 } },
  ]);
}

/** The evidence files of a lake by path, as text. */
export function evidenceOf(storage: MemoryStorage): Record<string, string> {
  return Object.fromEntries(storage.paths('evidence/').map((path) => [path, storage.content(path).toString()]));
}
