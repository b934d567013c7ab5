import {
  BAD,
  type BadReason,
  END,
  type KnownEvents,
  NEED_INPUT,
  openExport,
  RejectedFile,
  type RejectReason,
  type SourceSettings,
} from '../source/index.ts';

/** What the readers make of a delivery. */
export interface DeliveryReading {
  /** Good and bad records, as far as it was read. */
  readonly records: number;
  readonly bad: number;
  /** Of the bad ones, how many are so for what reason. */
  readonly reasons: Readonly<Partial<Record<BadReason, number>>>;
  /** Why the readers refuse all of it; null where they do not. */
  readonly refused: RejectReason | null;
  /** Whether it was read to its end: bad records cost more than they are worth, so it is not where there are very many. */
  readonly isWhole: boolean;
  /** Whether it is read as JSON, and not as some other form that exports have. */
  readonly isJson: boolean;
}

/** With so many bad records it is known what is wrong; the rest is for ingestion, where nobody waits for an answer. */
const MOST_BAD = 1000;

/** Reads a delivery as ingestion will, by the same readers; keeps nothing of it. @param path the name it will have in the raw zone */
export async function readDelivery(
  body: Buffer,
  path: string,
  landedAt: number,
  settings: SourceSettings,
  known: KnownEvents,
): Promise<DeliveryReading> {
  const reasons: Partial<Record<BadReason, number>> = {};
  let records = 0;
  let bad = 0;
  let isJson = true;
  const refused = await readAll();
  return { records, bad, reasons, refused, isWhole: bad < MOST_BAD, isJson };

  async function readAll(): Promise<RejectReason | null> {
    try {
      const reader = await openExport({ path, landedAt, open: () => once(body) }, settings, null, known);
      try {
        isJson = reader.recognised.every(({ format }) => format === 'json' || format === 'json_lines');
        for (let found = reader.next(); found !== END; found = reader.next()) {
          if (found === NEED_INPUT) await reader.fill();
          else records++;
          if (found !== BAD) continue;
          reasons[reader.reason] = (reasons[reader.reason] ?? 0) + 1;
          if (++bad === MOST_BAD) return null;
        }
        return null;
      } finally {
        await reader.close();
      }
    } catch (error) {
      if (error instanceof RejectedFile) return error.reason;
      throw error;
    }
  }
}

/**
 * The same of a body that is one object which the readers refuse as a whole, since they look for objects that are records: why
 * that one is none.
 */
export async function readAsRecord(
  body: Buffer,
  ...read: Tail<Parameters<typeof readDelivery>>
): Promise<DeliveryReading> {
  return await readDelivery(Buffer.concat([Buffer.from('['), withoutMark(body), Buffer.from(']')]), ...read);
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

function withoutMark(body: Buffer): Buffer {
  return body.subarray(body.indexOf('{'));
}

async function* once(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}
