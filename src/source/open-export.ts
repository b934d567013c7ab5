import { decompress } from './compression.ts';
import { CsvReader } from './csv-reader.ts';
import type { Document } from './document.ts';
import type { ExportReader } from './export-reader.ts';
import { JsonLinesReader } from './json-lines-reader.ts';
import { JsonReader, namesValuesLate, valueNames } from './json-reader.ts';
import { type KnownEvents, NOTHING_KNOWN } from './known-events.ts';
import { Peeked } from './peeked.ts';
import { asRecognised, HEAD_BYTES, recognise } from './recognise.ts';
import type { Format, Recognised } from './recognised.ts';
import type { SourceSettings } from './source-settings.ts';
import { checkText } from './text-check.ts';

/** An export file as it is stored. */
export interface StoredExport {
  /** Its name may say what it holds. */
  readonly path: string;
  /** Last modification, milliseconds since 1970: times more than a day later are not plausible. */
  readonly landedAt: number;
  /** The stored bytes, from the beginning, as often as it is called. */
  open(): AsyncIterable<Uint8Array>;
}

type Reader = new (document: Document, settings: SourceSettings, landedAt: number) => ExportReader;

const READERS: Readonly<Record<Format, Reader>> = { csv: CsvReader, json_lines: JsonLinesReader, json: JsonReader };

/**
 * Opens an export file as what it is. Compression and encoding, and how its records are written, are recognised where the
 * settings leave that open.
 * @param recorded how it was read before, which is not asked again; null where it never was
 * @param known what the contents of columns are compared with, where names do not say what they are
 * @throws RejectedFile where it is no export, or it cannot be told how it is to be read; errors of its bytes pass unchanged
 */
export async function openExport(
  file: StoredExport,
  settings: SourceSettings,
  recorded: readonly Recognised[] | null = null,
  known: KnownEvents = NOTHING_KNOWN,
): Promise<ExportReader> {
  let text = await peek(file, settings);
  try {
    const { recognised, readSince } = recognise(text, file.path, settings, recorded?.[0] ?? null, known);
    let names: readonly string[] | null = null;
    if (recognised.format === 'json' && (await namesValuesLate(text.head, settings))) {
      await text.return();
      names = await valueNames(textOf(file, settings), settings);
      text = await peek(file, settings);
    }
    const Reader = READERS[recognised.format];
    const document = { text, recognised, readSince, valueNames: names };
    return new Reader(document, asRecognised(settings, recognised), file.landedAt);
  } catch (error) {
    await text.return();
    throw error;
  }
}

async function peek(file: StoredExport, settings: SourceSettings): Promise<Peeked> {
  return await Peeked.open(textOf(file, settings), HEAD_BYTES);
}

function textOf(file: StoredExport, settings: SourceSettings): AsyncIterable<Uint8Array> {
  return checkText(decompress(file.open(), settings));
}
