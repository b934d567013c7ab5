import { objectEnd, readMembers } from './json-members.ts';
import { jsonPaths } from './json-paths.ts';
import { isAuditRecord } from './json-records.ts';
import type { Format } from './recognised.ts';
import type { SourceSettings } from './source-settings.ts';

const BLANKS = /^[\s\p{Cc}]*/u;
/** How JSON begins, and no header of CSV. */
const BEGINNING = /^(\[\s*([[{\]]|$)|\{\s*("|\}|$))/;
const LINES = /\.(jsonl|ndjson)(\.(gz|zst))?$/i;
const LINE_END = /[\r\n]/;

/**
 * Whether a document that begins like this is JSON, and in which form; null where it is something else.
 * @param head in UTF-8; the last character may be cut
 * @param path whose ending may say what it is
 */
export function jsonFormat(head: Uint8Array, path: string, settings: SourceSettings): Exclude<Format, 'csv'> | null {
  const text = Buffer.from(head).toString('utf8').replace(BLANKS, '');
  const isNamedLines = formatByName(path) === 'json_lines';
  if (!BEGINNING.test(text)) return isNamedLines ? 'json_lines' : null;
  if (text.startsWith('[')) return 'json';
  if (isNamedLines && text.split(LINE_END).some((line) => isRecord(line, settings))) return 'json_lines';
  return isLines(text, isNamedLines, settings) ? 'json_lines' : 'json';
}

/** What the first readers took a document for, by its name. */
export function formatByName(path: string): 'csv' | 'json_lines' {
  return LINES.test(path) ? 'json_lines' : 'csv';
}

/** Whether objects stand one a line: the first is a record on a line of its own, or small and followed by another. */
function isLines(text: string, isNamedLines: boolean, settings: SourceSettings): boolean {
  const bytes = Buffer.from(text);
  const end = objectEnd(bytes, 0, bytes.length);
  if (end === -1) return isNamedLines;
  const first = bytes.toString('utf8', 0, end);
  if (LINE_END.test(first)) return false;
  if (isRecord(first, settings)) return true;
  return !first.includes('[') && (isNamedLines || bytes.toString('utf8', end).trimStart().startsWith('{'));
}

function isRecord(text: string, settings: SourceSettings): boolean {
  const bytes = Buffer.alloc(2 * Buffer.byteLength(text) + 1);
  const length = bytes.write(text);
  const members = readMembers(bytes, 0, length, length, jsonPaths(settings));
  return (
    typeof members !== 'string' &&
    isAuditRecord(
      members.map(({ key }) => key),
      settings,
    )
  );
}
