import type { MemoryStorage } from '../support/memory-storage.ts';
import type { LoggedCommit } from './log-replay.ts';
import { type Report, sha256 } from './outcome.ts';

/** What evidence says of its place in the chain, and of its commit. */
interface Link {
  readonly version: number;
  readonly previous: string | null;
  readonly commit: { readonly sha256: string };
}

/** Each commit has its evidence, and each piece of evidence names the commit's bytes and the piece before. */
export function checkChain(
  storage: MemoryStorage,
  table: string,
  commits: readonly LoggedCommit[],
  report: Report,
): void {
  const paths = storage.paths(`evidence/${table.slice('curated/'.length)}/`);
  let previous: string | null = null;
  for (const [index, { version, sha256: commitHash }] of commits.entries()) {
    const path = paths[index] ?? '';
    if (!path.endsWith(`/${String(version).padStart(20, '0')}.json`)) {
      report('chain', `${table}: expected evidence of version ${version}, found ${path || 'none'}`);
      return;
    }
    const content = storage.content(path);
    const link = JSON.parse(content.toString()) as Link;
    if (link.version !== version || link.previous !== previous || link.commit.sha256 !== commitHash) {
      report('chain', `${path} does not fit its commit and the evidence before it`);
      return;
    }
    previous = sha256(content);
  }
  if (paths.length > commits.length) report('chain', `${paths[commits.length]}: no such version is in the log`);
}
