import { ArchiveReader } from './archive-reader.ts';
import { CsvReader } from './csv-reader.ts';
import type { Document } from './document.ts';
import { documentText } from './document-text.ts';
import type { ExportReader } from './export-reader.ts';
import { JsonLinesReader } from './json-lines-reader.ts';
import { JsonReader, namesValuesLate, valueNames } from './json-reader.ts';
import { type KnownEvents, NOTHING_KNOWN } from './known-events.ts';
import { LogReader } from './log-reader.ts';
import { recogniseLog, refuseLog } from './log-recognition.ts';
import type { Peeked } from './peeked.ts';
import { asRecognised, recognise } from './recognise.ts';
import type { Format, Recognised } from './recognised.ts';
import type { SourceSettings } from './source-settings.ts';
import { type StoredDocument, storedDocuments } from './stored-documents.ts';
import { AUTO } from './time.ts';
import { surveyTimes } from './time-survey.ts';
import { toUtf8 } from './transcoding.ts';
import { LOGS_SINCE } from './version.ts';

/** An export file as it is stored. */
export interface StoredExport {
  /** Its name may say what it holds. */
  readonly path: string;
  /** Last modification, milliseconds since 1970: times more than a day later are not plausible. */
  readonly landedAt: number;
  /** Formats in which times of other files of its source were read: they decide what its own times leave open. */
  readonly timeFormats?: readonly string[];
  /** Whether its place says that it is a classic audit log, and nothing else. */
  readonly isLog?: boolean;
  /** The stored bytes, from the beginning, as often as it is called. */
  open(): AsyncIterable<Uint8Array>;
}

type Reader = new (document: Document, settings: SourceSettings, landedAt: number) => ExportReader;

const READERS: Readonly<Record<Format, Reader>> = {
  csv: CsvReader,
  json_lines: JsonLinesReader,
  json: JsonReader,
  log: LogReader,
};

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
  const stored = await storedDocuments(file.open(), settings);
  const openNext = (document: StoredDocument, index: number) =>
    openDocument(document, { file, index, settings, recorded: recorded?.[index] ?? null, known });
  return stored.kind === 'one'
    ? await openNext(stored.document, 0)
    : new ArchiveReader(stored.entries, openNext, settings);
}

interface Opening {
  readonly file: StoredExport;
  /** The document's place among those of the file, 0-based. */
  readonly index: number;
  readonly settings: SourceSettings;
  readonly recorded: Recognised | null;
  readonly known: KnownEvents;
}

async function openDocument(stored: StoredDocument, opening: Opening): Promise<ExportReader> {
  const { settings, recorded } = opening;
  try {
    const form = { encoding: settings.encoding, header: settings.header && !isLog(opening) };
    const { text, encoding, readSince } = await documentText(stored.bytes, form, recorded?.encoding ?? null);
    const found = recogniseDocument(text, stored.label, opening);
    const understood = asRecognised(settings, found.recognised);
    const isNamedLate = found.recognised.format === 'json' && (await namesValuesLate(text.head, understood));
    const names = isNamedLate ? await valueNames(textAgain(opening, encoding), understood) : null;
    const document = {
      text,
      recognised: { ...found.recognised, encoding },
      readSince: Math.max(readSince, found.readSince),
      valueNames: names,
    };
    const timeFormat = await timeFormatOf(document, opening);
    return readerOf(
      { ...document, recognised: { ...document.recognised, timeFormat } },
      settings,
      opening.file.landedAt,
    );
  } catch (error) {
    await stored.bytes.return();
    throw error;
  }
}

function isLog({ file, recorded }: Opening): boolean {
  return recorded === null ? file.isLog === true : recorded.format === 'log';
}

function recogniseDocument(text: Peeked, label: string | null, opening: Opening): Omit<Document, 'text'> {
  const { file, settings, recorded, known } = opening;
  if (isLog(opening)) return { recognised: recorded ?? recogniseLog(text, settings), readSince: LOGS_SINCE };
  if (recorded === null && settings.header) refuseLog(text, settings);
  return recognise(text, label ?? file.path, settings, recorded, known);
}

async function timeFormatOf(document: Document & { readonly text: Peeked }, opening: Opening): Promise<string> {
  const { settings, recorded, file } = opening;
  const { encoding, timeFormat } = document.recognised;
  if (recorded !== null || settings.timeFormat !== AUTO) return timeFormat;
  const { head, isWhole } = document.text;
  const surveyed = { head, isWhole, open: () => textAgain(opening, encoding), document };
  return await surveyTimes(surveyed, settings, readerOf, file.timeFormats ?? []);
}

function readerOf(document: Document, settings: SourceSettings, landedAt: number): ExportReader {
  const Reader = READERS[document.recognised.format];
  return new Reader(document, asRecognised(settings, document.recognised), landedAt);
}

/** The text of a document from its beginning, for whoever has to know what stands further on before it is read. */
async function* textAgain({ file, index, settings }: Opening, encoding: string): AsyncGenerator<Uint8Array> {
  const stored = await storedDocuments(file.open(), settings);
  if (stored.kind === 'one') {
    yield* toUtf8(stored.document.bytes, encoding);
    return;
  }
  let at = 0;
  for await (const entry of stored.entries) {
    if ('leftOut' in entry || at++ < index) continue;
    yield* toUtf8(entry.bytes, encoding);
    return;
  }
}
