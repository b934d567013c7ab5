import { isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { BadReason, Row } from '../source/index.ts';
import { BAD_ROWS, REJECTED_FILES, type Storage, sha256Hex, sha256Of } from '../storage/index.ts';
import type { ReadingPlan } from './reading-plan.ts';
import type { QuarantineFile } from './record-schema.ts';
import type { SourceFile } from './source-file.ts';

/**
 * The quarantine file of this raw file and these settings exists with other content: the raw file's time changed without
 * its content, and with it which times are plausible.
 */
export class QuarantineTaken extends Error {}

const SUPERSEDES = '{"supersedes":';

/**
 * The records of one file that are no audit records, as JSON lines, behind a line for each file that this one supersedes: the
 * views leave these out. The file is begun with the first of them and is a
 * pure function of raw file and settings, so that it may exist from an earlier try.
 */
export class RowQuarantine {
  readonly reasons: Record<string, number> = {};
  readonly #storage: Storage;
  readonly #path: string;
  readonly #named: { readonly source_file?: string };
  readonly #hash: Hash = createHash('sha256');
  #stream: PassThrough | null = null;
  #published: Promise<unknown> = Promise.resolve();
  #rows = 0;
  #size = 0;
  readonly #isKept: boolean;
  readonly #supersedes: readonly string[];

  /** @param isKept whether the records are written; else they are only counted */
  constructor(storage: Storage, plan: ReadingPlan, isKept = true) {
    this.#isKept = isKept;
    this.#supersedes = isKept ? plan.supersedes : [];
    const { source, settingsHash, quarantineSuffix, quarantineNamesSource } = plan;
    this.#storage = storage;
    this.#path = badRowsPath(source, settingsHash, quarantineSuffix);
    this.#named = quarantineNamesSource ? { source_file: source.path } : {};
  }

  /** Adds a record; waits where the store is slower than the reader. */
  async add(row: Row, reason: BadReason, bytes: Uint8Array): Promise<void> {
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
    if (!this.#isKept) return;
    this.#rows++;
    const raw = bytes.subarray(row.rawStart, row.rawEnd);
    const line = `${JSON.stringify({
      ...this.#named,
      record: row.number,
      offset: row.offset,
      reason,
      ...rawText(raw),
      ...(row.rawTruncated && { truncated: true }),
    })}\n`;
    const stream = this.#stream ?? this.#begin();
    if (!this.#write(stream, line)) await Promise.race([once(stream, 'drain'), this.#published]);
  }

  /**
   * Publishes the file; null where every record was good and it supersedes none.
   * @throws QuarantineTaken where another file has the name
   */
  async finish(): Promise<QuarantineFile | null> {
    const stream = this.#stream ?? (this.#supersedes.length > 0 ? this.#begin() : null);
    if (stream === null) return null;
    stream.end();
    const published = await this.#published;
    const sha256 = this.#hash.digest('hex');
    if (published === 'exists' && (await this.#storedDigest()) !== sha256) throw new QuarantineTaken(this.#path);
    return { path: this.#path, rows: this.#rows, size: this.#size, sha256 };
  }

  async #storedDigest(): Promise<string> {
    return await sha256Of(this.#storage.read(this.#path));
  }

  /** Gives up: nothing is published. */
  async abort(): Promise<void> {
    if (this.#stream === null) return;
    this.#stream.destroy(new Error('given up'));
    await this.#published.catch(() => undefined);
  }

  #begin(): PassThrough {
    const stream = new PassThrough();
    // A store that failed at once reads no stream; giving up must then end the staging and not the process.
    stream.on('error', () => undefined);
    this.#stream = stream;
    // Where the file exists already, the rest of the lines is only hashed.
    this.#published = this.#storage.create(this.#path, stream).finally(() => stream.resume());
    this.#published.catch(() => undefined);
    for (const name of this.#supersedes) this.#write(stream, `${SUPERSEDES}${JSON.stringify(name)}}\n`);
    return stream;
  }

  /** Whether the stream takes more. */
  #write(stream: PassThrough, line: string): boolean {
    const encoded = Buffer.from(line, 'utf8');
    this.#hash.update(encoded);
    this.#size += encoded.length;
    return stream.write(encoded);
  }
}

/**
 * Plans, from that on whose quarantine file's name is taken, under which bad rows go to files of other names wherever
 * there is a file of the usual one: where the time of one raw file changed, so did that of others.
 */
export async function clearOfTaken(
  storage: Storage,
  plans: readonly ReadingPlan[],
  taken: ReadingPlan,
): Promise<ReadingPlan[]> {
  const from = plans.indexOf(taken);
  const cleared = plans.slice(0, from);
  for (const plan of plans.slice(from)) {
    const { source, settingsHash, quarantineSuffix } = plan;
    const isTaken = plan === taken || (await storage.head(badRowsPath(source, settingsHash, ''))) !== null;
    const isClear = quarantineSuffix !== '' || !isTaken;
    cleared.push(isClear ? plan : { ...plan, quarantineSuffix: `-${source.landedAt.getTime()}` });
  }
  return cleared;
}

/** A quarantine file that is not published yet. */
export interface RejectionFile extends QuarantineFile {
  readonly content: Uint8Array;
}

/** The file that puts a rejected file on record: why, and how it begins. */
export function rejectionFile(
  source: SourceFile,
  settingsHash: string,
  rejection: {
    readonly reason: string;
    readonly explanation: string;
    /** More of that, which quotes nothing of the file. */
    readonly details: string | null;
    readonly record: number;
    readonly offset: number;
  },
  beginning: Uint8Array,
): RejectionFile {
  const path = rejectionPath(source, settingsHash);
  const content = Buffer.from(
    `${JSON.stringify({
      source_file: source.path,
      source_etag: source.etag,
      size: source.size,
      record: rejection.record,
      offset: rejection.offset,
      reason: rejection.reason,
      explanation: rejection.explanation,
      ...(rejection.details !== null && { details: rejection.details }),
      ...rawText(beginning),
    })}\n`,
    'utf8',
  );
  return { path, rows: 0, size: content.length, sha256: sha256Hex(content), content };
}

function badRowsPath({ ingestId }: SourceFile, settingsHash: string, suffix: string): string {
  return `${BAD_ROWS}${ingestId}-${settingsHash}${suffix}.jsonl`;
}

export function rejectionPath(source: SourceFile, settingsHash: string): string {
  return `${REJECTED_FILES}${source.ingestId}-${settingsHash}.json`;
}

/** Raw bytes as JSON can hold them: text where they are UTF-8, else base64. */
function rawText(raw: Uint8Array): { raw: string } | { raw_base64: string } {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  return isUtf8(bytes) ? { raw: bytes.toString('utf8') } : { raw_base64: bytes.toString('base64') };
}
