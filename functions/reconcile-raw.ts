import { app } from '@azure/functions';
import { invocationOf, rawPlace, settings } from '../src/functions/function-app.ts';
import { untold } from '../src/functions/untold.ts';

/** The Blob service of the host's account, where Event Grid keeps what it could not deliver; undefined on a laptop. */
const hostBlobs = process.env['AzureWebJobsStorage__blobServiceUri'];

/** Takes in what no event announced, and looks what became of events that could not be delivered. */
app.timer('reconcile-raw', {
  schedule: settings.reconcileSchedule,
  handler: (_, context) =>
    untold(async () => {
      const { lookAtDeadLetters, reconcile } = await import('../src/functions/index.ts');
      using invocation = await invocationOf(context);
      try {
        await reconcile(invocation);
      } finally {
        await lookAtDeadLetters(invocation, rawPlace, hostBlobs);
      }
    }),
});
