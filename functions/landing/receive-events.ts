import { app } from '@azure/functions';
import { invocationOf, landingApp, settings } from '../../src/functions/landing-app.ts';
import { untold } from '../../src/functions/untold.ts';

/** Lands what a webhook, or a workflow's API call, sends. Besides the key of the function it asks for the secret. */
if (settings.webhookSecret !== '') {
  app.http('receive-events', {
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH'],
    authLevel: 'function',
    handler: (request, context) =>
      untold(async () => {
        const { receiveDelivery } = await import('../../src/functions/landing-work.ts');
        const { receiver } = await landingApp();
        using invocation = await invocationOf(context);
        return await receiveDelivery(invocation, receiver, request);
      }),
  });
}
