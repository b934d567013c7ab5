import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { type Exchange, NexthinkError, overNetwork, textOf, unexpected } from '../../src/nexthink/index.ts';
import { addressFault } from '../../src/nexthink/reach.ts';
import { withServer } from './loopback-server.ts';

const SECRET = 'X-Amz-Signature=5ecre7';

function exchange(url: string, more: Partial<Exchange> = {}): Exchange {
  return { what: 'download a result', method: 'GET', url, reach: 'public', ...more };
}

const onThisMachine = overNetwork({ allowLoopback: true, patienceMs: 200 });
const outside = overNetwork({ allowLoopback: false });

/** A NexthinkError that shows nothing of what is secret. */
function fault(text: RegExp, transient: boolean) {
  return (error: unknown): true => {
    assert.ok(error instanceof NexthinkError, String(error));
    assert.match(error.message, text);
    assert.equal(error.transient, transient, error.message);
    assert.doesNotMatch(`${error.message}${error.stack}`, /5ecre7|in-the-body|\/path/);
    return true;
  };
}

describe('requests', () => {
  it('send what they are given, and stream the bytes of the answer', async () => {
    await withServer(
      (_, response) => {
        response.writeHead(206, { 'retry-after': '7' });
        response.write('ab');
        response.end('c');
      },
      async (origin, asked) => {
        const answer = await onThisMachine(
          exchange(`${origin}/path?a=b`, { method: 'POST', body: 'é', headers: { authorization: 'Bearer t' } }),
        );
        assert.deepEqual([answer.status, answer.length, answer.retryAfterMs], [206, null, 7000]);
        assert.equal(await textOf(answer), 'abc');
        const [one] = asked;
        assert.deepEqual([one?.method, one?.url, one?.body], ['POST', '/path?a=b', 'é']);
        assert.equal(one?.headers.authorization, 'Bearer t');
        assert.equal(one?.headers['accept-encoding'], 'identity');
      },
    );
  });

  it('follow no redirect, and quote neither address nor answer', async () => {
    await withServer(
      (_, response) => response.writeHead(302, { location: 'https://evil.example/in-the-body' }).end('in-the-body'),
      async (origin, asked) => {
        const answer = await onThisMachine(exchange(`${origin}/path?${SECRET}`));
        const error = unexpected('download a result', answer, 'status 200');
        fault(/expected status 200, found status 302: no redirect is followed$/, false)(error);
        assert.equal(asked.length, 1);
      },
    );
  });

  it.each([
    ['fewer bytes than were said', /ECONNRESET$/, true, { 'content-length': '10' }],
    ['a cut answer of pieces', /ECONNRESET$/, true, {}],
  ] as const)('notice %s', async (_, text, transient, headers) => {
    await withServer(
      (_asked, response) => {
        response.writeHead(200, headers);
        response.write('in-the-body'.slice(0, 4), () => response.destroy());
      },
      async (origin) => {
        const answer = await onThisMachine(exchange(`${origin}/path?${SECRET}`));
        await assert.rejects(textOf(answer), fault(text, transient));
      },
    );
  });

  it('refuse an answer whose end nobody could tell', async () => {
    await withServer(
      (_, response) => response.socket?.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nin-the-body'),
      async (origin) => {
        await assert.rejects(textOf(await onThisMachine(exchange(origin))), fault(/says how long it is/, false));
      },
    );
  });

  it.each([
    ['said', { 'content-length': '11' }],
    ['sent', {}],
  ])('refuse more bytes than are allowed, as they are %s', async (_, headers) => {
    await withServer(
      (_asked, response) => response.writeHead(200, headers).end('in-the-body'),
      async (origin) => {
        const answer = await onThisMachine(exchange(origin));
        await assert.rejects(textOf(answer, 10), fault(/expected at most 10 bytes, found more$/, false));
      },
    );
  });

  it.each([
    ['with the head', (): void => undefined],
    [
      'in the body',
      (response: { writeHead(status: number): { write(text: string): unknown } }) => {
        response.writeHead(200).write('in-the-body');
      },
    ],
  ] as const)('wait for an answer that stops %s only so long', async (_, answer) => {
    await withServer(
      (_asked, response) => answer(response),
      async (origin) => {
        const asked = onThisMachine(exchange(origin)).then((head) => textOf(head));
        await assert.rejects(asked, fault(/no answer within 0.2 s$/, true));
      },
    );
  });

  it('end with the reason of their signal', async () => {
    await withServer(
      (_, response) => response.writeHead(200).write('a'),
      async (origin) => {
        const reason = new Error('enough');
        const early = AbortSignal.abort(reason);
        await assert.rejects(onThisMachine(exchange(origin, { signal: early })), reason);
        const controller = new AbortController();
        const answer = await onThisMachine(exchange(origin, { signal: controller.signal }));
        const text = textOf(answer);
        controller.abort(reason);
        await assert.rejects(text, reason);
      },
    );
  });

  it('say that nobody answers', async () => {
    let closed = '';
    await withServer(
      () => undefined,
      async (origin) => {
        closed = origin;
      },
    );
    await assert.rejects(onThisMachine(exchange(`${closed}/path?${SECRET}`)), fault(/ECONNREFUSED$/, true));
  });
});

describe('addresses', () => {
  it('of this machine are asked in trials alone', async () => {
    await withServer(
      (_, response) => response.end('x'),
      async (origin, asked) => {
        const { port } = new URL(origin);
        for (const name of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '127.1', '0x7f000001']) {
          for (const reach of ['public', 'network'] as const) {
            const url = `https://${name}:${port}/path?${SECRET}`;
            await assert.rejects(
              outside(exchange(url, { reach })),
              fault(/found an address of this machine; nothing was sent/, false),
            );
          }
        }
        assert.deepEqual(asked, []);
      },
    );
  });

  it('are asked by https, but in trials on this machine', async () => {
    await assert.rejects(
      outside(exchange(`http://acme.example/path?${SECRET}`)),
      fault(/with https, found http:/, false),
    );
    await assert.rejects(onThisMachine(exchange('http://8.8.8.8/path')), fault(/another machine, by http/, false));
    await assert.rejects(outside(exchange('file:///path')), fault(/with https/, false));
    await assert.rejects(outside(exchange(SECRET)), fault(/expected an address, found another text/, false));
    await assert.rejects(outside(exchange('https://5ecre7:in-the-body@a.example')), fault(/without user/, false));
  });

  it.each([
    ['8.8.8.8', 'public'],
    ['2a00:1450::1', 'public'],
    ['52.95.110.1', 'public'],
    ['10.0.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['fd00::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['169.254.169.254', 'none'],
    ['::ffff:169.254.169.254', 'none'],
    ['fe80::1', 'none'],
    ['0.0.0.0', 'none'],
    ['::', 'none'],
    ['100.64.0.1', 'none'],
    ['168.63.129.16', 'none'],
    ['224.0.0.1', 'none'],
    ['255.255.255.255', 'none'],
    ['64:ff9b::a9fe:a9fe', 'none'],
    ['2002:a9fe:a9fe::1', 'none'],
    ['2001:0:1::1', 'none'],
    ['ff02::1', 'none'],
    ['2001:db8::1', 'none'],
    ['::ffff:8.8.8.8', 'none'],
  ])('%s: %s', (address, kind) => {
    const given = { allowLoopback: false, plain: false };
    const reached = (['public', 'network'] as const).filter(
      (reach) => addressFault(address, { ...given, reach }) === null,
    );
    assert.deepEqual(reached, { public: ['public', 'network'], private: ['network'], none: [] }[kind]);
  });
});
