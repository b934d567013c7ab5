import { textDigest } from '../events/index.ts';
import { ASIDE, BAD_ROWS, digestOf, QUARANTINE, REJECTED_FILES, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { isWithdrawalNote, withdrawals } from './withdrawals.ts';

/** Where a quarantine file of rows or of a rejection stands while its raw file is out: no view reads that folder. */
export function asideOf(path: string): string {
  return `${ASIDE}${path.slice(QUARANTINE.length)}`;
}

/**
 * Brings the quarantine in line with which raw files are out: their records in it count in no view any more, and do again
 * once they are back. A run that ended in the middle is made up for by the next.
 * @throws storage errors; each file is then in one of its two places, or in both
 */
export async function sortQuarantine(storage: Storage, snapshot: Pick<Snapshot, 'transactions'>): Promise<void> {
  if (![...snapshot.transactions.keys()].some(isWithdrawalNote)) return;
  const out = new Set(withdrawals(snapshot).map(({ path, etag }) => textDigest([path, etag], 16)));
  for (const folder of [BAD_ROWS, REJECTED_FILES]) {
    const aside = asideOf(folder);
    const moves: (readonly [from: string, to: string])[] = [];
    for (const [from, to, isMeant] of [
      [folder, aside, (id: string) => out.has(id)],
      [aside, folder, (id: string) => !out.has(id)],
    ] as const) {
      for await (const { path } of storage.list(from, { onFault: () => undefined })) {
        const name = path.slice(from.length);
        if (isMeant(name.split('-')[0] ?? '')) moves.push([path, `${to}${name}`]);
      }
    }
    for (const [from, to] of moves) await move(storage, from, to);
  }
}

/** Moves a file; one that is there already stays, and the other one too where it holds something else. */
async function move(storage: Storage, from: string, to: string): Promise<void> {
  const before = await digestOf(storage, from);
  if (before === null) return;
  await storage.create(to, storage.read(from));
  const after = await digestOf(storage, to);
  if (after?.sha256 === before.sha256) await storage.delete(from);
}
