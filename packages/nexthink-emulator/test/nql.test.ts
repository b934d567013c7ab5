import assert from 'node:assert/strict';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { betweenParameters, hoursAndCodes, Nexthink, type Request, startNexthink } from '../src/index.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const HOUR = 3_600_000;

function record(id: string, time: number, visibleFrom = time) {
  return { id, time, visibleFrom, code: 90211, message: `User login, name="${id}"`, actor: 'a' };
}

/** A client that asks without a network. */
function client(nexthink: Nexthink) {
  const ask = (host: Request['host'], method: string, path: string, headers = {}, body = '') =>
    nexthink.answer({ host, method, url: new URL(path, 'https://nexthink.invalid'), headers, body });
  const token = (): Record<string, string> => {
    const basic = Buffer.from('client:client-secret').toString('base64');
    const form = 'grant_type=client_credentials&scope=service%3Aintegration';
    const reply = ask('api', 'POST', '/oauth2/default/v1/token', { authorization: `Basic ${basic}` }, form);
    return { authorization: `Bearer ${JSON.parse(String(reply.body)).access_token}` };
  };
  const start = (headers: Record<string, string>, body: object) =>
    ask('api', 'POST', '/api/v1/nql/export', headers, JSON.stringify(body));
  const status = (headers: Record<string, string>, id: string) =>
    ask('api', 'GET', `/api/v1/nql/status/${id}`, headers);
  return { ask, token, start, status };
}

const json = (body: Buffer) => JSON.parse(String(body));

describe('the NQL export', () => {
  it.each([
    ['NONE', '.csv', (body: Buffer) => body],
    ['GZIP', '.csv.gz', gunzipSync],
    ['ZSTD', '.csv.zst', zstdDecompressSync],
  ] as const)('gives what a query finds, compressed by %s', (compression, suffix, unpack) => {
    const nexthink = new Nexthink({
      now: () => NOW,
      records: [record('b', NOW - HOUR), record('late', NOW - HOUR, NOW + 1), record('old', NOW - 25 * HOUR)],
    });
    const { ask, token, start, status } = client(nexthink);
    const headers = token();
    const { exportId } = json(start(headers, { queryId: '#audit_trail', compression }).body);
    const { status: state, resultsFileUrl } = json(status(headers, exportId).body);
    assert.equal(state, 'COMPLETED');
    const { pathname, search } = new URL(resultsFileUrl);
    assert.ok(pathname.endsWith(suffix));
    assert.equal(
      String(unpack(ask('files', 'GET', pathname + search).body)),
      'time,code,message,actor_name\n2026-11-28T11:00:00.000Z,90211,"User login, name=""b""",a\n',
    );
    assert.equal(ask('files', 'GET', pathname + search, headers).status, 400);
    assert.equal(ask('files', 'GET', pathname).status, 403);
  });

  it('goes through its states, gives addresses that expire, and says what was cut', () => {
    let now = NOW;
    const records = [1, 2, 3].map((hour) => record(String(hour), NOW - hour * HOUR));
    const nexthink = new Nexthink({ now: () => now, records, nql: { takesMs: 1000, rowCap: 2 } });
    const { ask, token, start, status } = client(nexthink);
    const headers = token();
    const { exportId } = json(start(headers, { queryId: '#audit_trail' }).body);
    assert.equal(json(status(headers, exportId).body).status, 'SUBMITTED');
    now += 500;
    assert.equal(json(status(headers, exportId).body).status, 'IN_PROGRESS');
    now += 500;
    const reply = status(headers, exportId);
    assert.equal(reply.status, 206);
    const { pathname, search } = new URL(json(reply.body).resultsFileUrl);
    assert.equal(String(ask('files', 'GET', pathname + search).body).split('\n').length, 4);
    now += 900_000;
    assert.equal(ask('files', 'GET', pathname + search).status, 403);
    assert.equal(status(headers, exportId).status, 401);
  });

  it('takes parameters, counts, and ends with ERROR where a query fails', () => {
    const queries = { '#window': betweenParameters('from', 'to'), '#counts': hoursAndCodes(24) };
    const nexthink = new Nexthink({
      now: () => NOW,
      records: [record('a', NOW - HOUR), record('b', NOW - HOUR + 5)],
      nql: { queries },
    });
    const { token, start, status, ask } = client(nexthink);
    const headers = token();
    const text = (body: object): string => {
      const { exportId } = json(start(headers, body).body);
      const { resultsFileUrl, status: state } = json(status(headers, exportId).body);
      if (state === 'ERROR') return state;
      const { pathname, search } = new URL(resultsFileUrl);
      return String(ask('files', 'GET', pathname + search).body);
    };
    const window = { from: '2026-11-28 11:00:00', to: '2026-11-28 11:00:01' };
    assert.equal(text({ queryId: '#window', parameters: window }).split('\n').length, 4);
    assert.equal(text({ queryId: '#counts' }), 'hour,code,events\n2026-11-28T11:00:00.000Z,90211,2\n');
    assert.equal(text({ queryId: '#window', parameters: {} }), 'ERROR');
    assert.equal(start(headers, { queryId: '#other' }).status, 404);
    assert.equal(start({}, { queryId: '#window' }).status, 401);
  });

  it('takes so many calls a day', () => {
    const nexthink = new Nexthink({ now: () => NOW, nql: { callsPerDay: 2 } });
    const { token, start } = client(nexthink);
    const headers = token();
    const replies = [1, 2, 3].map(() => start(headers, { queryId: '#audit_trail' }));
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 200, 429],
    );
    assert.equal(replies[2]?.headers['retry-after'], String(12 * 3600));
    assert.equal(nexthink.nql.calls.get('2026-11-28'), 3);
  });
});

describe('the ports', () => {
  it('answer, and go wrong as they are told', async () => {
    await using emulator = await startNexthink();
    const { faults, requests } = emulator.nexthink;
    assert.equal((await fetch(`${emulator.apiUrl}/nothing`)).status, 404);
    faults.add({ fault: { kind: 'refusal', when: 'before', status: 429, headers: { 'retry-after': '3' } } });
    const refused = await fetch(emulator.tokenUrl, { method: 'POST' });
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '3']);
    for (const fault of [
      { kind: 'cut', when: 'after' },
      { kind: 'cut-body', share: 0.5 },
    ] as const) {
      faults.add({ fault });
      await assert.rejects(fetch(`${emulator.apiUrl}/nothing`).then((response) => response.text()));
    }
    faults.add({ fault: { kind: 'drip', bytes: 3, everyMs: 1 } });
    assert.equal(await (await fetch(`${emulator.apiUrl}/nothing`)).text(), 'nothing is here');
    assert.deepEqual(
      requests.map(({ status }) => status),
      [404, 429, null, 404, 404],
    );
  });
});
