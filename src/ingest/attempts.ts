import * as z from 'zod';
import { textDigest } from '../events/index.ts';
import { readOwnRecord } from '../lake/index.ts';
import { ATTEMPTS, type LakeContext, type ListedFile, type Storage } from '../storage/index.ts';

/** A raw file as a mark names it: as a listing told it, which asks nothing more of the store. */
const MARKED_FILE = z.object({ path: z.string(), size: z.number(), modified: z.string(), etag: z.string().nullable() });

const MARK = z.object({
  begun_at: z.string(),
  files: z.array(MARKED_FILE),
  /** How often it was tried, all told. */
  tries: z.number().int().nonnegative(),
  /** How many of these tries it alone can be blamed for. */
  counted: z.number().int().nonnegative(),
  /** Class and code of what the last try failed with; null where it did not come to an end. */
  error: z.string().nullable(),
});

type Mark = z.infer<typeof MARK>;

/** What is known of earlier tries of a raw file as it is. */
export interface Tries {
  readonly tries: number;
  readonly counted: number;
  readonly error: string | null;
}

const NONE: Tries = { tries: 0, counted: 0, error: null };

/**
 * The marks that the reconciliation leaves before it reads a file, so that the next one knows what became of the try even
 * where it ended this process: one for a whole batch, and one for each file that is tried alone. They hold paths, times,
 * numbers, and names of errors, and nothing that a file says.
 */
export class Attempts {
  readonly #context: LakeContext;
  readonly #known = new Map<string, Tries>();
  /** Marks that tries together left behind, with what is to be tried again of their files. */
  readonly #leftBehind = new Map<string, readonly string[]>();

  private constructor(context: LakeContext) {
    this.#context = context;
  }

  /**
   * Reads what earlier tries left behind, and removes what is left of files that do not wait any more.
   * @param waiting the raw files that the log lacks
   * @param isOurs whether a raw file would be among them if it waited; what is left of others stays
   * @throws StorageError
   */
  static async load(
    context: LakeContext,
    waiting: readonly ListedFile[],
    isOurs: (path: string) => boolean = () => true,
  ): Promise<Attempts> {
    const { storage } = context;
    const attempts = new Attempts(context);
    // Nothing waits: nothing is looked for. What is left goes when something does.
    if (waiting.length === 0) return attempts;
    const names = new Set(waiting.map((file) => nameOf(file)));
    for await (const { path } of storage.list(ATTEMPTS)) {
      const mark = await readOwnRecord(storage, path, MARK);
      const due = (mark?.files ?? []).map(markedName).filter((name) => names.has(name));
      const isOver = due.length === 0 && (mark?.files ?? []).every((file) => isOurs(file.path));
      if (isOver) await storage.delete(path);
      else if (mark !== null && due.length > 0) {
        for (const name of due) addMark(attempts.#known, name, mark);
        if (mark.files.length > 1) attempts.#leftBehind.set(path, due);
      }
    }
    return attempts;
  }

  of(file: ListedFile): Tries {
    return this.#known.get(nameOf(file)) ?? NONE;
  }

  /** Marks files as begun together. Gives what removes the mark: where nobody does, each counts as tried once more. */
  async beginTogether(files: readonly ListedFile[]): Promise<() => Promise<void>> {
    const path = `${ATTEMPTS}${this.#context.host.randomId()}.json`;
    await this.#context.storage.create(path, this.#encoded(files, { tries: 1, counted: 0, error: null }));
    return () => this.#context.storage.delete(path);
  }

  /** Marks a file as tried alone, which counts against it until something else is said. */
  async begin(file: ListedFile): Promise<void> {
    const { tries, counted } = this.of(file);
    await this.#put(file, { tries: tries + 1, counted: counted + 1, error: null });
  }

  /** Notes what the try of a file that was begun failed with, and whether the file is to blame. */
  async fail(file: ListedFile, error: string, isBlamed: boolean): Promise<void> {
    const { tries, counted } = this.of(file);
    await this.#put(file, { tries, counted: isBlamed ? counted : counted - 1, error });
  }

  /** Forgets a file that was dealt with. */
  async end(file: ListedFile): Promise<void> {
    this.#known.delete(nameOf(file));
    await this.#context.storage.delete(markPath(file));
  }

  /** Removes what tries together left behind, where none of their files waits any more. */
  async sweep(waiting: readonly ListedFile[]): Promise<void> {
    const names = new Set(waiting.map((file) => nameOf(file)));
    for (const [path, due] of this.#leftBehind)
      if (!due.some((name) => names.has(name))) await this.#context.storage.delete(path);
  }

  async #put(file: ListedFile, tries: Tries): Promise<void> {
    this.#known.set(nameOf(file), tries);
    await this.#context.storage.replace(markPath(file), this.#encoded([file], tries));
  }

  #encoded(files: readonly ListedFile[], tries: Tries): Uint8Array {
    const mark: Mark = {
      begun_at: new Date(this.#context.host.now()).toISOString(),
      files: files.map(({ path, size, lastModified, etag }) => ({
        path,
        size,
        modified: lastModified.toISOString(),
        etag: etag ?? null,
      })),
      ...tries,
    };
    return Buffer.from(`${JSON.stringify(mark)}\n`);
  }
}

/** A mark as it stands in the store. */
interface StandingMark {
  readonly files: Mark['files'];
  /** Milliseconds since 1970. */
  readonly begunAt: number;
}

/** The marks that are there: files that are being tried, or whose try did not come to its end. Throws storage errors. */
export async function readMarks(storage: Storage): Promise<StandingMark[]> {
  const marks: StandingMark[] = [];
  for await (const { path } of storage.list(ATTEMPTS, { onFault: () => undefined })) {
    const mark = await readOwnRecord(storage, path, MARK);
    if (mark !== null) marks.push({ files: mark.files, begunAt: Date.parse(mark.begun_at) });
  }
  return marks;
}

/** What is known of earlier tries of raw files as they are; nothing is removed. Throws storage errors. */
export async function markedTries(storage: Storage): Promise<(file: ListedFile) => Tries> {
  const known = new Map<string, Tries>();
  for await (const { path } of storage.list(ATTEMPTS, { onFault: () => undefined })) {
    const mark = await readOwnRecord(storage, path, MARK);
    for (const file of mark?.files ?? []) if (mark !== null) addMark(known, markedName(file), mark);
  }
  return (file) => known.get(nameOf(file)) ?? NONE;
}

function addMark(known: Map<string, Tries>, name: string, mark: Mark): void {
  const { tries, counted, error } = known.get(name) ?? NONE;
  const isAlone = mark.files.length === 1;
  known.set(name, {
    tries: tries + mark.tries,
    counted: counted + (isAlone ? mark.counted : 0),
    error: isAlone ? mark.error : error,
  });
}

function markPath(file: ListedFile): string {
  return `${ATTEMPTS}${nameOf(file)}.json`;
}

/** Another content of the file has another name: what was known of the old one does not hold for it. */
function nameOf({ path, size, lastModified, etag }: ListedFile): string {
  return markedName({ path, size, modified: lastModified.toISOString(), etag: etag ?? null });
}

function markedName({ path, size, modified, etag }: Mark['files'][number]): string {
  return textDigest([path, String(size), modified, etag ?? ''], 32);
}
