import { app } from '@azure/functions';
import { ResourceFactoryResolver } from '@azure/functions-extensions-base';
import { invocationOf, rawPlace } from '../src/functions/function-app.ts';
import { type BlobName, blobReference } from '../src/functions/raw-place.ts';
import { untold } from '../src/functions/untold.ts';

// With a factory of our own the host sends a blob's name and not its content.
ResourceFactoryResolver.getInstance().registerResourceFactory('AzureStorageBlobs', blobReference);

/** Takes in a file that was closed in the raw zone. */
app.storageBlob('ingest-export', {
  path: rawPlace.triggerPath,
  connection: 'RAW',
  source: 'EventGrid',
  sdkBinding: true,
  handler: (blob, context) =>
    untold(async () => {
      const { ingestBlob } = await import('../src/functions/index.ts');
      using invocation = await invocationOf(context);
      await ingestBlob(invocation, rawPlace, blob as BlobName);
    }),
});
