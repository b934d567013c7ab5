import assert from 'node:assert/strict';
import { FAULTS } from 'adls-emulator';
import { describe, it } from 'vitest';
import { FileNotFound, readAll, StorageFault } from '../../src/storage/index.ts';
import { driverOn, onEmulator, QUICK, quickHost } from '../support/adls-case.ts';
import { bytes, inPieces, paths, pattern } from './case.ts';

/** Two blocks. */
const LARGE = pattern(9_000_000);

describe('ADLS: faults that stay', () => {
  const told = (pattern: RegExp) => (error: unknown) =>
    error instanceof StorageFault && error.path === 'raw/a' && pattern.test(error.message);

  it(
    'name the role that is missing, at once',
    onEmulator(async ({ emulator, host }) => {
      // Patient: a slow machine must not look like a server that hangs.
      const storage = driverOn(emulator, '', { host });
      for (const operation of ['PutBlob', 'GetBlobProperties', 'DeleteBlob']) {
        emulator.faults.add({ operation, fault: FAULTS.forbidden() });
      }
      const missing = told(
        /container raw of account auditlake.*"Storage Blob Data Contributor".*AuthorizationPermissionMismatch.*request/,
      );
      await assert.rejects(storage.create('raw/a', bytes('x')), missing);
      await assert.rejects(storage.head('raw/a'), missing);
      await assert.rejects(storage.delete('raw/a'), missing);
      assert.deepEqual(host.waits, []);
    }),
  );

  it(
    'name the container that is missing, in every operation; a missing folder is none',
    onEmulator(async ({ emulator }) => {
      const storage = driverOn(emulator, '/missing', { retry: QUICK, host: quickHost() });
      const missing = /no container missing of account auditlake; create it: az storage container create/;
      await assert.rejects(storage.create('raw/a', bytes('x')), told(missing));
      await assert.rejects(storage.create('raw/a', inPieces(LARGE, 1_000_000)), told(missing));
      await assert.rejects(storage.replace('raw/a', bytes('x')), told(missing));
      await assert.rejects(storage.replace('raw/a', bytes('x'), { ifMatch: 'x' }), told(missing));
      await assert.rejects(storage.head('raw/a'), told(missing));
      await assert.rejects(readAll(storage, 'raw/a'), told(missing));
      await assert.rejects(storage.delete('raw/a'), told(missing));
      await assert.rejects(
        paths(storage.list('raw/')),
        (error) => error instanceof StorageFault && missing.test(error.message),
      );
    }),
  );

  it(
    'end when the budget does, with what was tried',
    onEmulator(async ({ emulator, storage, host }) => {
      emulator.faults.add({ operation: 'PutBlob', fault: FAULTS.busy(), times: 1_000 });
      await assert.rejects(
        storage.create('raw/a', bytes('x')),
        told(
          /too busy.*ServerBusy.*\d+ tries in 1\d\d(\.\d)? s failed|too busy.*ServerBusy.*\d+ tries in \d\d(\.\d)? s failed/,
        ),
      );
      const waited = host.waits.reduce((sum, wait) => sum + wait, 0);
      assert.ok(waited <= QUICK.budgetMs && waited > QUICK.budgetMs / 2, String(waited));
    }),
  );

  it(
    'of the network are told after a few tries',
    onEmulator(async ({ emulator, storage, host }) => {
      await emulator.close();
      await assert.rejects(storage.head('raw/a'), told(/account auditlake cannot be reached.*ECONNREFUSED/));
      assert.equal(host.waits.length, 3);
    }),
  );

  it(
    'of a wrong key are told as such',
    onEmulator(async ({ emulator }) => {
      const storage = driverOn(emulator, '', { connectionString: 'AccountKey=d3Jvbmc=' });
      await assert.rejects(storage.head('raw/a'), told(/closed to this identity/));
    }),
  );

  it(
    'tell a path where a file or a folder is in the way',
    onEmulator(async ({ storage }) => {
      await storage.create('raw/a/file', bytes('x'));
      await assert.rejects(storage.create('raw/a', bytes('x')), told(/a folder stands at this path/));
      await assert.rejects(storage.create('raw/a', inPieces(LARGE, 1_000_000)), told(/a folder stands/));
      await assert.rejects(storage.replace('raw/a', bytes('x')), StorageFault);
      await assert.rejects(readAll(storage, 'raw/a', { start: 0, end: 0 }), FileNotFound);
      await assert.rejects(
        storage.create('raw/a/file/below', bytes('x')),
        /a file may stand where the path needs a folder/,
      );
    }),
  );
});
