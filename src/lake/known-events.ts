import { catalogueOf } from '../catalogue/index.ts';
import { decoderOf } from '../decode/index.ts';
import type { KnownEvents } from '../source/index.ts';

const CODES: ReadonlySet<number> = new Set(catalogueOf('infinity').map(({ code }) => code));

/** What the catalogue knows of audit events of Infinity, for files whose header does not say what their columns are. */
export const KNOWN_EVENTS: KnownEvents = {
  isCode: (code) => CODES.has(code),
  isMessage(code, message) {
    const bytes = Buffer.from(message);
    const { status } = decoderOf('infinity').decode(code, bytes, 0, bytes.length);
    return status === 'decoded' || status === 'ambiguous';
  },
};
