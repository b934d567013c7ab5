import assert from 'node:assert/strict';
import { hoursAndCodes, Nexthink, pastHours, type TrailRecord } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { compareLandedCounts } from '../../src/coverage/index.ts';
import { countNql } from '../../src/landing/index.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { HOST, ingest } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { sendTo } from '../support/nexthink-send.ts';

const NOW = Date.parse('2026-05-30T12:30:00Z');
const MINUTE = 60_000;

const RECORDS: TrailRecord[] = Array.from({ length: 1000 }, (_, index) => {
  const time = NOW - (1000 - index) * MINUTE;
  return { id: `${index}`, time, visibleFrom: time, code: 90211 + (index % 2), message: `Did ${index}`, actor: 'li' };
});

const OPTIONS = {
  ...{ lake: 'memory', nqlUrl: 'https://acme.api.example', nqlClientId: 'client', nqlCountQuery: '#counts' },
  nqlTokenUrl: 'https://acme.api.example/oauth2/default/v1/token',
};

function csvOf(records: readonly TrailRecord[]): string {
  const lines = records.map(
    ({ time, code, message, actor }) => `${new Date(time).toISOString()},${code},${message},${actor}\n`,
  );
  return `time,code,message,actor_name\n${lines.join('')}`;
}

describe('what Nexthink counts by NQL', () => {
  it('is landed as it is, and the table held against it', async () => {
    const settings = parseSettings({
      environment: { AUDIT_LAKE_NQL_CLIENT_SECRET: 'client-secret' },
      options: OPTIONS,
    });
    const queries = { '#audit_trail': pastHours(24), '#counts': hoursAndCodes(24) };
    const nexthink = new Nexthink({ now: () => NOW, records: RECORDS, nql: { queries } });
    const storage = new MemoryStorage();
    storage.put('raw/a.csv', csvOf(RECORDS.filter(({ id }) => id !== '400')));
    await ingest(storage, {}, ['raw/a.csv']);
    const context = { storage, host: { ...HOST, now: () => NOW } };
    const send = sendTo(nexthink);
    const counting = await countNql(context, settings, { state: new MemoryStorage(), send });
    assert.deepEqual([counting.outcome, counting.exports.length], ['done', 1]);
    const result = await compareLandedCounts({ storage, host: HOST }, settings);
    assert.equal(result?.refused.length, 0);
    assert.deepEqual(
      result?.findings.map(({ code, difference }) => [code, difference]),
      [[90211, 1]],
    );
  });
});
