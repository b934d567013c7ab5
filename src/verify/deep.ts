import { Withheld } from '../lake/index.ts';
import { localStorage, makeScratch, type Storage } from '../storage/index.ts';
import type { Findings } from './findings.ts';
import type { PresentRaw } from './raw-checks.ts';
import { Rebuild } from './rebuild.ts';
import { rebuildStorage } from './rebuild-storage.ts';
import { compareRows } from './row-comparison.ts';
import type { CheckedTable } from './table-checks.ts';

/**
 * Makes audit_events anew from raw files in a scratch folder, as its commits say, and compares it row by row with what is
 * there. Takes the time of ingesting everything again and room for the data files among temporary files.
 * @throws StorageFault
 */
export async function verifyDeep(
  lake: Storage,
  { table, state, commits }: CheckedTable,
  raw: ReadonlyMap<string, PresentRaw>,
  findings: Findings,
  onStep: (name: string, done: number, of: number) => void,
): Promise<void> {
  const { protocol, metadata } = state;
  if (protocol === null || metadata === null) return;
  const scratch = await makeScratch('verify');
  try {
    const storage = rebuildStorage(lake, localStorage(scratch.path), raw);
    const sources = commits.reduce((sum, { record }) => sum + record.sources.length, 0);
    let done = 0;
    const onSource = () => onStep('rebuilding from raw', ++done, sources);
    const rebuild = new Rebuild({ storage, findings, onSource }, { path: table, protocol, metadata });
    for (const commit of commits) await rebuild.apply(commit);
    const { snapshot, lost, readings, otherwise } = rebuild;
    const here = { storage: lake, path: table, files: [...state.files.values()].map(({ add }) => add) };
    const there = { storage, path: table, files: [...snapshot.files.values()] };
    const withheld = await Withheld.load(storage, snapshot);
    await compareRows(
      here,
      there,
      { withheld, lost, readings, otherwise: [...otherwise.values()] },
      findings,
      (each, of) => onStep('comparing rows', each, of),
    );
  } finally {
    await scratch.remove();
  }
}
