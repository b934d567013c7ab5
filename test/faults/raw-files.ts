import { gzipSync } from 'node:zlib';
import type { Random } from '../../samples/random.ts';
import { NaiveOrdinals, naiveUid } from '../events/naive-uid.ts';

/** One record as an export has it, and what must become of it. */
export type RawRecord =
  | {
      readonly kind: 'event';
      readonly uid: string;
      readonly date: string;
      readonly user: string;
      readonly message: string;
    }
  | { readonly kind: 'broken'; readonly raw: string };

/** The content of a raw file, and what is known of it without reading it. */
export interface RawContent {
  readonly bytes: Buffer;
  /** Null for a file that is no export. */
  readonly records: readonly RawRecord[] | null;
  /** Compressed, so its name ends in `.gz`. */
  readonly compressed: boolean;
}

const HEADER = 'time,code,message,user name\n';
const USERS = ['li', 'mei', 'omar'] as const;
const FIRST = Date.UTC(2026, 2, 1, 12);
const MINUTE = 60_000;
/** Instants that events fall on: half a day, the next day, and the beginning of a third. */
const INSTANTS = 48;
const STEP = 50 * MINUTE;
/** An event is a pure function of its number, and so is its id; each file asks for some of the same. */
const known = new Map<string, string>();

/** The same content in every seed that draws it: an export of some window, or something that only looks like one. */
export function drawContent(random: Random): RawContent {
  const kind = random.whole(0, 19);
  if (kind === 0) return { bytes: Buffer.from('no export\nat all\n'), records: null, compressed: false };
  if (kind === 1) return { bytes: Buffer.from('when,what\n2026-03-01,x\n'), records: null, compressed: false };
  if (kind === 2) return { bytes: Buffer.alloc(0), records: [], compressed: false };
  if (kind === 3) return { bytes: Buffer.from(HEADER), records: [], compressed: false };
  return drawExport(random);
}

/** An export of some events in a row, with repeated and broken records among them. */
export function drawExport(random: Random): RawContent {
  const first = random.whole(0, INSTANTS - 6);
  const count = random.whole(1, Math.min(14, INSTANTS - first));
  const badRate = random.pick([0, 0, 0.1, 0.3]);
  const repeatRate = random.pick([0, 0, 0.15]);
  const lines: string[] = [];
  const records: RawRecord[] = [];
  const ordinals = new NaiveOrdinals();
  for (let number = first; number < first + count; number++) {
    const times = random.chance(repeatRate) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const { line, record } = event(number, ordinals);
      lines.push(line);
      records.push(record);
    }
    if (random.chance(badRate)) {
      const raw = random.pick([`broken ${number}`, `never,92042,m${number},li`, `a,b,c,d,${number}`]);
      lines.push(`${raw}\n`);
      records.push({ kind: 'broken', raw });
    }
  }
  const text = Buffer.from(HEADER + lines.join(''));
  const compressed = random.chance(0.1);
  return { bytes: compressed ? gzipSync(text) : text, records, compressed };
}

function event(number: number, ordinals: NaiveOrdinals): { line: string; record: RawRecord } {
  const time = new Date(FIRST + number * STEP);
  const user = USERS[number % USERS.length] ?? '';
  const message = `Created dashboard, ID=d-${number}, name=Sales`;
  const identity = {
    instance: '',
    sourceSystem: 'infinity',
    timeMicros: time.getTime() * 1000,
    code: 92042,
    actor: user,
    message,
  };
  const ordinal = ordinals.next(identity);
  const key = `${number} ${ordinal}`;
  const uid = known.get(key) ?? naiveUid({ ...identity, ordinal });
  known.set(key, uid);
  const iso = time.toISOString();
  return {
    line: `${iso},92042,"${message}",${user}\n`,
    record: { kind: 'event', uid, date: iso.slice(0, 10), user, message },
  };
}
