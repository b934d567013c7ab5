import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Receiver } from '../landing/index.ts';
import { emitDelivery, emitFailure } from '../telemetry/index.ts';
import type { Invocation } from './invocation.ts';
import { receiveEvents } from './receive-events.ts';

const FUNCTION = 'receive-events';

/**
 * Answers a delivery once it is landed, or says what is wrong with it; and logs how, and nothing of it.
 * @throws only what is wrong in here
 */
export async function receiveDelivery(
  { host, emit }: Pick<Invocation, 'host' | 'emit'>,
  receiver: Receiver,
  request: HttpRequest,
): Promise<HttpResponseInit> {
  const begun = host.now();
  try {
    return await receiveEvents(receiver, request, (log) => emitDelivery(emit, log, host.now() - begun));
  } catch (error) {
    emitFailure(emit, FUNCTION, 'receive', error, false);
    throw error;
  }
}
