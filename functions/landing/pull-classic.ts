import { app } from '@azure/functions';
import { invocationOf, settings } from '../../src/functions/landing-app.ts';
import { untold } from '../../src/functions/untold.ts';

/** Lands what is new of the logs of the Audit Trail API (classic). */
if (settings.classicUrl !== '' && settings.classicSchedule !== '') {
  app.timer('pull-classic', {
    schedule: settings.classicSchedule,
    handler: (_, context) =>
      untold(async () => {
        const { pullClassicLogs } = await import('../../src/functions/landing-work.ts');
        using invocation = await invocationOf(context);
        await pullClassicLogs(invocation);
      }),
  });
}
