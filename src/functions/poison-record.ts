import { POISON, sha256Hex } from '../storage/index.ts';
import type { Invocation } from './invocation.ts';
import { untilDeadline } from './until-deadline.ts';

/** What the host tells of a queue message beside its text. */
export interface MessageFacts {
  readonly id?: unknown;
  readonly dequeueCount?: unknown;
  readonly insertionTime?: unknown;
  readonly expirationTime?: unknown;
}

const PLAIN_ID = /^[0-9A-Za-z-]{1,64}$/;

/**
 * Puts a message that no function could deal with on record, `quarantine/poison/<message id>.json`, once. The table does
 * not change by it; if the file that it announced can be taken in, the reconciliation does.
 * @param message as it was, parsed where it is JSON
 * @param functionName who records it, for the log
 * @throws storage errors
 */
export async function recordPoison(
  invocation: Omit<Invocation, 'settings'>,
  message: unknown,
  { id, dequeueCount, insertionTime, expirationTime }: MessageFacts,
  functionName: string,
): Promise<void> {
  const { storage, emit } = invocation;
  const given = typeof id === 'string' ? id : '';
  const name = PLAIN_ID.test(given) ? given : sha256Hex(`${given} ${JSON.stringify(message)}`).slice(0, 32);
  const record = {
    message_id: given,
    dequeue_count: dequeueCount ?? null,
    inserted_at: insertionTime ?? null,
    expires_at: expirationTime ?? null,
    message: message ?? null,
  };
  const content = Buffer.from(`${JSON.stringify(record)}\n`);
  const write = () => storage.create(`${POISON}${name}.json`, content);
  const outcome = await untilDeadline(invocation, functionName, write, 'record');
  emit('poison', {
    message_id: name,
    dequeue_count: Number(dequeueCount ?? 0),
    recorded: outcome === 'created',
  });
}
