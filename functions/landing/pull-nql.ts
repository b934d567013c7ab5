import { app } from '@azure/functions';
import { invocationOf, settings } from '../../src/functions/landing-app.ts';
import { untold } from '../../src/functions/untold.ts';

/** Lands what the saved query has that is new. */
if (settings.nqlUrl !== '' && settings.nqlQuery !== '' && settings.nqlSchedule !== '') {
  app.timer('pull-nql', {
    schedule: settings.nqlSchedule,
    handler: (_, context) =>
      untold(async () => {
        const { pullNqlExports } = await import('../../src/functions/landing-work.ts');
        using invocation = await invocationOf(context);
        await pullNqlExports(invocation);
      }),
  });
}
