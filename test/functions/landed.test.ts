import assert from 'node:assert/strict';
import { hoursAndCodes, pastHours, startNexthink, type TrailRecord } from 'nexthink-emulator';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { LANDING } from '../../package/bundle.ts';
import { messages } from '../support/lake.ts';
import { type Given, onApp, records, verified } from './app-case.ts';
import { tick } from './event-grid.ts';
import { type ExtractedPackage, extractPackage } from './extracted-package.ts';
import { type RunningApp, startApp } from './function-host.ts';

const SECRET = 'a-secret-of-the-tests';
const HOUR = 3_600_000;

/** Events of the last hours, none of the current one. */
function trail(count: number): TrailRecord[] {
  const hour = Math.floor(Date.now() / HOUR) * HOUR;
  return Array.from({ length: count }, (_, index) => {
    const time = hour - HOUR * (1 + (index % 5)) + index * 1000;
    return {
      id: String(index),
      time,
      visibleFrom: time,
      code: 90211,
      message: `User login, id=u-${index}`,
      actor: 'a',
    };
  });
}

/** The landing app beside the pipeline's, on the same emulated account. */
async function landingApp(
  folder: string,
  { emulator }: Given,
  environment: Readonly<Record<string, string>>,
): Promise<RunningApp> {
  const { dfsUrl } = emulator.of('landing');
  emulator.store.container('landing', 'landing-state');
  return await startApp(folder, {
    AUDIT_LAKE_RAW: `${dfsUrl}/raw`,
    AUDIT_LAKE_LANDING_STATE: `${dfsUrl}/landing-state`,
    AUDIT_LAKE_STORAGE_CONNECTION_STRING: `AccountKey=${emulator.key}`,
    ...environment,
  });
}

describe('what the landing app lands, and the pipeline’s app takes in', () => {
  let pipeline: ExtractedPackage;
  let landing: ExtractedPackage;
  beforeAll(async () => {
    [pipeline, landing] = await Promise.all([extractPackage(), extractPackage(LANDING)]);
  });
  afterAll(async () => {
    await pipeline[Symbol.asyncDispose]();
    await landing[Symbol.asyncDispose]();
  });

  it(
    'is a delivery after the other, in few commits, without an event',
    onApp(
      () => pipeline,
      async (given) => {
        const { app, lake, emulator } = given;
        const receiver = await landingApp(landing.folder, given, { AUDIT_LAKE_WEBHOOK_SECRET: SECRET });
        for (let index = 0; index < 20; index++) {
          const event = {
            time: '2026-03-01T10:00:00.123Z',
            code: 90211,
            message: `User login, id=u-${index}`,
            user: 'a',
          };
          const bytes = Buffer.from(JSON.stringify(event));
          await receiver.invoke('receive-events', {
            http: {
              ...{ method: 'POST', url: 'https://app.azurewebsites.net/api/receive-events', body: { bytes } },
              headers: { authorization: `Bearer ${SECRET}` },
            },
          });
        }
        assert.deepEqual([...new Set(records(receiver, 'delivery').map(({ status }) => status))], [202]);
        await tick(app, 'take-landed');
        assert.equal((await messages(lake)).length, 20);
        const [taking] = records(app, 'landed_taking');
        assert.deepEqual(
          [taking?.['waiting'], taking?.['ingested'], taking?.['rows'], taking?.['left']],
          [20, 20, 20, 0],
        );
        assert.equal(records(app, 'commit').length, 1);
        assert.deepEqual([...new Set(records(app, 'file').map((each) => each['function']))], ['take-landed']);
        await tick(app, 'take-landed');
        assert.equal(records(app, 'landed_taking')[1]?.['waiting'], 0);
        assert.equal(records(app, 'commit').length, 1);
        await verified(lake);
        // What is landed is there by one request each, and nothing of it is changed by anybody.
        const changed = emulator.requests.filter(
          ({ account, path, method }) =>
            account === 'landing' && path.startsWith('raw/') && method !== 'GET' && method !== 'HEAD',
        );
        assert.deepEqual([...new Set(changed.map(({ operation }) => operation))], ['PutBlob']);
      },
    ),
  );

  it(
    'is what a saved query has, and is compared with what Nexthink counted',
    onApp(
      () => pipeline,
      async (given) => {
        const { app, lake } = given;
        const queries = { '#audit_trail': pastHours(24), '#audit_trail_counts': hoursAndCodes(24) };
        await using nexthink = await startNexthink({ records: trail(30), nql: { queries } });
        const puller = await landingApp(landing.folder, given, {
          AUDIT_LAKE_ALLOW_LOOPBACK: 'true',
          AUDIT_LAKE_NQL_URL: nexthink.apiUrl,
          AUDIT_LAKE_NQL_TOKEN_URL: nexthink.tokenUrl,
          AUDIT_LAKE_NQL_CLIENT_ID: 'client',
          AUDIT_LAKE_NQL_CLIENT_SECRET: 'client-secret',
          AUDIT_LAKE_NQL_QUERY: '#audit_trail',
          AUDIT_LAKE_NQL_SCHEDULE: '0 10 * * * *',
          AUDIT_LAKE_NQL_COUNT_QUERY: '#audit_trail_counts',
          AUDIT_LAKE_NQL_COUNT_SCHEDULE: '0 0 5 * * *',
        });
        await tick(puller, 'pull-nql');
        await tick(puller, 'count-nql');
        const pulls = records(puller, 'pull').map((each) => [
          each['way'],
          each['trail'],
          each['files'],
          each['caught_up'],
        ]);
        assert.deepEqual(pulls, [
          ['nql', '#audit_trail', 1, true],
          ['counts', '#audit_trail_counts', 1, true],
        ]);
        const calls = records(puller, 'nql_calls').map((each) => [
          each['way'],
          each['used'],
          each['left_to_pull'],
          each['left_to_count'],
        ]);
        assert.deepEqual(calls, [
          ['nql', 1, 22, 23],
          ['counts', 2, 22, 22],
        ]);
        await tick(app, 'take-landed');
        assert.equal((await messages(lake)).length, 30);
        await tick(app, 'compare-coverage');
        const [coverage] = records(app, 'coverage');
        assert.deepEqual(
          ['counts', 'refused', 'findings', 'missing', 'excess', 'standing'].map((name) => coverage?.[name]),
          [1, 0, 0, 0, 0, 0],
        );
        assert.ok(Number(coverage?.['reconciled']) > 0, JSON.stringify(coverage));
        assert.deepEqual(records(app, 'failure'), []);
        assert.ok(!puller.lines.join('\n').includes('client-secret'));
      },
      { AUDIT_LAKE_COVERAGE_SCHEDULE: '0 0 6 * * *', AUDIT_LAKE_COVERAGE_LATE_HOURS: '0' },
    ),
  );
});
