import assert from 'node:assert/strict';
import { startNexthink } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { accessTokens, NexthinkError, overNetwork } from '../../src/nexthink/index.ts';
import { type Asked, withServer } from './loopback-server.ts';

const CLIENT = { clientId: 'client', clientSecret: 's3cret', scope: 'service:integration' };
const send = overNetwork({ allowLoopback: true });

function tokens(answers: (asked: readonly Asked[]) => { status?: number; body: string }) {
  return async (
    use: (client: ReturnType<typeof accessTokens>, clock: { at: number }, asked: Asked[]) => Promise<void>,
  ) => {
    const seen: Asked[] = [];
    await withServer(
      (one, response) => {
        seen.push(one);
        const { status = 200, body } = answers(seen);
        response.writeHead(status).end(body);
      },
      async (origin) => {
        const clock = { at: 0 };
        await use(accessTokens(send, { now: () => clock.at }, { ...CLIENT, tokenUrl: `${origin}/token` }), clock, seen);
      },
    );
  };
}

const numbered = tokens((asked) => ({ body: JSON.stringify({ access_token: `t${asked.length}`, expires_in: 900 }) }));

describe('access tokens', () => {
  it('are asked for by client credentials', async () => {
    await numbered(async (client, _, asked) => {
      assert.equal(await client.get(), 't1');
      const [one] = asked;
      assert.equal(one?.method, 'POST');
      assert.equal(one?.headers.authorization, `Basic ${Buffer.from('client:s3cret').toString('base64')}`);
      assert.equal(one?.headers['content-type'], 'application/x-www-form-urlencoded');
      assert.equal(one?.body, 'grant_type=client_credentials&scope=service%3Aintegration');
    });
  });

  it('are what the stand-in takes', async () => {
    await using emulator = await startNexthink();
    const client = { ...CLIENT, clientSecret: 'client-secret', tokenUrl: emulator.tokenUrl };
    assert.match(await accessTokens(send, { now: () => 0 }, client).get(), /^eyJ\.token-1\./);
  });

  it('are kept, renewed a minute before their end, and shared by all that ask at once', async () => {
    await numbered(async (client, clock, asked) => {
      assert.deepEqual(await Promise.all([client.get(), client.get(), client.get()]), ['t1', 't1', 't1']);
      clock.at = 839_999;
      assert.equal(await client.get(), 't1');
      clock.at = 840_000;
      assert.equal(await client.get(), 't2');
      client.forget('t1');
      assert.equal(await client.get(), 't2');
      client.forget('t2');
      assert.equal(await client.get(), 't3');
      assert.equal(asked.length, 3);
    });
  });

  it('that could not be had are asked for again', async () => {
    const failing = tokens((asked) =>
      asked.length === 1 ? { status: 503, body: 's3cret' } : { body: '{"access_token":"t"}' },
    );
    await failing(async (client) => {
      await assert.rejects(
        client.get(),
        (error: NexthinkError) => error.status === 503 && error.transient && !error.message.includes('s3cret'),
      );
      assert.equal(await client.get(), 't');
    });
  });

  it.each([
    [401, '{"error":"invalid_client s3cret"}', /check the client id, its secret and the scope$/],
    [200, 's3cret', /expected a JSON object with access_token/],
    [200, '{"access_token":"s3cret\\r\\nx: y"}', /expected a JSON object with access_token/],
    [200, '[]', /expected a JSON object with access_token/],
  ])('say what is wrong with status %i and %s, and nothing of it', async (status, body, text) => {
    await tokens(() => ({ status, body }))(async (client) => {
      await assert.rejects(client.get(), (error: unknown) => {
        assert.ok(error instanceof NexthinkError);
        assert.match(error.message, text);
        assert.doesNotMatch(error.message, /s3cret|Basic/);
        assert.equal(error.transient, false);
        return true;
      });
    });
  });
});
