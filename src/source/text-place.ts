import { isCompressed } from './compression.ts';
import type { StoredExport } from './open-export.ts';
import type { SourceSettings } from './source-settings.ts';
import { type StoredDocument, storedDocuments } from './stored-documents.ts';
import { toUtf8 } from './transcoding.ts';
import { isZip } from './zip-entries.ts';

const LF = 0x0a;
/** What a Zstandard frame, skippable ones too, and a gzip member begin with is told apart by the first byte alone. */
const GZIP = 0x1f;

/** Where something stands in an export file, so that people find it with their own tools. */
export interface TextPlace {
  /** How the file is packed. */
  readonly packed: 'gzip' | 'zstd' | 'zip' | null;
  /** The place of its document among those of the file, 0-based. */
  readonly document: number;
  /** The name of the archive's entry; null where the file is no archive. */
  readonly entry: string | null;
  /** Bytes before it in the document's text, decompressed and in UTF-8. */
  readonly offset: number;
  /** The number of its line in that text, 1-based; lines end in a line feed. */
  readonly line: number;
}

/**
 * Finds where an offset of a reader is. A reader counts the texts of all documents of an archive through.
 * @param encodingOf the encoding of each document, by its place
 * @param offset as in Row
 * @returns null where the texts end before it
 * @throws RejectedFile where it cannot be unpacked up to there; errors of the bytes pass unchanged
 */
export async function textPlace(
  file: Pick<StoredExport, 'open'>,
  settings: SourceSettings,
  encodingOf: (document: number) => string,
  offset: number,
): Promise<TextPlace | null> {
  const packed = await packingOf(file);
  const stored = await storedDocuments(file.open(), settings);
  if (stored.kind === 'one') {
    const found = await placeWithin(stored.document, encodingOf(0), offset);
    return 'line' in found ? { packed, document: 0, entry: null, offset, line: found.line } : null;
  }
  let [document, before] = [0, 0];
  try {
    for await (const entry of stored.entries) {
      if ('leftOut' in entry) continue;
      const found = await placeWithin(entry, encodingOf(document), offset - before);
      if ('line' in found) return { packed, document, entry: entry.label, offset: offset - before, line: found.line };
      before += found.length;
      document++;
    }
    return null;
  } finally {
    await stored.entries.return(undefined);
  }
}

/** The line of an offset in a document, or how long its text is where that ends before. */
async function placeWithin(
  { bytes }: StoredDocument,
  encoding: string,
  offset: number,
): Promise<{ readonly line: number } | { readonly length: number }> {
  let [length, line] = [0, 1];
  for await (const chunk of toUtf8(bytes, encoding)) {
    const end = Math.min(chunk.length, offset - length);
    for (let at = chunk.indexOf(LF); at !== -1 && at < end; at = chunk.indexOf(LF, at + 1)) line++;
    length += chunk.length;
    if (offset < length) return { line };
  }
  return { length };
}

async function packingOf(file: Pick<StoredExport, 'open'>): Promise<TextPlace['packed']> {
  for await (const head of file.open()) {
    if (isZip(head)) return 'zip';
    if (!isCompressed(head)) return null;
    return head[0] === GZIP ? 'gzip' : 'zstd';
  }
  return null;
}
