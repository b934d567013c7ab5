import { app } from '@azure/functions';
import { invocationOf, settings } from '../../src/functions/landing-app.ts';
import { untold } from '../../src/functions/untold.ts';

/** Has the trail counted by hour and code, for the comparison with the table. */
if (settings.nqlUrl !== '' && settings.nqlCountQuery !== '' && settings.nqlCountSchedule !== '') {
  app.timer('count-nql', {
    schedule: settings.nqlCountSchedule,
    handler: (_, context) =>
      untold(async () => {
        const { countTrail } = await import('../../src/functions/landing-work.ts');
        using invocation = await invocationOf(context);
        await countTrail(invocation);
      }),
  });
}
