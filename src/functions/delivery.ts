import type { Delivery, Received, Receiver } from '../landing/index.ts';
import { emitDelivery, emitFailure } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';

const FUNCTION = 'receive-events';

/** An HTTP request, as the host's library shows it. */
export interface HttpDelivery {
  readonly method: string;
  readonly headers: Iterable<[string, string]>;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/**
 * Answers a delivery once it is landed, or says what is wrong with it.
 * @throws only what is wrong in here
 */
export async function receiveDelivery(
  { host, emit }: Pick<Invocation, 'host' | 'emit'>,
  receiver: Pick<Receiver, 'receive'>,
  request: HttpDelivery,
): Promise<Received['answer']> {
  const begun = host.now();
  try {
    const delivery: Delivery = {
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: request.body ?? nothing(),
    };
    const { answer, log } = await receiver.receive(delivery);
    emitDelivery(emit, log, host.now() - begun);
    return answer;
  } catch (error) {
    emitFailure(emit, FUNCTION, 'receive', error, false);
    throw error;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
