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
  /** Good and bad records. */
  readonly records: number;
  readonly bad: number;
  /** Of the bad ones, how many are so for what reason. */
  readonly reasons: Readonly<Partial<Record<BadReason, number>>>;
  /** Why the readers refuse all of it; null where they do not. */
  readonly refused: RejectReason | null;
}

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
  const refused = await readAll();
  const bad = Object.values(reasons).reduce((sum, count) => sum + count, 0);
  return { records, bad, reasons, refused };

  async function readAll(): Promise<RejectReason | null> {
    try {
      const reader = await openExport({ path, landedAt, open: () => once(body) }, settings, null, known);
      try {
        for (let found = reader.next(); found !== END; found = reader.next()) {
          if (found === NEED_INPUT) await reader.fill();
          else records++;
          if (found === BAD) reasons[reader.reason] = (reasons[reader.reason] ?? 0) + 1;
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

async function* once(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}
