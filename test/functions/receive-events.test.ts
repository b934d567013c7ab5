import assert from 'node:assert/strict';
import { HttpRequest } from '@azure/functions';
import { describe, it } from 'vitest';
import { receiveEvents } from '../../src/functions/receive-events.ts';
import type { DeliveryLog } from '../../src/landing/index.ts';
import { receiverOf, record, SECRET } from '../landing/deliveries.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

async function answered(method: string, body?: string, headers: Record<string, string> = {}) {
  const storage = new MemoryStorage();
  const logged: DeliveryLog[] = [];
  const request = new HttpRequest({
    url: 'https://app.example/api/receive-events',
    method,
    headers: { 'X-Audit-Lake-Secret': SECRET, 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body: { string: body } }),
  });
  const response = await receiveEvents(receiverOf(storage), request, (line) => logged.push(line));
  return { response, logged, paths: storage.paths() };
}

describe('a request that reaches the function', () => {
  it('is answered as the receiver answers it, and logged without its content', async () => {
    const { response, logged, paths } = await answered('POST', JSON.stringify(record()));
    assert.equal(response.status, 202);
    assert.equal(paths.length, 1);
    assert.deepEqual(
      logged.map(({ status, records, landed }) => [status, records, landed]),
      [[202, 1, paths[0]?.slice('raw/'.length)]],
    );
    assert.ok(!JSON.stringify(logged).includes('ana@corp.example'));
  });

  it('may be one without a body, or by a stranger', async () => {
    assert.equal((await answered('POST')).response.status, 400);
    assert.equal((await answered('GET')).response.status, 200);
    const { response, paths } = await answered('POST', '{}', { 'X-Audit-Lake-Secret': 'wrong' });
    assert.deepEqual([response.status, paths], [401, []]);
  });
});
