import assert from 'node:assert/strict';
import { BlobServiceClient } from '@azure/storage-blob';
import { describe, it } from 'vitest';
import { startEmulator } from '../src/index.ts';
import { clientsOf, outcome } from '../src/sdk.ts';

const RAW = { containers: ['raw'] };

describe('the blob endpoint: containers and leases', () => {
  it('makes, lists and removes containers', async () => {
    await using emulator = await startEmulator({ pageSize: 2 });
    const { blobs } = clientsOf(emulator, 'raw');
    assert.equal(await outcome(blobs.create({ metadata: { zone: 'raw' } })), 'done');
    assert.equal(await outcome(blobs.create()), '409 ContainerAlreadyExists');
    assert.equal(await outcome(clientsOf(emulator, 'No_Name').blobs.create()), '400 InvalidResourceName');
    for (const name of ['evidence', 'curated', 'raw2']) await clientsOf(emulator, name).blobs.create();
    assert.deepEqual((await blobs.getProperties()).metadata, { zone: 'raw' });
    const account = BlobServiceClient.fromConnectionString(emulator.connectionString);
    const listed: string[] = [];
    for await (const { name, metadata } of account.listContainers({ includeMetadata: true })) {
      listed.push(`${name} ${metadata?.['zone'] ?? ''}`);
    }
    assert.deepEqual(listed, ['curated ', 'evidence ', 'raw raw', 'raw2 ']);
    assert.equal((await account.getAccountInfo()).isHierarchicalNamespaceEnabled, true);
    await blobs.setMetadata({ zone: 'other' });
    assert.deepEqual((await blobs.getProperties()).metadata, { zone: 'other' });
    const service = clientsOf(emulator).files;
    assert.equal(await service.exists(), true);
    await blobs.delete();
    assert.equal(await outcome(blobs.getProperties()), '404 ContainerNotFound');
    assert.equal(await outcome(service.getProperties()), '404 ContainerNotFound');
    assert.equal(await outcome(service.getFileClient('a').create()), '404 FilesystemNotFound');
    assert.deepEqual([...emulator.store.account(emulator.account).containers.keys()].sort(), [
      'curated',
      'evidence',
      'raw2',
    ]);
  });

  it('lets only the holder of a lease write', async () => {
    let time = Date.parse('2026-01-01T00:00:00Z');
    await using emulator = await startEmulator({ ...RAW, now: () => new Date(time) });
    const { blobs } = clientsOf(emulator);
    const blob = blobs.getBlockBlobClient('a');
    await blob.upload('1', 1);
    const lease = blob.getBlobLeaseClient();
    await lease.acquireLease(15);
    const held = { conditions: { leaseId: lease.leaseId } };
    assert.equal(await outcome(blob.getBlobLeaseClient().acquireLease(15)), '409 LeaseAlreadyPresent');
    assert.equal(await outcome(blob.upload('2', 1)), '412 LeaseIdMissing');
    assert.equal(
      await outcome(blob.upload('2', 1, { conditions: { leaseId: crypto.randomUUID() } })),
      '412 LeaseIdMismatchWithBlobOperation',
    );
    assert.equal(await outcome(blob.delete()), '412 LeaseIdMissing');
    assert.equal(await outcome(blob.upload('3', 1, held)), 'done');
    time += 14_000;
    await lease.renewLease();
    time += 14_000;
    assert.equal(await outcome(blob.upload('4', 1)), '412 LeaseIdMissing');
    time += 2_000;
    assert.equal(await outcome(blob.upload('5', 1)), 'done');
    const changed = blob.getBlobLeaseClient();
    await changed.acquireLease(-1);
    await changed.changeLease(crypto.randomUUID());
    await changed.breakLease(0);
    assert.equal(await outcome(changed.renewLease()), '409 LeaseIsBrokenAndCannotBeRenewed');
    assert.equal((await blob.getProperties()).leaseState, 'broken');
    await blob.getBlobLeaseClient(lease.leaseId).acquireLease(-1);
    await lease.releaseLease();
    assert.equal(await outcome(blob.upload('6', 1, held)), '412 LeaseNotPresentWithBlobOperation');
    assert.equal(await outcome(blob.upload('7', 1)), 'done');
  });
});
