import { counted } from '../storage/index.ts';
import type {
  CommitAccount,
  RawAccount,
  RawRecordAccount,
  ReadingAccount,
  RecordedRawAccount,
} from './event-account.ts';

/** A name, and what is said of it. */
export type Said = readonly [name: string, text: string];

/** What an account says in the same words on a terminal and on a page: what is not clear in the message. */
export function detailsSaid({ details, text_flags: flags }: Pick<ReadingAccount, 'details' | 'text_flags'>): Said[] {
  return [
    ...details.map(({ name, about, says }): Said => [name, about.length === 0 ? says : `${about.join(', ')}: ${says}`]),
    ...(flags === null ? [] : [['text_flags', `${flags}: characters that can deceive a reader`] satisfies Said]),
  ];
}

/** How big a raw file is. */
export function sizeSaid(size: number | null): string {
  return size === null ? 'its size is left out' : counted(size, 'byte');
}

/** How a raw file came. */
export function cameBySaid({ way, instance, landed_at: landed, ingest_id: id }: RecordedRawAccount): Said {
  return ['came by', `${way}${instance === null ? '' : `, instance ${instance}`}, landed ${landed}; ingest_id ${id}`];
}

/** Which of several raw files the event is counted from; nothing where it is in one. */
export function countedFromSaid({ may_also_be_in: others }: RawAccount): Said[] {
  if (others.length === 0) return [];
  const where = `this file; the event may be in ${others.join(', ')} too, and counts as a duplicate there`;
  return [['counted from', where]];
}

/** Where a raw record is, how it is read, and what it gives. */
export function recordSaid(record: RawRecordAccount, timeZone: string): Said[] {
  const { offset, length, line, entry, packed, format, encoding, delimiter, columns, roles } = record;
  const { says, row_differs: differs } = record;
  const inEntry = entry === null ? '' : `entry ${entry}, `;
  const inLine = line === null ? '' : `line ${line}, `;
  const unpacked = packed === null && encoding === 'utf-8' ? '' : ' of the text as UTF-8, unpacked';
  const bytes =
    offset === null || length === null
      ? 'bytes are left out: names are masked'
      : `bytes ${offset} to ${offset + length}${unpacked}`;
  const separated = delimiter === null ? '' : `, separated by ${JSON.stringify(delimiter)}`;
  const packing = packed === null ? '' : `, packed by ${packed}`;
  const named = Object.entries(roles).map(([role, name]) => `${role}: ${name}`);
  return [
    ['place', `${inEntry}${inLine}${bytes}`],
    ['read as', `${format}, ${encoding}${separated}${packing}, times without offset in ${timeZone}`],
    ['columns', columns.join(', ')],
    ['roles', named.join(', ')],
    ['gives', differs.length === 0 ? says : `${says}; but the row says something else in ${differs.join(', ')}`],
  ];
}

/** A raw record as it stands. */
export function recordVerbatim({ text, base64 }: RawRecordAccount): string {
  return text ?? `(Base64, since it is no UTF-8) ${base64}`;
}

const ROLES = {
  took_in: 'took the raw file in',
  read_again: 'read the raw file again',
  added_data_file: 'added the data file',
  changed_day: 'rewrote files of this day',
} as const;

/** What a commit did, who by, and what it has to do with the row. */
export function commitSaid({ change, operation, engine, roles }: CommitAccount): string {
  const what = `${change ?? operation ?? 'operation not stated'} by ${engine ?? 'an engine that does not say'}`;
  return `${what}: ${roles.map((role) => ROLES[role]).join(', ')}`;
}
