import { decompress, isCompressed } from './compression.ts';
import { refuseForeignBytes } from './foreign-format.ts';
import { refuseOfficeDocument } from './office-document.ts';
import { Peeked } from './peeked.ts';
import { HEAD_BYTES } from './recognise.ts';
import { RejectedFile } from './rejection.ts';
import { shownName } from './shown-name.ts';
import type { SourceSettings } from './source-settings.ts';
import { isZip, zipEntries } from './zip-entries.ts';
import { ofEntry } from './zip-faults.ts';

/** A document of a stored file: what was compressed, or an entry of an archive, as bytes of whatever encoding. */
export interface StoredDocument {
  /** The entry's name, which is a label and never a path; null where the file is no archive. */
  readonly label: string | null;
  readonly bytes: Peeked;
}

/** What a stored file holds. */
export type StoredDocuments =
  | { readonly kind: 'one'; readonly document: StoredDocument }
  | { readonly kind: 'archive'; readonly entries: AsyncGenerator<StoredDocument | LeftOut> };

/** An entry that nobody means as a document. */
export interface LeftOut {
  readonly leftOut: string;
}

/** Files that systems add to archives by themselves. */
const SYSTEM_FILES = /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/i;
/** What macOS keeps of a file beside it, and how it begins. */
const BESIDE_ANOTHER = /(?:^|\/)(?:__MACOSX\/.*|\._[^/]*)$/;
const APPLE_DOUBLE = '00051607';

/**
 * Finds out by the first bytes what a stored file is: a document, plain or compressed, or a ZIP archive of some.
 * @throws RejectedFile where it is something else that is known, or compressed twice; reading on may throw more. Errors of
 * `chunks` pass unchanged
 */
export async function storedDocuments(
  chunks: AsyncIterable<Uint8Array>,
  settings: SourceSettings,
): Promise<StoredDocuments> {
  const stored = await Peeked.open(chunks, HEAD_BYTES);
  if (isZip(stored.head)) return { kind: 'archive', entries: documentsOf(stored, settings) };
  const bytes = await Peeked.open(decompress(stored, settings), HEAD_BYTES);
  try {
    const within = isCompressed(stored.head) ? 'a compressed file' : null;
    refuseOther(bytes.head, within);
    return { kind: 'one', document: { label: null, bytes } };
  } catch (error) {
    await bytes.return();
    throw error;
  }
}

async function* documentsOf(stored: Peeked, settings: SourceSettings): AsyncGenerator<StoredDocument | LeftOut> {
  for await (const { label, bytes } of zipEntries(stored, settings)) {
    const content = await Peeked.open(bytes, HEAD_BYTES);
    if (isLeftOut(label, content)) {
      yield { leftOut: label };
      continue;
    }
    refuseOfficeDocument(label, content.head);
    try {
      refuseOther(content.head, `entry ${shownName(label)} of a ZIP archive`);
    } catch (error) {
      throw ofEntry(label, error);
    }
    yield { label, bytes: content };
  }
}

function isLeftOut(label: string, { head, isWhole }: Peeked): boolean {
  if (isWhole && head.length === 0) return true;
  return SYSTEM_FILES.test(label) || (BESIDE_ANOTHER.test(label) && head.toString('hex', 0, 4) === APPLE_DOUBLE);
}

/** @param within what the bytes were taken out of; null where they stand as they are stored */
function refuseOther(head: Uint8Array, within: string | null): void {
  if (within !== null && (isCompressed(head) || isZip(head))) {
    const kind = isZip(head) ? 'a ZIP archive' : 'a compressed file';
    throw new RejectedFile(
      'unsupported_archive',
      `expected an export in ${within}, found ${kind} in it; unpack the outer one, and ingest what is in it`,
    );
  }
  refuseForeignBytes(head);
}
