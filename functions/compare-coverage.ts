import { app } from '@azure/functions';
import { invocationOf, settings } from '../src/functions/function-app.ts';
import { untold } from '../src/functions/untold.ts';

/** Compares the counts that have landed with the table. */
if (settings.coverageSchedule !== '') {
  app.timer('compare-coverage', {
    schedule: settings.coverageSchedule,
    handler: (_, context) =>
      untold(async () => {
        const { compareCoverage } = await import('../src/functions/index.ts');
        using invocation = await invocationOf(context);
        await compareCoverage(invocation);
      }),
  });
}
