import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { CATALOGUE_VERSION, catalogueOf, inferAction, inferFamily } from '../../src/catalogue/index.ts';
import { Decoder, plainReading } from '../../src/decode/index.ts';
import { EVENT_COLUMNS } from '../../src/events/index.ts';
import { NaiveOrdinals, naiveUid } from '../events/naive-uid.ts';
import type { Row, Value } from '../parquet/readers.ts';

/** A raw file whose every record is good, with the header `time,code,message,user name,user uid,<extras>` in any order. */
export interface GoodFile {
  readonly path: string;
  readonly etag: string;
  readonly landedAt: Date;
  /** Decompressed. */
  readonly text: string;
  readonly instance: string | null;
}

const decoder = new Decoder(catalogueOf('infinity'));
const ROLES = new Set(['time', 'code', 'message', 'user name', 'user uid']);

/** The rows a table must hold of a file, in the order of its records: read by csv-parse, worked out without the pipeline. */
export function expectedRows(file: GoodFile): Row[] {
  const [header = [], ...records] = parse(file.text, { bom: true, skip_empty_lines: true }) as string[][];
  const ordinals = new NaiveOrdinals();
  return records.map((cells, index) => {
    const cell = (name: string) => (header.includes(name) ? (cells[header.indexOf(name)] ?? '') : null);
    const extras = header.flatMap((name, at) => (ROLES.has(name) ? [] : [[name, cells[at] ?? ''] as const]));
    return expectedRow(file, cell, extras, index + 1, ordinals);
  });
}

function expectedRow(
  file: GoodFile,
  cell: (name: string) => string | null,
  extras: readonly (readonly [string, string])[],
  number: number,
  ordinals: NaiveOrdinals,
): Row {
  const [time, message, actorName, actorId] = [cell('time')!, cell('message')!, cell('user name'), cell('user uid')];
  const code = Number(cell('code'));
  const micros = microsOf(time.trim());
  const bytes = Buffer.from(message);
  const reading = plainReading(decoder.decode(code, bytes, 0, bytes.length));
  const known = catalogueOf('infinity').find((row) => row.code === code);
  const instance = file.instance ?? '';
  const actor = actorId ?? actorName ?? '';
  const identity = { instance, sourceSystem: 'infinity', timeMicros: Number(micros), code, actor, message };
  const values: Record<string, Value> = {
    event_uid: naiveUid({ ...identity, ordinal: ordinals.next(identity) }),
    event_time: micros,
    code,
    message,
    event_date: new Date(Number(micros / 1000n)).toISOString().slice(0, 10),
    event_time_text: time,
    instance: file.instance,
    source_system: 'infinity',
    event_name: known?.name ?? null,
    family: known?.family ?? inferFamily(code),
    action: known?.action ?? inferAction(code),
    object_type: known?.objectType ?? null,
    channel: known?.channel ?? null,
    outcome: known?.outcome ?? null,
    severity: known?.severity ?? null,
    ai_mode: known?.aiMode ?? null,
    actor_name: actorName || null,
    actor_id: actorId || null,
    unmapped: unmappedOf(reading.unmapped, extras),
    decode_status: reading.status,
    decode_detail: reading.detail,
    text_flags: flagsOf(message),
    template_id: reading.templateId,
    catalogue_version: CATALOGUE_VERSION,
    source_file: file.path,
    source_etag: file.etag,
    source_row: BigInt(number),
    ingest_id: ingestId(file.path, file.etag),
    landed_at: BigInt(file.landedAt.getTime()) * 1000n,
  };
  for (const [name, value] of reading.values) values[name] = Array.isArray(value) ? JSON.stringify(value) : value;
  return Object.fromEntries(EVENT_COLUMNS.map(({ name }) => [name, values[name] ?? null]));
}

export function ingestId(path: string, etag: string): string {
  const netstrings = [path, etag].map((text) => `${Buffer.byteLength(text)}:${text},`).join('');
  return createHash('sha256').update(netstrings).digest('hex').slice(0, 16);
}

/** Whole numbers of 10, 13 or 16 digits; ISO 8601 with offset and up to six digits of a second. */
function microsOf(time: string): bigint {
  if (/^\d+$/.test(time)) return BigInt(time.padEnd(16, '0'));
  const [, seconds = '', fraction = '', offset = ''] = /^(.{19})(?:\.(\d{1,6}))?(Z|[+-].*)$/.exec(time) ?? [];
  return BigInt(Date.parse(seconds + offset)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

/** Written by hand, since an object of JavaScript sorts keys that look like numbers. */
function unmappedOf(
  pairs: ReadonlyMap<string, string | string[]> | null,
  extras: readonly (readonly [string, string])[],
): string | null {
  const filled = extras.filter(([, cell]) => cell !== '');
  const members = [...(pairs ?? [])].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  if (filled.length > 0) {
    const cells = filled.map(([name, cell]) => `${JSON.stringify(name)}:${JSON.stringify(cell)}`);
    members.push(`"export":{${cells.join(',')}}`);
  }
  return members.length === 0 ? null : `{${members.join(',')}}`;
}

function flagsOf(message: string): string | null {
  const flags = [
    /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(message) ? 'bidi' : '',
    /\p{Cc}/u.test(message) ? 'control' : '',
    /[\u180e\u200b\u2060\ufeff]/.test(message) ? 'zero_width' : '',
  ].filter((flag) => flag !== '');
  return flags.length === 0 ? null : flags.join(',');
}
