import { app, type InvocationContext } from '@azure/functions';
import { invocationOf } from '../src/functions/function-app.ts';
import { untold } from '../src/functions/untold.ts';

/** Puts on record what the blob trigger gave up on. */
app.storageQueue('record-poison', {
  queueName: 'webjobs-blobtrigger-poison',
  connection: 'RAW',
  handler: (message, context) => record('record-poison', message, context),
});

/** Puts on record what was given up on of the queue of events. */
app.storageQueue('record-poison-event', {
  queueName: 'raw-events-poison',
  connection: 'AzureWebJobsStorage',
  handler: (message, context) => record('record-poison-event', message, context),
});

function record(name: string, message: unknown, context: InvocationContext): Promise<void> {
  return untold(async () => {
    const { recordPoison } = await import('../src/functions/index.ts');
    using invocation = await invocationOf(context);
    await recordPoison(invocation, message, context.triggerMetadata ?? {}, name);
  });
}
