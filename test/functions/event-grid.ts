import type { StorageEvent } from 'adls-emulator';
import type { RunningApp } from './function-host.ts';

/** A message that the blob extension gave up on. */
export interface PoisonMessage {
  readonly FunctionId: string;
  readonly BlobType: string;
  readonly ContainerName: string;
  readonly BlobName: string;
  readonly ETag: string;
}

/** An event as it is posted: of storage, or the handshake of a new subscription. */
interface Posted {
  readonly eventType: string;
  readonly data: {
    readonly validationCode?: string;
    readonly url?: string;
    readonly eTag?: string;
    readonly blobType?: string;
  };
}

/** What the webhook answers. */
interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

const CONTAINER = '/blobServices/default/containers/raw/blobs/';
const APIS: ReadonlySet<string> = new Set(['FlushWithClose', 'PutBlob', 'PutBlockList', 'SftpCommit']);
const POISON_THRESHOLD = 5;

/** Whether an event is of the raw zone. */
export function ofRaw({ subject }: StorageEvent): boolean {
  return subject.startsWith(CONTAINER);
}

/** Whether the event subscription lets an event through. */
export function isSubscribed(event: StorageEvent): boolean {
  return event.eventType === 'Microsoft.Storage.BlobCreated' && ofRaw(event) && APIS.has(event.data.api);
}

/**
 * What lies between an Event Grid subscription and the function: the blob extension's webhook and its queue, which gives
 * each message to the function named in the URL, up to five times with nothing between the tries, on the blob as it is
 * then. It filters nothing.
 * Source: Azure/azure-sdk-for-net, Microsoft.Azure.WebJobs.Extensions.Storage.Blobs.
 */
export class BlobExtension {
  readonly poison: PoisonMessage[] = [];
  readonly failures: unknown[] = [];
  readonly #app: RunningApp;
  readonly #exists: (container: string, name: string) => boolean;
  readonly #queue: PoisonMessage[] = [];

  constructor(app: RunningApp, exists: (container: string, name: string) => boolean) {
    this.#app = app;
    this.#exists = exists;
  }

  /** A request to `/runtime/webhooks/blobs?functionName=…`. */
  webhook(url: string, events: readonly Posted[]): Answer {
    const functionId = new URL(url).searchParams.get('functionName') ?? '';
    for (const { eventType, data } of events) {
      if (eventType === 'Microsoft.EventGrid.SubscriptionValidationEvent') {
        return { status: 200, body: { validationResponse: data.validationCode } };
      }
      const { url: blob, eTag, blobType } = data;
      if (blob === undefined || eTag === undefined || blobType === undefined) continue;
      if (!functionId.startsWith('Host.Functions.') || !this.#app.functions.has(functionId.slice(15))) continue;
      const [, container = '', name = ''] = /^\/([^/]+)\/(.+)$/.exec(new URL(blob).pathname) ?? [];
      this.#queue.push({
        FunctionId: functionId,
        BlobType: blobType,
        ContainerName: container,
        BlobName: decodeURIComponent(name),
        ETag: eTag,
      });
    }
    return { status: 202 };
  }

  /** Works the queue off, so many messages at a time. */
  async drain(parallel = 1): Promise<void> {
    const worker = async (): Promise<void> => {
      for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) await this.#deliver(next);
    };
    await Promise.all(Array.from({ length: parallel }, worker));
  }

  async #deliver(message: PoisonMessage): Promise<void> {
    for (let dequeued = 1; dequeued <= POISON_THRESHOLD; dequeued++) {
      if (!this.#exists(message.ContainerName, message.BlobName)) return;
      try {
        await trigger(this.#app, message.FunctionId.slice(15), message.ContainerName, message.BlobName);
        return;
      } catch (error) {
        this.failures.push(error);
      }
    }
    this.poison.push(message);
  }
}

/** Calls the blob trigger as the host does for a blob, with its name and without its content. */
export async function trigger(app: RunningApp, name: string, container: string, blob: string): Promise<void> {
  const content = Buffer.from(JSON.stringify({ Connection: 'RAW', ContainerName: container, BlobName: blob }));
  const modelBindingData = { version: '1.0', source: 'AzureStorageBlobs', contentType: 'application/json', content };
  await app.invoke(name, { modelBindingData }, { BlobTrigger: { string: `${container}/${blob}` } });
}

/** Calls a timer function as the host does. */
export async function tick(app: RunningApp, name: string): Promise<void> {
  await app.invoke(name, { json: JSON.stringify({ Schedule: {}, IsPastDue: false }) });
}
