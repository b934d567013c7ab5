import { ListCursor, type Reading } from '../decode/index.ts';
import type { EventRow } from './event-row.ts';
import type { JsonText } from './json-text.ts';

/** The key that holds the export's own columns; a message may use it too. */
const EXPORT = 'export';
const cursor = new ListCursor();

/** Writes a list field as a JSON array of strings. */
export function putList(json: JsonText, reading: Reading, field: number): void {
  cursor.set(reading.bytes, reading.starts[field]!, reading.ends[field]!, reading.forms[field]!);
  json.raw('[');
  let separator = '';
  while (cursor.next()) {
    json.raw(separator);
    json.string(reading.bytes, cursor.start, cursor.end);
    separator = ',';
  }
  json.raw(']');
}

/**
 * Writes what no column holds as a JSON object: the message's pairs in their order, then the export's columns under
 * `export`, empty cells left out. Where the message has that key too, its values and the columns stand in one array.
 * False, and nothing written, where there is neither.
 */
export function putUnmapped(json: JsonText, reading: Reading, row: EventRow): boolean {
  const pairs = reading.unmapped;
  const hasExtras = row.extras.some((_, index) => hasCell(row, index));
  if (pairs === null && !hasExtras) return false;
  json.raw('{');
  let separator = '';
  for (const [key, value] of pairs ?? []) {
    if (key === EXPORT && hasExtras) continue;
    json.raw(separator);
    json.value(key);
    json.raw(':');
    json.value(value);
    separator = ',';
  }
  if (hasExtras) {
    json.raw(`${separator}"${EXPORT}":`);
    const rivals = pairs?.get(EXPORT);
    if (rivals === undefined) putExtras(json, row);
    else {
      json.raw('[');
      for (const rival of [rivals].flat()) {
        json.value(rival);
        json.raw(',');
      }
      putExtras(json, row);
      json.raw(']');
    }
  }
  json.raw('}');
  return true;
}

function putExtras(json: JsonText, row: EventRow): void {
  let separator = '{';
  for (const [index, { name }] of row.extras.entries()) {
    if (!hasCell(row, index)) continue;
    json.raw(separator);
    json.value(name);
    json.raw(':');
    json.string(row.bytes, row.source.extraStarts[index]!, row.source.extraEnds[index]!);
    separator = ',';
  }
  json.raw('}');
}

function hasCell(row: EventRow, index: number): boolean {
  return row.source.extraStarts[index]! < row.source.extraEnds[index]!;
}
