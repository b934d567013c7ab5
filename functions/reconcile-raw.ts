import { app } from '@azure/functions';
import { invocationOf, settings } from '../src/functions/function-app.ts';
import { untold } from '../src/functions/untold.ts';

/** Takes in what no event announced. */
app.timer('reconcile-raw', {
  schedule: settings.reconcileSchedule,
  handler: (_, context) =>
    untold(async () => {
      const { reconcile } = await import('../src/functions/index.ts');
      using invocation = await invocationOf(context);
      await reconcile(invocation);
    }),
});
