import type { LoggedCommit } from './log-replay.ts';

/** A content of a raw path that the log says is out, or was. */
export interface LoggedWithdrawal {
  readonly path: string;
  readonly etag: string;
  readonly sha256: string | null;
  /** Whether it is out under every name. */
  readonly isAnywhere: boolean;
}

/** What withdrawals came to, as the log has it. */
export interface Withdrawals {
  readonly out: readonly LoggedWithdrawal[];
  /** Path and ETag of whatever was ever out, and of what was brought back. */
  readonly ever: ReadonlySet<string>;
  readonly returned: ReadonlySet<string>;
}

const WITHDRAWN = 'withdrawn:';

/** Reads them off the log's transactions in the plainest way. */
export function withdrawalsIn(commits: readonly LoggedCommit[]): Withdrawals {
  const out = new Map<string, LoggedWithdrawal>();
  const [ever, returned] = [new Set<string>(), new Set<string>()];
  for (const { appId, version } of commits.flatMap(({ transactions }) => transactions)) {
    if (!appId.startsWith(WITHDRAWN)) continue;
    const [path, etag, , sha256] = JSON.parse(appId.slice(WITHDRAWN.length)) as [string, string, number, string | null];
    const key = keyOf({ path, etag });
    ever.add(key);
    if (version === 0) returned.add(key);
    if (version === 0) out.delete(key);
    else out.set(key, { path, etag, sha256, isAnywhere: version === 1 });
  }
  return { out: [...out.values()], ever, returned };
}

/** A content of a path as a key. */
export function keyOf({ path, etag }: { readonly path: string; readonly etag: string }): string {
  return `${path} ${etag}`;
}
