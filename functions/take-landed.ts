import { app } from '@azure/functions';
import { invocationOf, settings } from '../src/functions/function-app.ts';
import { untold } from '../src/functions/untold.ts';

/** Takes in what the landing app has landed, which no event announces. */
app.timer('take-landed', {
  schedule: settings.landedSchedule,
  handler: (_, context) =>
    untold(async () => {
      const { takeLandedFiles } = await import('../src/functions/index.ts');
      using invocation = await invocationOf(context);
      await takeLandedFiles(invocation);
    }),
});
