import type { Document } from './document.ts';
import { formatByName, jsonFormat } from './json-format.ts';
import type { Recognised } from './recognised.ts';
import type { SourceSettings } from './source-settings.ts';
import { RECOGNISED_SINCE } from './version.ts';

/** The beginning of a document. */
export interface Head {
  /** In UTF-8; the last character may be cut. */
  readonly head: Uint8Array;
  /** Whether that is the whole document. */
  readonly isWhole: boolean;
}

/**
 * Finds out how a document is written, by its beginning, where the settings leave it open.
 * @param recorded what was found when it was read before
 * @throws RejectedFile where it cannot be told
 */
export function recognise(
  { head }: Head,
  path: string,
  settings: SourceSettings,
  recorded: Recognised | null,
): Omit<Document, 'text'> {
  const found = recorded ?? {
    format: jsonFormat(head, path, settings) ?? 'csv',
    encoding: 'utf-8',
    delimiter: ',',
    timeFormat: 'auto',
    columns: null,
    leadingLines: 0,
  };
  const given = {
    ...(settings.delimiter !== 'auto' && { delimiter: settings.delimiter }),
    ...(settings.timeFormat !== 'auto' && { timeFormat: settings.timeFormat }),
  };
  const recognised = { ...found, ...given };
  return {
    recognised: recognised.format === 'csv' ? recognised : { ...recognised, delimiter: null },
    readSince: recognised.format === formatByName(path) ? 1 : RECOGNISED_SINCE,
  };
}
