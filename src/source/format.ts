import { CsvReader } from './csv-reader.ts';
import type { ExportReader } from './export-reader.ts';
import { JsonLinesReader } from './json-lines-reader.ts';
import type { SourceSettings } from './source-settings.ts';

const JSON_LINES = /\.(jsonl|ndjson)(\.(gz|zst))?$/i;

/**
 * Opens an export file: JSON lines where its name says so (`.jsonl`, `.ndjson`, compressed or not), CSV otherwise.
 *
 * @param chunks the file as stored; compression is found by magic bytes
 * @param landedAt last modification of the raw file, milliseconds since 1970
 */
export function openExport(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  settings: SourceSettings,
  landedAt: number,
): ExportReader {
  const Reader = JSON_LINES.test(path) ? JsonLinesReader : CsvReader;
  return new Reader(chunks, settings, landedAt);
}
