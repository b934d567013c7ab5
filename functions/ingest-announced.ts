import { app } from '@azure/functions';
import { invocationOf, rawPlace } from '../src/functions/function-app.ts';
import { untold } from '../src/functions/untold.ts';

/**
 * Takes in a file that Event Grid announced by the queue of the host's account: the way of an app that has no public
 * endpoint. Both ways are always registered, so that what is left in one queue is taken in after a change to the other.
 */
app.storageQueue('ingest-announced', {
  queueName: 'raw-events',
  connection: 'AzureWebJobsStorage',
  handler: (message, context) =>
    untold(async () => {
      const { ingestAnnounced } = await import('../src/functions/index.ts');
      using invocation = await invocationOf(context);
      await ingestAnnounced(invocation, rawPlace, message, context.triggerMetadata ?? {});
    }),
});
