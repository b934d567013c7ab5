import { readFileSync } from 'node:fs';

/** A record and the id it has for ever; null stands for a column that the export lacks. */
export interface UidVector {
  readonly name: string;
  readonly instance: string;
  readonly source_system: string;
  readonly time_micros: number;
  readonly code: number;
  readonly actor_name: string | null;
  readonly actor_id: string | null;
  /** Of a classic log alone. */
  readonly component?: string;
  readonly host?: string;
  readonly message: string;
  readonly ordinal: number;
  readonly event_uid: string;
}

const FILE = new URL('../fixtures/event-uid.json', import.meta.url);

/** Never edited: a change of the identity is a new version. */
export const UID_VECTORS = JSON.parse(readFileSync(FILE, 'utf8')) as readonly UidVector[];
