import assert from 'node:assert/strict';
import { isRestError } from '@azure/storage-blob';
import { describe, it, vi } from 'vitest';
import { Random } from '../../../samples/random.ts';
import { type Emulator, FAULTS, type Fault, startEmulator } from '../src/index.ts';
import { type Clients, clientsOf, etagOf, outcome, textOf, upload } from '../src/sdk.ts';

const RAW = { containers: ['raw'] };
const IF_NONE = { conditions: { ifNoneMatch: '*' } };
const CUT = 'RestError';

/** Clients that try again once, at once: what a lost answer makes of the second try. */
function retrying(emulator: Emulator): Clients {
  return clientsOf(emulator, 'raw', emulator, { maxTries: 2, retryDelayInMs: 1 });
}

describe('faults: refusals', () => {
  const refusals: readonly (readonly [Fault, string, done: boolean])[] = [
    [FAULTS.busy('2'), '503 ServerBusy', false],
    [FAULTS.tooManyRequests('2'), '429 TooManyRequests', false],
    [FAULTS.requestTimeout(), '408 RequestTimeout', false],
    [FAULTS.failed(), '500 InternalError', false],
    [FAULTS.badGateway(), '502 BadGateway', false],
    [FAULTS.forbidden(), '403 AuthorizationPermissionMismatch', false],
    [FAULTS.expiredToken(), '401 InvalidAuthenticationInfo', false],
    [FAULTS.timedOutAfterDoing(), '500 OperationTimedOut', true],
    [FAULTS.cutBefore(), CUT, false],
    [FAULTS.lostAnswer(), CUT, true],
  ];
  for (const [fault, seen, done] of refusals) {
    it(`${seen}, the request ${done ? 'done' : 'not done'}`, async () => {
      await using emulator = await startEmulator(RAW);
      const { blobs } = clientsOf(emulator);
      emulator.faults.add({ fault });
      assert.equal(await outcome(blobs.getBlockBlobClient('a').upload('x', 1)), seen);
      assert.equal(emulator.store.file(emulator.account, 'raw/a') !== null, done);
      assert.equal(emulator.events.take().length, done ? 1 : 0);
      assert.equal(await outcome(blobs.getBlockBlobClient('b').upload('x', 1)), 'done', 'the fault is for one request');
      assert.deepEqual(
        emulator.requests.map((request) => [request.operation, request.fault, request.status]),
        [
          ['PutBlob', fault.kind, done ? 201 : null],
          ['PutBlob', null, 201],
        ],
      );
    });
  }

  it('carry the Retry-After that they are given', async () => {
    await using emulator = await startEmulator(RAW);
    emulator.faults.add({ fault: FAULTS.busy('7') });
    const error: unknown = await clientsOf(emulator)
      .blobs.getProperties()
      .catch((refused: unknown) => refused);
    assert.ok(isRestError(error));
    assert.equal(error.response?.headers.get('retry-after'), '7');
  });
});

