import { app } from '@azure/functions';
import { invocationOf, settings } from '../src/functions/function-app.ts';
import { untold } from '../src/functions/untold.ts';

/** Compacts, vacuums, seals and verifies, by night. */
app.timer('maintain-table', {
  schedule: settings.maintainSchedule,
  handler: (_, context) =>
    untold(async () => {
      const { maintain } = await import('../src/functions/index.ts');
      using invocation = await invocationOf(context);
      await maintain(invocation);
    }),
});
