import { createHash } from 'node:crypto';
import * as z from 'zod';
import { DECODER_VERSION } from '../decode/index.ts';
import { textDigest } from '../events/index.ts';
import { readOwnRecord } from '../lake/index.ts';
import { canonicalJson, isGiven, SETTINGS, type Settings } from '../settings/index.ts';
import { READER_VERSION } from '../source/index.ts';
import { byPath, EVENTS_TABLE, type LakeContext, type ListedFile, RECONCILED } from '../storage/index.ts';
import { commitPath, PROGRAM_VERSION, type Snapshot } from '../table/index.ts';
import type { Freshness } from './freshness.ts';

const MARK_PATH = `${RECONCILED}nothing-waits.json`;

/** What is not seen by what stands in the mark is found after so long at the latest. */
const TRUSTED_MS = 86_400_000;

/** What decides whether a raw file waits: the files, how they are read, by which program, and the table's log. */
const MARK = z.object({
  noted_at: z.string(),
  /** SHA-256 over path, size, time and ETag of every file. */
  files: z.string(),
  settings: z.string(),
  program: z.string(),
  version: z.number().int().nonnegative(),
  /** Of that commit. */
  etag: z.string(),
  freshness: z.array(
    z.object({ instance: z.string().nullable(), files: z.number(), newest_at: z.string().nullable() }),
  ),
});

type Mark = z.infer<typeof MARK>;

/** What was listed of the raw zone, with the settings that were read by, as a mark names it. */
export interface RawState {
  readonly files: string;
  readonly settings: string;
}

/**
 * The state of the raw zone; null where the store's listing does not tell when a content is another one.
 * @param files in any order
 */
export function rawStateOf(files: readonly ListedFile[], settings: Settings): RawState | null {
  const digest = createHash('sha256');
  for (const { path, size, lastModified, etag } of files.toSorted(byPath)) {
    if (etag === undefined) return null;
    digest.update(textDigest([path, String(size), lastModified.toISOString(), etag], 64));
  }
  return { files: digest.digest('hex'), settings: settingsDigest(settings) };
}

/**
 * What is in of each instance, where the last reconciliation found that nothing waits and nothing has changed since: neither a raw
 * file, nor the table, nor how files are read. Null where somebody has to look. Asks the store three times at most.
 * @throws storage errors
 */
export async function freshnessWhereNothingWaits(
  { storage, host }: LakeContext,
  state: RawState | null,
): Promise<readonly Freshness[] | null> {
  if (state === null) return null;
  const mark = await readOwnRecord(storage, MARK_PATH, MARK);
  if (mark === null || mark.files !== state.files || mark.settings !== state.settings) return null;
  const age = host.now() - Date.parse(mark.noted_at);
  if (mark.program !== program() || !(age >= 0 && age < TRUSTED_MS)) return null;
  const [head, next] = await Promise.all(
    [mark.version, mark.version + 1].map((version) => storage.head(commitPath(EVENTS_TABLE, version))),
  );
  if (head?.etag !== mark.etag || next !== null) return null;
  return mark.freshness.map(({ instance, files, newest_at: at }) => ({
    ...{ instance, files },
    newestAt: at === null ? null : new Date(at),
  }));
}

/** Notes that no file of this state waits, against the table as this snapshot has it. @throws storage errors */
export async function noteNothingWaits(
  { storage, host }: LakeContext,
  state: RawState,
  { path, version }: Snapshot,
  freshness: readonly Freshness[],
): Promise<void> {
  const head = await storage.head(commitPath(path, version));
  if (head === null) return;
  const mark: Mark = {
    noted_at: new Date(host.now()).toISOString(),
    ...state,
    program: program(),
    version,
    etag: head.etag,
    freshness: freshness.map(({ instance, files, newestAt }) => ({
      ...{ instance, files },
      newest_at: newestAt?.toISOString() ?? null,
    })),
  };
  await storage.replace(MARK_PATH, Buffer.from(`${JSON.stringify(mark)}\n`));
}

/** Secrets decide nothing here, and leave no trace. */
function settingsDigest(settings: Settings): string {
  const open = SETTINGS.filter(({ secret }) => secret === undefined).map(({ name }) => name as keyof Settings);
  const given = open.filter((name) => isGiven(settings, name as keyof Settings['origins']));
  return textDigest([canonicalJson(Object.fromEntries(open.map((name) => [name, settings[name]]))), ...given], 64);
}

function program(): string {
  return `${PROGRAM_VERSION} ${READER_VERSION} ${DECODER_VERSION}`;
}
