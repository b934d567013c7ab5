import { randomUUID } from 'node:crypto';
import type { Directory, Entry, StoredFile } from './entry.ts';
import type { Chance } from './faults.ts';
import type { StorageRequest } from './request.ts';

/** An event of Azure Storage in the Event Grid schema (Microsoft: "Azure Blob Storage as an Event Grid source"). */
export interface StorageEvent {
  readonly id: string;
  readonly topic: string;
  /** `/blobServices/default/containers/<container>/blobs/<path>`, not encoded; of a rename, the destination. */
  readonly subject: string;
  readonly eventType: `Microsoft.Storage.${string}`;
  readonly eventTime: string;
  readonly data: EventData;
  readonly dataVersion: string;
  readonly metadataVersion: string;
}

/** What happened. A rename has two URLs and neither ETag nor blob type. */
export interface EventData {
  readonly api: string;
  readonly clientRequestId?: string;
  readonly requestId: string;
  readonly eTag?: string;
  readonly contentType?: string;
  readonly contentLength?: number;
  readonly contentOffset?: number;
  readonly blobType?: 'BlockBlob';
  readonly url?: string;
  readonly sourceUrl?: string;
  readonly destinationUrl?: string;
  readonly recursive?: string;
  /** Later events of one blob compare greater, as strings. */
  readonly sequencer: string;
  readonly storageDiagnostics: { readonly batchId: string };
}

/** How a delivery strays from the log: chance of losing an event, of giving it twice, and whether the order is kept. */
export interface Delivery {
  readonly random: Chance;
  readonly lose?: number;
  readonly repeat?: number;
  readonly shuffle?: boolean;
}

/** Every event the store has raised, oldest first. Nothing is delivered unless a test does it. */
export class EventLog {
  readonly #log: StorageEvent[] = [];
  readonly #listeners = new Set<(event: StorageEvent) => void>();
  readonly #now: () => Date;
  #taken = 0;

  constructor(now: () => Date) {
    this.#now = now;
  }

  get all(): readonly StorageEvent[] {
    return this.#log;
  }

  /** What has been raised since the last call. */
  take(): StorageEvent[] {
    const fresh = this.#log.slice(this.#taken);
    this.#taken = this.#log.length;
    return fresh;
  }

  /** What `take` gives, as Event Grid may deliver it: at least once at best, in any order. */
  deliver({ random, lose = 0, repeat = 0, shuffle = false }: Delivery): StorageEvent[] {
    const delivered = this.take().flatMap((event) => {
      if (random.chance(lose)) return [];
      return random.chance(repeat) ? [event, event] : [event];
    });
    if (!shuffle) return delivered;
    return delivered
      .map((event) => ({ event, place: random.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ event }) => event);
  }

  /** Calls the listener for each event from now on; the function it returns ends that. */
  subscribe(listener: (event: StorageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A file was created or written anew (`CreateFile`, `FlushWithClose`, `PutBlob`, `PutBlockList`). */
  created(api: string, request: StorageRequest, file: StoredFile): void {
    const offset = request.host === 'dfs' ? { contentOffset: 0 } : {};
    const described = { eTag: `"${file.etag}"`, contentType: contentType(file), contentLength: file.content.length };
    const data = { api, ...described, ...offset, blobType: 'BlockBlob' as const, url: urlOf(request, request.path) };
    this.#raise('BlobCreated', request, data, request.host === 'dfs' ? '2' : '');
  }

  directoryCreated(request: StorageRequest): void {
    const data = { api: 'CreateDirectory', url: urlOf(request, request.path) };
    this.#raise('DirectoryCreated', request, data, '1');
  }

  /** A file or a directory was deleted; what lay below a directory raises no events of its own. */
  deleted(request: StorageRequest, entry: Entry): void {
    const url = urlOf(request, request.path);
    if (entry.kind === 'directory') {
      const data = { api: 'DeleteDirectory', url, recursive: request.query.get('recursive') ?? 'false' };
      this.#raise('DirectoryDeleted', request, data, '1');
      return;
    }
    const api = request.host === 'dfs' ? 'DeleteFile' : 'DeleteBlob';
    const data = { api, contentType: contentType(entry), blobType: 'BlockBlob' as const, url };
    this.#raise('BlobDeleted', request, data, request.host === 'dfs' ? '2' : '');
  }

  /** A file or a directory was renamed; `source` is `container/path`. */
  renamed(request: StorageRequest, entry: StoredFile | Directory, source: string): void {
    const urls = { sourceUrl: fullUrl(request, source), destinationUrl: urlOf(request, request.path) };
    if (entry.kind === 'file') this.#raise('BlobRenamed', request, { api: 'RenameFile', ...urls }, '1');
    else this.#raise('DirectoryRenamed', request, { api: 'RenameDirectory', ...urls }, '1');
  }

  #raise(
    type: string,
    request: StorageRequest,
    data: Omit<EventData, 'requestId' | 'sequencer' | 'storageDiagnostics'>,
    dataVersion: string,
  ): void {
    const clientRequestId = request.headers.get('x-ms-client-request-id');
    const event: StorageEvent = {
      id: randomUUID(),
      topic: `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/emulated/providers/Microsoft.Storage/storageAccounts/${request.account}`,
      subject: `/blobServices/default/containers/${request.container}/blobs/${request.path}`,
      eventType: `Microsoft.Storage.${type}`,
      eventTime: this.#now().toISOString(),
      data: {
        ...data,
        ...(clientRequestId !== undefined && { clientRequestId }),
        requestId: request.id,
        sequencer: (this.#log.length + 1).toString(16).toUpperCase().padStart(32, '0'),
        storageDiagnostics: { batchId: randomUUID() },
      },
      dataVersion,
      metadataVersion: '1',
    };
    this.#log.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

function contentType(file: StoredFile): string {
  return file.headers.get('Content-Type') ?? 'application/octet-stream';
}

function urlOf(request: StorageRequest, path: string): string {
  return fullUrl(request, `${request.container}/${path}`);
}

/** Encoded, and with the public name of the endpoint that was called, wherever the emulator listens. */
function fullUrl({ account, host }: StorageRequest, path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return `https://${account}.${host}.core.windows.net/${encoded}`;
}
