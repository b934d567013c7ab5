import assert from 'node:assert/strict';
import { type Emulator, FAULTS, startEmulator } from 'adls-emulator';
import { describe, it } from 'vitest';
import { Random } from '../../samples/random.ts';
import { ingestPaths } from '../../src/ingest/index.ts';
import { adlsStorage } from '../../src/storage/adls.ts';
import type { Storage } from '../../src/storage/index.ts';
import { routeRaw } from '../../src/storage/route.ts';
import { verifyLake } from '../../src/verify/index.ts';
import { accountAt, quickHost, ZONES } from '../support/adls-case.ts';
import { HOST, ingest, land, messages, minuteMessages, minutes, outcomes, settings, sources } from '../support/lake.ts';

/** Raw in one account, everything else in another, by public host names and bearer tokens. */
function lakeOn(emulator: Emulator): Storage {
  const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const { httpClient } = emulator;
  const options = { credential, httpClient, host: { ...quickHost(), randomId: HOST.randomId } };
  const raw = adlsStorage(accountAt('https://landing.dfs.core.windows.net/exports/audit log'), {
    ...options,
    onlyZone: 'raw',
  });
  return routeRaw(raw, adlsStorage(accountAt('abfss://lake@auditlake.dfs.core.windows.net/audit'), options));
}

function onTwoAccounts(body: (lake: Storage, emulator: Emulator) => Promise<void>): () => Promise<void> {
  return async () => {
    await using emulator = await startEmulator({
      accounts: ['landing', 'auditlake'],
      containers: [...ZONES, 'exports', 'lake'],
      pageSize: 5,
    });
    await body(lakeOn(emulator), emulator);
  };
}

async function verified(lake: Storage): Promise<void> {
  const { problems, counts } = await verifyLake(lake, settings(), { deep: false, head: null });
  assert.deepEqual(problems, []);
  assert.ok(counts.commits > 0);
}

describe('ADLS: a lake in two accounts', () => {
  it(
    'takes in what lies in the landing account, once, and writes nothing there',
    onTwoAccounts(async (lake, emulator) => {
      await land(lake, 'eu/b c+ü.csv', minutes(0, 30));
      await land(lake, 'a.csv', minutes(20, 30));
      await land(lake, 'bad.csv', 'no header of ours\n1\n');
      emulator.requests.length = 0;
      const run = await ingest(lake);
      assert.deepEqual(outcomes(run).sort(), [
        'a.csv: ingested 30/0/0',
        'bad.csv: rejected 0/0/0',
        'eu/b c+ü.csv: ingested 20/10/0',
      ]);
      assert.deepEqual(await messages(lake), minuteMessages(0, 50));
      const again = await ingest(lake);
      assert.ok(again.reports.every(({ outcome }) => outcome === 'skipped'));
      const written = emulator.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD');
      assert.ok(written.length > 0 && written.every(({ account }) => account === 'auditlake'));
      const etag = emulator.store.file('landing', 'exports/audit log/a.csv')?.etag;
      assert.equal((await sources(lake)).find(({ path }) => path === 'raw/a.csv')?.['etag'], etag);
      await verified(lake);
    }),
  );

  for (const seed of [1, 2, 3]) {
    it(
      `counts every row once whatever goes wrong on the way, and however many work at it (${seed})`,
      onTwoAccounts(async (lake, emulator) => {
        for (let file = 0; file < 4; file++) await land(lake, `${file}.csv`, minutes(file * 20, 30));
        emulator.faults.schedule({
          random: new Random(seed),
          rate: 0.25,
          faults: [
            FAULTS.busy('1'),
            FAULTS.failed(),
            FAULTS.timedOutAfterDoing(),
            FAULTS.lostAnswer(),
            FAULTS.cutBefore(),
            FAULTS.cutBody(10),
          ],
        });
        const workers = [0, 1].map((worker) => {
          const own = worker === 0 ? lake : lakeOn(emulator);
          const named = new Set(worker === 0 ? ['raw/0.csv', 'raw/1.csv'] : ['raw/3.csv', 'raw/2.csv', 'raw/1.csv']);
          return ingestPaths({ storage: own, host: HOST }, settings(), named, { named: true });
        });
        await Promise.all(workers);
        assert.ok(emulator.faults.applied > 5, String(emulator.faults.applied));
        emulator.faults.clear();
        assert.deepEqual(await messages(lake), minuteMessages(0, 90));
        await verified(lake);
      }),
    );
  }
});
