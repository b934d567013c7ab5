import { BUILT_IN_ALIASES, ROLES } from './column-roles.ts';
import type { Document } from './document.ts';
import { formatByName, jsonFormat } from './json-format.ts';
import type { KnownEvents } from './known-events.ts';
import { recogniseCsv } from './recognise-csv.ts';
import { recogniseJson } from './recognise-json.ts';
import type { Format, Recognised } from './recognised.ts';
import type { SourceSettings } from './source-settings.ts';
import { RECOGNISED_SINCE } from './version.ts';

/** What a setting says that leaves something to be recognised. */
const AUTO = 'auto';

/** How much of a document is looked at to find out how it is written, in bytes. */
export const HEAD_BYTES = 64 * 1024;

/** The beginning of a document. */
export interface Head {
  /** In UTF-8, {@link HEAD_BYTES} at least or the whole; the last character may be cut. */
  readonly head: Uint8Array;
  /** Whether that is the whole document. */
  readonly isWhole: boolean;
}

/**
 * Finds out how a document is written, by its beginning, where the settings leave it open.
 * @param recorded what was found when it was read before, which is not asked again
 * @param known what the contents of columns are compared with, where names say nothing
 * @throws RejectedFile where it cannot be told
 */
export function recognise(
  head: Head,
  path: string,
  settings: SourceSettings,
  recorded: Recognised | null,
  known: KnownEvents,
): Omit<Document, 'text'> {
  const found = recorded ?? recogniseAnew(head, path, settings, known);
  const delimiter = found.format === 'csv' && settings.delimiter !== AUTO ? settings.delimiter : found.delimiter;
  const timeFormat = settings.timeFormat === AUTO ? found.timeFormat : settings.timeFormat;
  const recognised = { ...found, delimiter, timeFormat };
  return { recognised, readSince: isReadAlways(recognised, path, settings) ? 1 : RECOGNISED_SINCE };
}

function recogniseAnew(
  { head, isWhole }: Head,
  path: string,
  settings: SourceSettings,
  known: KnownEvents,
): Recognised {
  // What is found may not hang on how much happens to be at hand.
  const looked = head.subarray(0, HEAD_BYTES);
  const format: Format = jsonFormat(looked, path, settings) ?? 'csv';
  const usual = { format, encoding: 'utf-8', delimiter: null, timeFormat: AUTO, columns: null, leadingLines: 0 };
  if (format !== 'csv') return { ...usual, columns: recogniseJson(looked, settings, known) };
  return { ...usual, ...recogniseCsv(looked, isWhole && looked.length === head.length, settings, known) };
}

/** How the readers before version 3 took every document, without a look at it. */
export function recognisedBefore(path: string): Recognised {
  const format = formatByName(path);
  const delimiter = format === 'csv' ? ',' : null;
  return { format, encoding: 'utf-8', delimiter, timeFormat: AUTO, columns: null, leadingLines: 0 };
}

/** Whether the readers that recognised nothing took such a document in alike. */
function isReadAlways(
  { format, delimiter, columns, leadingLines }: Recognised,
  path: string,
  settings: SourceSettings,
): boolean {
  const isUsual = delimiter === null || delimiter === ',' || delimiter === settings.delimiter;
  return format === formatByName(path) && isUsual && columns === null && leadingLines === 0;
}

/** The settings, with what they leave open as it was recognised. What they say wins. */
export function asRecognised(settings: SourceSettings, recognised: Recognised): SourceSettings {
  const { delimiter, timeFormat, columns } = recognised;
  const open = ROLES.filter((role) => columns?.[role] !== undefined && settings.columnAliases[role] === undefined);
  const aliases = open.map((role) => [role, [columns![role]!, ...BUILT_IN_ALIASES[role]]]);
  return {
    ...settings,
    timeFormat,
    ...(delimiter !== null && { delimiter }),
    columnAliases: { ...settings.columnAliases, ...Object.fromEntries(aliases) },
  };
}
