import { app } from '@azure/functions';
import { invocationOf } from '../src/functions/function-app.ts';
import { untold } from '../src/functions/untold.ts';

/** Puts on record what the blob trigger gave up on. */
app.storageQueue('record-poison', {
  queueName: 'webjobs-blobtrigger-poison',
  connection: 'RAW',
  handler: (message, context) =>
    untold(async () => {
      const { recordPoison } = await import('../src/functions/index.ts');
      using invocation = await invocationOf(context);
      await recordPoison(invocation, message, context.triggerMetadata ?? {});
    }),
});
