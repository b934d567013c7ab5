import { ColumnContents } from './column-contents.ts';
import { rolesByName } from './header.ts';
import { type Table, tableOf } from './header-by-contents.ts';
import { unclearColumns } from './header-rejection.ts';
import { jsonPaths } from './json-paths.ts';
import { isAuditRecord } from './json-records.ts';
import { jsonTables } from './json-tables.ts';
import type { KnownEvents } from './known-events.ts';
import type { Recognised } from './recognised.ts';
import type { SourceSettings } from './source-settings.ts';

/**
 * Finds out which keys of a JSON document's records are the time, the code and the message, by what stands under them, where
 * names and settings do not say it; null where they do, or where nothing in its beginning is a record.
 * @param head in UTF-8; it may be cut anywhere
 * @throws RejectedFile where it is not clear; it names what is possible, and the setting
 */
export function recogniseJson(head: Uint8Array, settings: SourceSettings, known: KnownEvents): Recognised['columns'] {
  const tables = jsonTables(head, jsonPaths(settings));
  if (tables.some(({ names }) => isAuditRecord(names, settings))) return null;
  const contents = new ColumnContents(settings.timeFormat, settings.timeZone, known);
  const found: Table[] = tables
    .filter(({ records }) => records.some((fields) => contents.isRecord(fields)))
    .map(({ names, records }) => {
      const { roles } = rolesByName(names, settings);
      return tableOf({ line: 0, delimiter: null, names, roles }, records, contents, settings);
    });
  const [clear, another] = found.filter(({ open }) => open.length === 0);
  // Where records are in two places, the reader says so.
  if (clear !== undefined && (another === undefined || isAlike(clear, another))) return clear.columns;
  const [nearest] = found.toSorted((a, b) => a.open.length - b.open.length || b.names.length - a.names.length);
  if (nearest !== undefined) throw unclearColumns(nearest, settings);
  return null;
}

function isAlike(a: Table, b: Table): boolean {
  return JSON.stringify(a.columns) === JSON.stringify(b.columns);
}
