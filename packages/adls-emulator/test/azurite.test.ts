import assert from 'node:assert/strict';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Azurite, startAzurite } from '../src/azurite.ts';
import { type Emulator, startEmulator } from '../src/index.ts';
import { SCENES } from './plain-blob-scenes.ts';

describe('plain Blob use: the emulator and Azurite agree', () => {
  const opened: { ours?: Emulator; theirs?: Azurite } = {};

  const containerOf = (connectionString: string): ContainerClient => {
    const options = { retryOptions: { maxTries: 1 } };
    return BlobServiceClient.fromConnectionString(connectionString, options).getContainerClient('second-opinion');
  };

  beforeAll(async () => {
    [opened.ours, opened.theirs] = await Promise.all([startEmulator(), startAzurite('blob')]);
    for (const { connectionString } of [opened.ours, opened.theirs]) await containerOf(connectionString).create();
  });

  afterAll(async () => {
    await opened.ours?.close();
    await opened.theirs?.[Symbol.asyncDispose]();
  });

  for (const { title, differs, run } of SCENES) {
    it(title, async (context) => {
      const { ours, theirs } = opened;
      assert.ok(ours && theirs);
      const seen = await run(containerOf(ours.connectionString));
      const expected = await run(containerOf(theirs.connectionString));
      if (differs === undefined) return assert.deepEqual(seen, expected);
      assert.notDeepEqual(seen, expected, 'Azurite agrees by now');
      return context.skip(differs);
    });
  }
});
