import { textDigest } from '../events/index.ts';
import { BAD_ROWS, type Storage } from '../storage/index.ts';
import type { ReadingPlan } from './reading-plan.ts';

const NAME = /^([0-9a-f]{16})-([0-9a-f]{8})(-[0-9a-z-]+)?\.jsonl$/;
const AGAIN = '-again-';
const DIGEST_DIGITS = 8;

/** A file of bad rows, by its name. */
export interface BadRowsFile {
  /** Within the folder. */
  readonly name: string;
  readonly settingsHash: string;
  /** Whether it was written when the raw file was read again, in place of others. */
  readonly isAgain: boolean;
  readonly lastModified: Date;
}

/** The files of bad rows that the quarantine holds, by the `ingest_id` of their raw files. One listing. Throws storage errors. */
export async function badRowsFiles(storage: Storage): Promise<ReadonlyMap<string, readonly BadRowsFile[]>> {
  const found = new Map<string, BadRowsFile[]>();
  for await (const { path, lastModified } of storage.list(BAD_ROWS, { onFault: () => undefined })) {
    const name = path.slice(BAD_ROWS.length);
    const [, ingestId, settingsHash, suffix = ''] = NAME.exec(name) ?? [];
    if (ingestId === undefined || settingsHash === undefined) continue;
    const file = { name, settingsHash, isAgain: suffix.startsWith(AGAIN), lastModified };
    found.set(ingestId, [...(found.get(ingestId) ?? []), file]);
  }
  return found;
}

/**
 * The plan by which a raw file is read anew, of which the quarantine holds bad rows already: its bad rows take the place of
 * all of these, under a name that tells which.
 */
export function supersedingPlan(plan: ReadingPlan, files: readonly BadRowsFile[]): ReadingPlan {
  const { settingsHash } = plan;
  // What was begun before with the same settings goes on under the same name.
  const older = named(
    plan,
    files.filter((file) => !(file.isAgain && file.settingsHash === settingsHash)),
  );
  const isBegun = files.some(({ name }) => name === badRowsName(older));
  return isBegun || older.supersedes.length === files.length ? older : named(plan, files);
}

/** As {@link supersedingPlan}; where the only file is the one that the plan would write, that is written. */
export function replayingPlan(plan: ReadingPlan, files: readonly BadRowsFile[]): ReadingPlan {
  const usual = badRowsName(plan);
  return files.every(({ name }) => name === usual) ? plan : supersedingPlan(plan, files);
}

function named(plan: ReadingPlan, files: readonly BadRowsFile[]): ReadingPlan {
  const supersedes = files.map(({ name }) => name).sort();
  const digest = textDigest([...supersedes, plan.source.landedAt.toISOString()], DIGEST_DIGITS);
  return { ...plan, quarantineSuffix: `${AGAIN}${digest}`, supersedes };
}

/** The name, within the folder, of the file that a plan's bad rows go to. */
export function badRowsName({ source, settingsHash, quarantineSuffix }: ReadingPlan): string {
  return `${source.ingestId}-${settingsHash}${quarantineSuffix}.jsonl`;
}
