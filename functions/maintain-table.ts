import { app } from '@azure/functions';
import { invocationOf, settings } from '../src/functions/function-app.ts';

/** Compacts, vacuums, seals and verifies, by night. */
app.timer('maintain-table', {
  schedule: settings.maintainSchedule,
  handler: async (_, context) => {
    const { maintain } = await import('../src/functions/index.ts');
    using invocation = await invocationOf(context);
    await maintain(invocation);
  },
});
