import { AdlsFailure, faultOf, isConditionFailed, isContainerMissing } from './adls-fault.ts';
import type { Requests } from './adls-request.ts';
import { FileNotFound, PreconditionFailed } from './errors.ts';

/** A file as the service's answers describe it. */
export interface BlobState {
  readonly size: number;
  readonly lastModified: Date;
  /** Without the quotes that the header has, as the service's events and listings give it. */
  readonly etag: string;
  /** When it was made, in whole seconds; null where the service does not say. */
  readonly created: Date | null;
  /** The id that the write which made the file gave it, where it was one of ours. */
  readonly attempt: string | null;
}

/** The metadata that holds the id of the write which made a file. */
export const ATTEMPT = 'attempt';

/** Metadata that marks a folder where the service keeps them as entries. */
const FOLDER_MARK = 'hdi_isfolder';

type Metadata = Readonly<Record<string, string>> | undefined;

/** Whether metadata are a folder's. The service does not keep the case of their names. */
export function isFolder(metadata: Metadata): boolean {
  return metadataValue(metadata, FOLDER_MARK) === 'true';
}

function attemptIn(metadata: Metadata): string | null {
  return metadataValue(metadata, ATTEMPT) ?? null;
}

function metadataValue(metadata: Metadata, name: string): string | undefined {
  return Object.entries(metadata ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

export function unquoted(header: string | undefined): string {
  return (header ?? '').replace(/^"|"$/g, '');
}

/** Whether a failure says that there is no such path; a missing container is a fault. */
export function isAbsent(failure: AdlsFailure): boolean {
  return failure.status === 404 && !isContainerMissing(failure);
}

/** The file at the place, or null, or the word `folder`. */
export async function blobState(requests: Requests): Promise<BlobState | 'folder' | null> {
  const found = await requests.send(
    ({ blobs }, abortSignal) => blobs.getBlobClient(requests.place.name).getProperties({ abortSignal }),
    { expected: isAbsent },
  );
  if (found instanceof AdlsFailure) return null;
  if (isFolder(found.metadata)) return 'folder';
  return {
    size: found.contentLength ?? 0,
    lastModified: found.lastModified ?? new Date(0),
    etag: unquoted(found.etag),
    created: found.createdOn ?? null,
    attempt: attemptIn(found.metadata),
  };
}

/** What a request for a file becomes where the file is not there, or not the one that `pin` names. */
export function readFault(
  requests: Requests,
  failure: AdlsFailure,
  error: unknown,
  pin: string | null,
  begun: boolean,
) {
  const { operation, path } = requests.target;
  const absent = isAbsent(failure);
  if (pin !== null && (isConditionFailed(failure) || (absent && begun))) {
    return new PreconditionFailed(operation, path, pin, absent ? 'no file' : 'that it has changed');
  }
  return absent ? new FileNotFound(operation, path) : faultOf(requests.target, error);
}
