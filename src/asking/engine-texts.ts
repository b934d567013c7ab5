/** What the package of the engine reads values by, as far as texts are concerned. */
export interface TextAccessors {
  getStringBytes(data: DataView, offset: number): Uint8Array;
}

/** A text of so many bytes stands in the value itself; a longer one elsewhere, and the value says where. */
const MOST_INLINE = 12;

/** Long texts of a vector that are remembered: those of a dictionary are few, those of which each is its own are not worth it. */
const MOST_KNOWN = 256;

/** Takes U+FEFF at the beginning of a text for what it is, and for no byte order mark. */
export const TEXT_DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

interface Known {
  readonly length: number;
  readonly text: string;
}

/**
 * Reads texts of the engine. A column repeats its texts, and the values of one vector that say the same place hold the same text: it is read once.
 * Each reading of a place is a call into the engine, which took a third of the time of an answer.
 */
export function textReader({ getStringBytes }: TextAccessors): (data: DataView, offset: number) => string {
  const known = new Map<bigint, Known>();
  let vector: DataView | null = null;
  return (data, offset) => {
    const length = data.getUint32(offset, true);
    if (length <= MOST_INLINE) return TEXT_DECODER.decode(getStringBytes(data, offset));
    if (data !== vector) {
      vector = data;
      known.clear();
    }
    const place = data.getBigUint64(offset + 8, true);
    const found = known.get(place);
    if (found?.length === length) return found.text;
    const text = TEXT_DECODER.decode(getStringBytes(data, offset));
    if (known.size < MOST_KNOWN) known.set(place, { length, text });
    return text;
  };
}