describe('faults: lost answers, and what the second try of the SDK makes of them', () => {
  it('create and Put Blob with If-None-Match: 409, though the file is ours', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = retrying(emulator);
    emulator.faults.add({ operation: 'PutBlob', fault: FAULTS.lostAnswer() });
    assert.equal(await outcome(blobs.getBlockBlobClient('a').upload('mine', 4, IF_NONE)), '409 BlobAlreadyExists');
    assert.equal(await textOf(blobs, 'a'), 'mine');
    emulator.faults.add({ operation: 'CreatePath', fault: FAULTS.lostAnswer() });
    assert.equal(await outcome(files.getFileClient('b').create(IF_NONE)), '409 PathAlreadyExists');
    emulator.faults.add({ operation: 'CreatePath', fault: FAULTS.timedOutAfterDoing() });
    assert.equal((await files.getFileClient('c').createIfNotExists()).succeeded, false);
    assert.equal(await files.getFileClient('c').exists(), true);
  });

  it('move: 404 SourcePathNotFound, and the destination has the ETag that the source had', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = retrying(emulator);
    for (const destinationConditions of [{}, { ifNoneMatch: '*' }]) {
      await upload(files, 'a', 'text');
      const etag = await etagOf(blobs, 'a');
      await blobs.getBlobClient('b').deleteIfExists();
      emulator.faults.add({ operation: 'RenamePath', fault: FAULTS.lostAnswer() });
      const move = files.getFileClient('a').move('b', { destinationConditions });
      assert.equal(await outcome(move), '404 SourcePathNotFound');
      assert.equal(await etagOf(blobs, 'b'), etag);
    }
  });

  it('append: well, the position makes it the same', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = retrying(emulator);
    const file = files.getFileClient('a');
    await file.create();
    emulator.faults.add({ operation: 'AppendFile', fault: FAULTS.lostAnswer() });
    assert.equal(await outcome(file.append(Buffer.from('text'), 0, 4)), 'done');
    await file.flush(4);
    assert.equal(await textOf(blobs, 'a'), 'text');
  });

  it('flush: well, with a second event; with If-Match 412, though it is committed', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = retrying(emulator);
    const file = files.getFileClient('a');
    const { etag: ifMatch = '' } = await file.create();
    await file.append(Buffer.from('text'), 0, 4);
    emulator.faults.add({ operation: 'FlushFile', fault: FAULTS.lostAnswer() });
    assert.equal(await outcome(file.flush(4, { conditions: { ifMatch }, close: true })), '412 ConditionNotMet');
    assert.equal(await textOf(blobs, 'a'), 'text');
    emulator.events.take();
    emulator.faults.add({ operation: 'FlushFile', fault: FAULTS.lostAnswer() });
    assert.equal(await outcome(file.flush(4, { close: true })), 'done');
    assert.deepEqual(
      emulator.events.take().map(({ data }) => data.api),
      ['FlushWithClose', 'FlushWithClose'],
    );
  });

  it('delete: 404, though it was we who deleted it', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs, files } = retrying(emulator);
    await upload(files, 'a', 'x');
    await upload(files, 'b', 'x');
    emulator.faults.add({ operation: 'DeletePath', fault: FAULTS.lostAnswer() });
    assert.equal(await outcome(files.getFileClient('a').delete()), '404 PathNotFound');
    emulator.faults.add({ operation: 'DeleteBlob', fault: FAULTS.lostAnswer() });
    assert.equal(await outcome(blobs.getBlobClient('b').delete()), '404 BlobNotFound');
  });
});

