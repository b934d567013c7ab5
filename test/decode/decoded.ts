import { CATALOGUE } from '../../src/catalogue/index.ts';
import { Decoder } from '../../src/decode/decoder.ts';
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

/** Decodes a message as the catalogue says. */
export function decode(code: number, message: string): Decoded {
  return decodeWith(decoder, code, message);
}

/** Decodes a message that stands between other bytes, so that looking beyond its ends would show. */
export function decodeWith(decoderOfAny: Decoder, code: number, message: string): Decoded {
  const bytes = Buffer.from(`=",${message}", x=[1]`);
  return decoded(plainReading(decoderOfAny.decode(code, bytes, 3, 3 + Buffer.byteLength(message))));
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
