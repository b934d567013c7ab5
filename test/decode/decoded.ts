import assert from 'node:assert/strict';
import { CATALOGUE, type SourceSystem } from '../../src/catalogue/index.ts';
import { Decoder } from '../../src/decode/decoder.ts';
import { decoderOf } from '../../src/decode/decoders.ts';
import { type PlainReading, type PlainValue, plainReading } from '../../src/decode/plain.ts';

/** A reading as the fixtures hold it: names as in the table, JSON throughout. */
export interface Decoded {
  readonly status: string;
  readonly detail: string | null;
  readonly template_id: string | null;
  readonly values: Readonly<Record<string, PlainValue>>;
  readonly unmapped: Readonly<Record<string, string | string[]>> | null;
}

/** One decoder for all tests: what one message leaves behind must not show in the next. */
export const decoder = new Decoder(CATALOGUE);

/** Decodes a message as the catalogue says; of no system in particular, since no two of them have a code in common today. */
export function decode(code: number, message: string, system?: SourceSystem): Decoded {
  return decodeWith(system === undefined ? decoder : decoderOf(system), code, message);
}

/** What a message stands between; each would go on with some kind of value. */
const NEIGHBOURS = ['"', '[', ', x=', '1', ' ', '”', '=', ']', 'a', '日', ','];

/** Decodes a message that stands between other bytes, twice, so that looking beyond its ends would show. */
export function decodeWith(decoderOfAny: Decoder, code: number, message: string): Decoded {
  const [first, second] = [0, 1].map((turn) => {
    const neighbour = NEIGHBOURS[(message.length + turn) % NEIGHBOURS.length]!;
    const bytes = Buffer.from(`${neighbour}${message}${neighbour}[1]`);
    const start = Buffer.byteLength(neighbour);
    return decoded(plainReading(decoderOfAny.decode(code, bytes, start, start + Buffer.byteLength(message))));
  });
  assert.deepEqual(first, second, 'what stands around a message is read');
  return first!;
}

export function decoded({ status, detail, templateId, values, unmapped }: PlainReading): Decoded {
  return {
    status,
    detail,
    template_id: templateId,
    values: Object.fromEntries(values),
    unmapped: unmapped && Object.fromEntries(unmapped),
  };
}