describe('faults: bodies and silence', () => {
  async function received(clients: Clients): Promise<{ readonly bytes: number; readonly whole: boolean }> {
    let bytes = 0;
    try {
      const { readableStreamBody } = await clients.blobs
        .getBlobClient('a')
        .download(0, undefined, { maxRetryRequests: 0 });
      for await (const chunk of readableStreamBody ?? []) bytes += chunk.length;
      return { bytes, whole: true };
    } catch {
      return { bytes, whole: false };
    }
  }

  it('cuts a body after so many bytes, at the latest before its last', async () => {
    await using emulator = await startEmulator(RAW);
    const clients = clientsOf(emulator);
    emulator.store.put(emulator.account, 'raw/a', new Uint8Array(300_000));
    for (const bytes of [0, 1, 100_000, 299_999, 1_000_000]) {
      emulator.faults.add({ operation: 'GetBlob', fault: FAULTS.cutBody(bytes) });
      const seen = await received(clients);
      assert.equal(seen.whole, false, String(bytes));
      assert.ok(seen.bytes <= Math.min(bytes, 299_999));
      emulator.faults.clear();
    }
    assert.deepEqual(await received(clients), { bytes: 300_000, whole: true });
  });

  it('drips a body, all of it', async () => {
    const slept: number[] = [];
    const sleep = async (milliseconds: number): Promise<void> => {
      slept.push(milliseconds);
    };
    await using emulator = await startEmulator({ ...RAW, sleep });
    emulator.store.put(emulator.account, 'raw/a', new Uint8Array(1_000));
    emulator.faults.add({ fault: FAULTS.drip(300, 10) });
    assert.deepEqual(await received(clientsOf(emulator)), { bytes: 1_000, whole: true });
    assert.deepEqual(slept, [10, 10, 10, 10]);
  });

  it('stops answering: before it does anything, after it did it, in the midst of a body', async () => {
    await using emulator = await startEmulator(RAW);
    const { blobs } = clientsOf(emulator);
    const put = (path: string): Promise<string> => {
      return outcome(blobs.getBlockBlobClient(path).upload('x', 1, { abortSignal: AbortSignal.timeout(150) }));
    };
    emulator.faults.add({ path: 'raw/before', fault: FAULTS.hangBefore() });
    emulator.faults.add({ path: 'raw/after', fault: FAULTS.hangAfter() });
    assert.equal(await put('before'), 'AbortError');
    assert.equal(await put('after'), 'AbortError');
    assert.equal(emulator.store.file(emulator.account, 'raw/before'), null);
    assert.notEqual(emulator.store.file(emulator.account, 'raw/after'), null);
    emulator.store.put(emulator.account, 'raw/a', new Uint8Array(1_000));
    emulator.faults.add({ path: 'raw/a', fault: FAULTS.stall(400) });
    let bytes = 0;
    const options = { abortSignal: AbortSignal.timeout(150), maxRetryRequests: 0 };
    await assert.rejects(async () => {
      const { readableStreamBody } = await blobs.getBlobClient('a').download(0, undefined, options);
      for await (const chunk of readableStreamBody ?? []) bytes += chunk.length;
    });
    assert.equal(bytes, 400);
  });

  it('ends hung connections when it is closed', async () => {
    const emulator = await startEmulator(RAW);
    emulator.faults.add({ fault: FAULTS.hangBefore() });
    const hung = outcome(clientsOf(emulator).blobs.getProperties());
    await vi.waitUntil(() => emulator.requests.length > 0, { timeout: 60_000 });
    await emulator.close();
    assert.equal(await hung, CUT);
    await assert.rejects(fetch(emulator.blobUrl), 'the port is free again');
  });
});

describe('faults: which requests they meet', () => {
  it('goes by method, host, account, operation and path, from the nth on, so many times', async () => {
    await using emulator = await startEmulator({ ...RAW, accounts: ['landing', 'auditlake'] });
    const landing = clientsOf(emulator);
    const lake = clientsOf(emulator, 'raw', emulator.of('auditlake'));
    const put = (clients: Clients, path: string): Promise<string> => {
      return outcome(clients.blobs.getBlockBlobClient(path).upload('x', 1));
    };
    emulator.faults.add({
      method: 'PUT',
      host: 'blob',
      account: 'landing',
      path: /\.json$/,
      nth: 2,
      times: 2,
      fault: FAULTS.failed(),
    });
    assert.deepEqual([await put(landing, 'a.csv'), await put(lake, 'a.json')], ['done', 'done']);
    const outcomes: string[] = [];
    for (let index = 0; index < 4; index += 1) outcomes.push(await put(landing, `${index}.json`));
    assert.deepEqual(outcomes, ['done', '500 InternalError', '500 InternalError', 'done']);
    assert.equal(emulator.faults.applied, 2);
    emulator.faults.add({ host: 'dfs', fault: FAULTS.busy() });
    assert.equal(await outcome(landing.files.getFileClient('b').exists()), 'done');
    assert.equal(await outcome(landing.files.getFileClient('b').create()), '503 ServerBusy');
  });

  it('follows a seed', async () => {
    const run = async (seed: number): Promise<string[]> => {
      await using emulator = await startEmulator(RAW);
      const { blobs } = clientsOf(emulator);
      const faults = [FAULTS.busy(), FAULTS.lostAnswer(), FAULTS.timedOutAfterDoing()];
      emulator.faults.schedule({ random: new Random(seed), rate: 0.4, faults, operation: 'PutBlob' });
      const outcomes: string[] = [];
      for (let index = 0; index < 25; index += 1) {
        outcomes.push(await outcome(blobs.getBlockBlobClient(`a${index}`).upload('x', 1)));
      }
      return outcomes;
    };
    const first = await run(7);
    assert.ok(first.includes('done') && new Set(first).size === 4, String(first));
    assert.deepEqual(await run(7), first);
    assert.notDeepEqual(await run(8), first);
  });
});
