import { type AnnouncedFile, announcedFiles, type OtherEvent } from './announced-event.ts';
import { ingestBlob, skipBlob } from './ingest-blob.ts';
import type { Invocation } from './invocation.ts';
import { type MessageFacts, recordPoison } from './poison-record.ts';
import type { RawPlace } from './raw-place.ts';

const FUNCTION = 'ingest-announced';

/**
 * Takes in what a message of the queue of events announces. What announces no complete file of the raw zone is told of and
 * done; what is no event at all is put on record as it is, since nobody else would look at it again.
 * @param message as the host hands it over
 * @throws storage errors and Interrupted where that did not succeed within the invocation's time: deliver it again
 */
export async function ingestAnnounced(
  invocation: Invocation,
  rawPlace: RawPlace,
  message: unknown,
  facts: MessageFacts,
): Promise<void> {
  const events = announcedFiles(message);
  for (const event of events) if (event.kind !== 'no_event') await take(invocation, rawPlace, event);
  if (events.some(({ kind }) => kind === 'no_event')) await recordPoison(invocation, message, facts, FUNCTION);
}

async function take(invocation: Invocation, rawPlace: RawPlace, event: AnnouncedFile | OtherEvent): Promise<void> {
  if (event.kind === 'other') skipBlob(invocation, FUNCTION, 'other_event');
  else if (!rawPlace.isIn(event.account)) skipBlob(invocation, FUNCTION, 'outside_raw');
  else await ingestBlob(invocation, rawPlace, event.blob, { functionName: FUNCTION, content: event.content });
}
