import { DECODER_VERSION } from '../decode/index.ts';

/** How a source was read when it was recorded, against how it is read today. */
export interface PastReading {
  /** Whether an older version of the reader took other values or records from such a file, or would not have it. */
  readonly isOtherwise: boolean;
  /** The version of the decoder that made its rows. */
  readonly decoderVersion: number;
}

/** The days that a reading is about, in whole days since 1970, both included. */
interface Days {
  readonly from: number;
  readonly to: number;
}

const ALL_DAYS: Days = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
const OF_TODAY: PastReading = { isOtherwise: false, decoderVersion: DECODER_VERSION };

/** Which version read each source, by day: a replay may have read some days of it anew. */
export class SourceReadings {
  readonly #readings = new Map<string, (PastReading & { readonly days: Days })[]>();

  /** Notes a reading; it counts before those that were noted earlier. */
  note(ingestId: string, reading: PastReading, days: Days = ALL_DAYS): void {
    const earlier = this.#readings.get(ingestId) ?? [];
    this.#readings.set(ingestId, [{ ...reading, days }, ...earlier]);
  }

  /** Notes a reading that added rows to those of earlier ones, of any of which a row may be. */
  add(ingestId: string, { isOtherwise, decoderVersion }: PastReading): void {
    const earlier = this.#readings.get(ingestId) ?? [];
    const widened = earlier.map((each) => ({
      isOtherwise: isOtherwise || each.isOtherwise,
      decoderVersion: Math.min(decoderVersion, each.decoderVersion),
      days: each.days,
    }));
    this.#readings.set(ingestId, [...widened, { isOtherwise, decoderVersion, days: ALL_DAYS }]);
  }

  /** The reading that made a source's rows of a day. */
  of(ingestId: string, day: number): PastReading {
    const readings = this.#readings.get(ingestId);
    return readings?.find(({ days: { from, to } }) => from <= day && day <= to) ?? OF_TODAY;
  }
}
