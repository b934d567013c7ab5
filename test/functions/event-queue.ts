import type { StorageEvent } from 'adls-emulator';
import { isSubscribed, ofRaw } from './event-grid.ts';
import type { RunningApp } from './function-host.ts';

const MOST_TRIES = 5;

/** Whether the event subscription of the queue lets an event through: it can make use of a rename. */
export function isQueued(event: StorageEvent): boolean {
  return isSubscribed(event) || (event.eventType === 'Microsoft.Storage.BlobRenamed' && ofRaw(event));
}

/** The same event in the other schema that Event Grid knows. Source: Microsoft, "CloudEvents v1.0 schema with Azure Event Grid". */
export function asCloudEvent({ id, topic, subject, eventType, eventTime, data }: StorageEvent): object {
  return { specversion: '1.0', id, source: topic, subject, type: eventType, time: eventTime, data };
}

/**
 * What lies between an Event Grid subscription and the function: a queue of the host's account, with a message of base64 for
 * each event. The host gives each to the function, again after a pause where that fails, and up to five times.
 */
export class EventQueue {
  /** Texts of the messages that were given up on. */
  readonly poison: string[] = [];
  readonly failures: unknown[] = [];
  readonly #app: RunningApp;
  #messages: string[] = [];
  #given = 0;

  constructor(app: RunningApp) {
    this.#app = app;
  }

  /** Event Grid delivers: one message for each event. */
  deliver(events: readonly object[]): void {
    for (const event of events) this.put(Buffer.from(JSON.stringify(event)).toString('base64'));
  }

  /** Puts a message into the queue as it is. */
  put(message: string): void {
    this.#messages.push(message);
  }

  /** What waits in the queue, as it is handed to another instance of the app. */
  handOver(): readonly string[] {
    const rest = this.#messages;
    this.#messages = [];
    return rest;
  }

  /** Works the queue off, so many messages at a time; those that failed come again once all others were given. */
  async drain(parallel = 1): Promise<void> {
    let due = this.handOver().map((message) => ({ message, dequeued: 0 }));
    while (due.length > 0) {
      const later: typeof due = [];
      const worker = async (): Promise<void> => {
        for (let next = due.shift(); next !== undefined; next = due.shift()) {
          const { message, dequeued } = next;
          if (await this.#give(message, dequeued + 1)) continue;
          if (dequeued + 1 < MOST_TRIES) later.push({ message, dequeued: dequeued + 1 });
          else this.poison.push(Buffer.from(message, 'base64').toString('utf8'));
        }
      };
      await Promise.all(Array.from({ length: parallel }, worker));
      due = later;
    }
  }

  async #give(message: string, dequeued: number): Promise<boolean> {
    const text = Buffer.from(message, 'base64').toString('utf8');
    try {
      await giveMessage(this.#app, 'ingest-announced', text, `message-${++this.#given}`, dequeued);
      return true;
    } catch (error) {
      this.failures.push(error);
      return false;
    }
  }
}

/** Calls a queue trigger as the host does, with the text that it has taken out of base64. */
export async function giveMessage(
  app: RunningApp,
  name: string,
  text: string,
  id: string,
  dequeueCount = 1,
): Promise<void> {
  await app.invoke(
    name,
    { string: text },
    {
      QueueTrigger: { string: text },
      Id: { string: id },
      DequeueCount: { json: String(dequeueCount) },
      InsertionTime: { json: '"2026-06-01T00:00:00+00:00"' },
      ExpirationTime: { json: '"2026-06-08T00:00:00+00:00"' },
    },
  );
}
