import * as z from 'zod';
import type { ChainHead } from '../evidence/index.ts';
import { type ByRecord, openEventsToWrite, readOwnRecord } from '../lake/index.ts';
import { type LakeContext, type Storage, StorageError, StorageFault, VERIFICATIONS } from '../storage/index.ts';
import { OutdatedProgram, PROGRAM_VERSION, TableError } from '../table/index.ts';
import type { Counts, Note, Problem } from './findings.ts';

const COUNT = z.number().int().nonnegative();
const BY_KIND = z.record(z.string(), COUNT).catch({});
const HEAD = z.object({ version: COUNT, sha256: z.string() }).nullable().catch(null);
const BY = z.object({ name: z.string(), kind: z.enum(['principal', 'claimed']), id: z.string().optional() });

/** What a record of a verification holds; keys are only ever added. Whatever cannot be read is as if it were not there. */
const RECORD = z.object({
  verification: z.literal(1),
  /** When it ended. */
  time: z.iso.datetime().transform((text) => new Date(text)),
  program_version: z.string().nullable().catch(null),
  /** Whether everything was decoded from raw again. */
  deep: z.boolean().catch(false),
  /** Whether the newest commits alone were looked at. */
  newest_only: z.boolean().catch(false),
  /** Files of those commits that were left out because time was up. */
  files_left: COUNT.catch(0),
  /** The end of each table's chain, by the table's name; null where it cannot be told. */
  heads: z.record(z.string(), HEAD).catch({}),
  counts: BY_KIND,
  /** How many of each kind. */
  problems: z.record(z.string(), COUNT),
  notes: BY_KIND,
  /** Who ran it, where that is known. */
  by: BY.nullable().catch(null),
});

/** What a lake says of a verification. It proves nothing by itself: whoever may write to the lake can write such a file. */
export type PastVerification = Readonly<z.output<typeof RECORD>> & { readonly path: string };

/** A verification, as it is put on record. */
export interface EndedVerification {
  readonly deep: boolean;
  readonly newestOnly: boolean;
  readonly filesLeft: number;
  /** By the tables' names. */
  readonly heads: Readonly<Record<string, ChainHead | null>>;
  readonly counts: Readonly<Counts>;
  readonly problems: readonly Pick<Problem, 'kind'>[];
  readonly notes: readonly Pick<Note, 'kind'>[];
  readonly by: ByRecord | null;
}

/**
 * Puts a verification on record, in a file that is written once: no part of the chain, and named by no commit. Gives its lake
 * path, or what kept it from being written: whoever may only read can verify as well, and so can a program that is too old to
 * write to this lake.
 */
export async function recordVerification(
  { storage, host }: LakeContext,
  { deep, newestOnly, filesLeft, heads, counts, problems, notes, by }: EndedVerification,
): Promise<string | StorageError | OutdatedProgram> {
  const time = new Date(host.now()).toISOString();
  const record = {
    ...{
      verification: 1,
      time,
      program_version: PROGRAM_VERSION,
      deep,
      newest_only: newestOnly,
      files_left: filesLeft,
    },
    ...{ heads, counts, problems: numberOfEach(problems), notes: numberOfEach(notes), by },
  };
  const content = Buffer.from(`${JSON.stringify(record)}\n`);
  const stamp = time.replace(/\.\d+/, '').replaceAll(/[-:]/g, '');
  try {
    const tooOld = await outdated(storage);
    if (tooOld !== null) return tooOld;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const path = `${VERIFICATIONS}${stamp}-${host.randomId().slice(0, 8)}.json`;
      if ((await storage.create(path, content)) === 'created') return path;
    }
    return new StorageFault('create', VERIFICATIONS, `${MOST_ATTEMPTS} names that should be free are taken`);
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
}

/** Why this program is too old to write to the lake; null where it is not, or where that cannot be told. Throws storage errors. */
async function outdated(storage: Storage): Promise<OutdatedProgram | null> {
  try {
    await openEventsToWrite(storage);
    return null;
  } catch (error) {
    if (error instanceof OutdatedProgram) return error;
    // That the table cannot be read, the verification says.
    if (error instanceof TableError) return null;
    throw error;
  }
}

/** Names are of chance; that one is taken twice is none. */
const MOST_ATTEMPTS = 3;

/** A record is about a kilobyte; what is far more is none of ours. */
const MOST_BYTES = 1 << 20;

/**
 * The last verifications on record, newest first; what cannot be read as one is left out. Throws storage errors, such as where
 * the quarantine zone may not be read.
 */
export async function pastVerifications(storage: Storage, most: number): Promise<readonly PastVerification[]> {
  const paths: string[] = [];
  for await (const { path, size } of storage.list(VERIFICATIONS, { onFault: () => undefined })) {
    if (size <= MOST_BYTES) paths.push(path);
  }
  const found: PastVerification[] = [];
  for (const path of paths.sort().toReversed()) {
    if (found.length >= most) break;
    const record = await readRecord(storage, path);
    if (record !== null) found.push({ ...record, path });
  }
  return found;
}

async function readRecord(storage: Storage, path: string) {
  try {
    return await readOwnRecord(storage, path, RECORD);
  } catch (error) {
    // It was removed meanwhile, or this one file cannot be read.
    if (error instanceof StorageError) return null;
    throw error;
  }
}

function numberOfEach(found: readonly { readonly kind: string }[]): Record<string, number> {
  const numbers: Record<string, number> = {};
  for (const { kind } of found) numbers[kind] = (numbers[kind] ?? 0) + 1;
  return numbers;
}
