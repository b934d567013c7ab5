import { rejectedAppId } from '../lake/index.ts';
import { inclusion, type Settings } from '../settings/index.ts';
import { type FileInfo, type LakeContext, type ListedFile, pathInZone, type Storage } from '../storage/index.ts';
import type { Snapshot } from '../table/index.ts';
import { BATCH_BYTES, BATCH_FILES } from './announced-batch.ts';
import { readMarks } from './attempts.ts';
import { isWhole } from './settling.ts';
import { SMALL_FILE_BYTES } from './stored-bytes.ts';
import type { TakingOptions } from './taking.ts';
import { takeWaiting } from './waiting.ts';

/** An event that comes so long after its file tells of others that wait. */
const LATE_MS = 5_000;

/** As long as somebody began a batch within this time, nobody else begins one. */
const AT_WORK_MS = 60_000;

/** Names on a page of a listing, each of which is a request. */
const PAGE = 5_000;

/** Files that are dealt with between two looks in vain at most. */
const RAREST = 512;

/** How a batch of announced files went. */
export interface BatchCourse {
  readonly files: readonly (FileInfo | string)[];
  /** Commits of others that were first. */
  readonly conflicts: number;
}

/** So many files that tell of others are a backlog. */
export const MANY_FILES = 8;

/** When to look for files that wait: seldom enough that the looks cost less than one request for each file that is dealt with. */
export class BacklogLook {
  #credit = 0;
  #price: number;

  /** @param many files that tell of others before the first look */
  constructor(many = MANY_FILES) {
    this.#price = many;
  }

  /** Whether to look now: files have come late, or others commit at the same time. */
  isDue({ files, conflicts }: BatchCourse, settleMs: number, now: number): boolean {
    const late = Math.max(settleMs, LATE_MS);
    const isLate = files.some((file) => typeof file !== 'string' && now - file.lastModified.getTime() >= late);
    if (!isLate && conflicts === 0) return false;
    this.#credit += files.length;
    return this.#credit >= this.#price;
  }

  /** Notes what a look came to: names that were listed, and files that were taken in. */
  note(listed: number, taken: number): void {
    const cost = Math.ceil(listed / PAGE) + 1;
    this.#credit = 0;
    this.#price = taken > 0 ? cost : Math.min(2 * this.#price + cost, RAREST);
  }
}

/**
 * Takes in a batch of the files that wait beside an announced one, in its folder, as the reconciliation does: whole ones that the
 * log does not name and nobody has begun. Nothing where somebody else is at it.
 * @param snapshot a state that is not old; what was taken in since is seen to be in
 * @throws storage errors, TableError; what was committed before stands
 */
export async function takeBacklog(
  context: LakeContext,
  settings: Settings,
  snapshot: Snapshot,
  { path }: FileInfo,
  options: TakingOptions,
): Promise<{ readonly listed: number; readonly taken: number }> {
  const { storage, host } = context;
  const now = host.now();
  const marks = await readMarks(storage);
  if (marks.some(({ files, begunAt }) => files.length > 1 && now - begunAt < AT_WORK_MS))
    return { listed: 0, taken: 0 };
  const begun = new Set(marks.flatMap(({ files }) => files.map((file) => file.path)));
  const { waiting, listed } = await waitingBeside(storage, settings, snapshot, path);
  const due = waiting.filter((file) => !begun.has(file.path) && isWhole(file, settings, options.settleMs, now));
  if (due.length === 0) return { listed, taken: 0 };
  const { taken } = await takeWaiting(context, settings, someOf(due, host.random()), options, () => false);
  return { listed, taken: taken.files };
}

async function waitingBeside(storage: Storage, settings: Settings, { transactions }: Snapshot, path: string) {
  const isIncluded = inclusion(settings);
  const waiting: ListedFile[] = [];
  let listed = 0;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  for await (const file of storage.list(folder, { enter: () => false, onFault: () => undefined })) {
    listed++;
    const isNamed = transactions.has(file.path) || transactions.has(rejectedAppId(file.path));
    const isSmall = file.size > 0 && file.size <= SMALL_FILE_BYTES;
    if (!isNamed && isSmall && isIncluded(pathInZone(file.path))) waiting.push(file);
  }
  return { waiting, listed };
}

/**
 * As many as go into a commit, of one age, and from anywhere among them: those that came first are being taken in by whoever was
 * told of them.
 * @param chance in [0, 1)
 */
function someOf(waiting: readonly ListedFile[], chance: number): ListedFile[] {
  const byAge = waiting.toSorted((a, b) => a.lastModified.getTime() - b.lastModified.getTime());
  const first = Math.floor(chance * (Math.max(0, byAge.length - BATCH_FILES) + 1));
  const some: ListedFile[] = [];
  let bytes = 0;
  for (const file of byAge.slice(first, first + BATCH_FILES)) {
    bytes += file.size;
    if (bytes > BATCH_BYTES) break;
    some.push(file);
  }
  return some;
}
