import { CATALOGUE } from '../catalogue/index.ts';
import { Decoder } from '../decode/index.ts';
import type { KnownEvents } from '../source/index.ts';

const CODES: ReadonlySet<number> = new Set(CATALOGUE.map(({ code }) => code));
const decoder = new Decoder(CATALOGUE);

/** What the catalogue knows of audit events, for files whose header does not say what their columns are. */
export const KNOWN_EVENTS: KnownEvents = {
  isCode: (code) => CODES.has(code),
  isMessage(code, message) {
    const bytes = Buffer.from(message);
    decoder.decode(code, bytes, 0, bytes.length);
    return decoder.reading.status === 'decoded' || decoder.reading.status === 'ambiguous';
  },
};
