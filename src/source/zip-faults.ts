import type { ByteSource } from './byte-source.ts';
import { RejectedFile, type RejectReason } from './rejection.ts';
import { shownName } from './shown-name.ts';

const OF_THE_ARCHIVE: ReadonlySet<RejectReason> = new Set([
  ...(['corrupt_archive', 'unsupported_archive', 'too_many_entries', 'decompression_limit'] as const),
]);

/** Why an archive is refused that is damaged, or of which two parts do not say the same. */
export function corrupt(expected: string, found: string, cause?: unknown): RejectedFile {
  return new RejectedFile(
    'corrupt_archive',
    `expected of the ZIP archive ${expected}, found ${found}; make or upload the archive again, or unpack it and ingest the files`,
    { cause },
  );
}

/** Why an archive is refused that is whole and holds what is not read. */
export function unsupported(found: string, help: string): RejectedFile {
  return new RejectedFile(
    'unsupported_archive',
    `expected a ZIP archive of exports, stored or compressed with Deflate, found that ${found}; ${help}`,
  );
}

export function endsEarly(): RejectedFile {
  return corrupt('to be whole', 'an early end');
}

/** The next bytes of an archive, so many. @throws RejectedFile where it has fewer */
export async function exactly(source: ByteSource, length: number): Promise<Buffer> {
  const bytes = await source.take(length);
  if (bytes.length < length) throw endsEarly();
  return Buffer.from(bytes);
}

/** What is wrong with an entry, said of that entry, unless it is wrong with the archive; any other error is as it was. */
export function ofEntry(label: string, error: unknown): unknown {
  if (!(error instanceof RejectedFile) || OF_THE_ARCHIVE.has(error.reason)) return error;
  const explanation = error.message.slice(error.reason.length + 2);
  const { details, alternatives } = error;
  return new RejectedFile(error.reason, `in entry ${shownName(label)}: ${explanation}`, {
    cause: error,
    ...(details !== null && { details }),
    alternatives,
  });
}
