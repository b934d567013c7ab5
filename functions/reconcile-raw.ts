import { app } from '@azure/functions';
import { invocationOf, settings } from '../src/functions/function-app.ts';

/** Takes in what no event announced. */
app.timer('reconcile-raw', {
  schedule: settings.reconcileSchedule,
  handler: async (_, context) => {
    const { reconcile } = await import('../src/functions/index.ts');
    using invocation = await invocationOf(context);
    await reconcile(invocation);
  },
});
