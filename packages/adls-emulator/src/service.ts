import type { Container } from './container.ts';
import type { Entry, StoredFile } from './entry.ts';
import type { EventLog } from './events.ts';
import type { Reply } from './reply.ts';
import type { StorageRequest } from './request.ts';
import { containerNotFound, pathNotFound } from './service-error.ts';
import type { Store } from './store.ts';

/** What the verbs work on. */
export interface Service {
  readonly store: Store;
  readonly events: EventLog;
  /** Most entries a page of any listing holds. */
  readonly pageSize: number;
}

/** One verb of the service. It does all or nothing, at once: nothing comes between its checks and its act. */
export interface Operation {
  readonly name: string;
  run(request: StorageRequest, service: Service): Reply;
}

/** The container a request names. Throws ServiceError 404. */
export function containerOf(request: StorageRequest, { store }: Service): Container {
  const container = store.account(request.account).containers.get(request.container);
  if (container === undefined) throw containerNotFound(request);
  return container;
}

/** The file or directory a request names. Throws ServiceError 404. */
export function entryOf(request: StorageRequest, service: Service): Entry {
  const entry = containerOf(request, service).find(request.path);
  if (entry === null) throw pathNotFound(request);
  return entry;
}

/** The file a request names. Throws ServiceError 404 also for a directory. */
export function fileOf(request: StorageRequest, service: Service): StoredFile {
  const entry = entryOf(request, service);
  if (entry.kind !== 'file') throw pathNotFound(request);
  return entry;
}

/** Headers of every answer that tells the state of an entry. */
export function stateHeaders(entry: Pick<Entry, 'etag' | 'modified'>): Record<string, string> {
  return { ETag: `"${entry.etag}"`, 'Last-Modified': entry.modified.toUTCString() };
}

/** Headers of the answer to a write. */
export function writtenHeaders(entry: Entry): Record<string, string> {
  return { ...stateHeaders(entry), 'x-ms-request-server-encrypted': 'true' };
}
