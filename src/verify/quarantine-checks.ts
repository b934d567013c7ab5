import { asideOf, type QuarantineFile } from '../lake/index.ts';
import {
  ATTEMPTS,
  digestOf,
  forEachParallel,
  POISON,
  QUARANTINE,
  RECONCILED,
  REPLACED,
  type Storage,
  TRIED,
  VERIFICATIONS,
} from '../storage/index.ts';
import type { Findings } from './findings.ts';
import { unlessUnread } from './unread-files.ts';

const PARALLEL_FILES = 8;
/**
 * What no commit names: messages that no function could deal with, marks of files that are being tried or were read again, the
 * mark of a reconciliation, records of contents that were replaced unread, and of verifications.
 */
const BESIDE = [POISON, ATTEMPTS, TRIED, REPLACED, RECONCILED, VERIFICATIONS];

/**
 * Reads every file of the quarantine zone that a commit names: it must have the size and the SHA-256 recorded. That of a raw
 * file that was withdrawn may stand aside.
 */
export async function checkQuarantine(
  storage: Storage,
  named: readonly QuarantineFile[],
  aside: ReadonlySet<string>,
  findings: Findings,
): Promise<void> {
  await checkNamed(storage, named, findings, aside);
  const paths = new Set(named.flatMap(({ path }) => (aside.has(path) ? [path, asideOf(path)] : [path])));
  let orphans = 0;
  for await (const { path } of storage.list(QUARANTINE, { onFault: () => undefined })) {
    if (!paths.has(path) && !BESIDE.some((folder) => path.startsWith(folder))) orphans++;
  }
  if (orphans === 0) return;
  findings.note('orphans', QUARANTINE, `${orphans} files that no commit names, of writes that never finished`);
}

/** Reads these files, as {@link checkQuarantine} does, and no others; `aside` says which may stand aside. */
export async function checkNamed(
  storage: Storage,
  named: readonly QuarantineFile[],
  findings: Findings,
  aside: Pick<ReadonlySet<string>, 'has'>,
): Promise<void> {
  // Replays name the same file again.
  const distinct = new Map(named.map((file) => [`${file.sha256} ${file.path}`, file]));
  await forEachParallel(distinct.values(), PARALLEL_FILES, async ({ path, size, sha256 }) => {
    const found = await unlessUnread(path, findings, async () => {
      const digest = await digestOf(storage, path);
      return digest ?? (aside.has(path) ? await digestOf(storage, asideOf(path)) : null) ?? 'missing';
    });
    if (found === null) return;
    if (found === 'missing') {
      findings.problem(
        'quarantine_missing',
        path,
        'a commit names this file, and it is not there; restore it from a copy',
      );
      return;
    }
    findings.counts.quarantine_files++;
    if (found.size === size && found.sha256 === sha256) return;
    const text = `expected ${size} bytes with SHA-256 ${sha256}, found ${found.size} with ${found.sha256}; restore it from a copy`;
    findings.problem('quarantine_altered', path, text);
  });
}
