import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Nexthink, type Reply } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { countNql, pullClassic, pullNql } from '../../src/landing/index.ts';
import { NexthinkError, overNetwork, type Send } from '../../src/nexthink/index.ts';
import { parseSettings, SETTINGS, type Settings } from '../../src/settings/index.ts';
import { type Storage, StorageFault } from '../../src/storage/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import {
  PLANTED,
  plantedClient,
  plantedEnvironment,
  secretsIn,
  shown,
  storedIn,
  USERS,
} from '../support/planted-secrets.ts';
import { faulty } from '../support/store-faults.ts';
import { clock, NOON, sendTo } from './classic-case.ts';
import { delivery, receiverOf } from './deliveries.ts';

const URL_ = 'https://acme.example';

function settingsOf(environment: Readonly<Record<string, string>>): Settings {
  return parseSettings({ environment, options: { lake: 'lake', nqlCountQuery: '#audit_counts' } });
}

function nexthink(): Nexthink {
  return new Nexthink({
    now: () => NOON,
    clients: [
      { id: USERS.classicClient, secret: PLANTED.classicClientSecret, scope: 'service:audit-trail' },
      { id: USERS.nqlClient, secret: PLANTED.nqlClientSecret, scope: 'service:integration' },
    ],
    classic: { now: () => NOON, accounts: new Map([[USERS.classic, PLANTED.classicPassword]]), repeatsRequest: true },
  });
}

/** Runs whatever pulls, each by itself, and gives all that came of it: results, errors, and what is stored. */
async function allThatComes(send: Send, around: (storage: Storage) => Storage = (storage) => storage): Promise<string> {
  const found: string[] = [];
  const pulls = [
    [pullClassic, plantedEnvironment(URL_)],
    [pullClassic, plantedClient(URL_)],
    [pullNql, plantedEnvironment(URL_)],
    [countNql, plantedEnvironment(URL_)],
  ] as const;
  for (const [pull, environment] of pulls) {
    const [raw, kept] = [new MemoryStorage(), new MemoryStorage()];
    const host = clock();
    const told = (...given: readonly unknown[]): void => void found.push(shown(given));
    const options = { state: around(kept), send, onLog: told, onExport: told, onStep: told };
    try {
      found.push(shown(await pull({ storage: around(raw), host }, settingsOf(environment), options)));
    } catch (error) {
      found.push(shown(error));
    }
    found.push(storedIn(raw).toString('latin1'), storedIn(kept).toString('latin1'));
  }
  return found.join('\n');
}

function assertNone(text: string, where: string): void {
  assert.deepEqual(secretsIn(Buffer.from(text, 'latin1')), [], where);
  assert.deepEqual(secretsIn(text), [], where);
}

/** Requests, by what they are for. */
const STAGES = {
  token: /\/token$/,
  classic: /\/audit-trail\//,
  start: /\/nql\/export$/,
  status: /\/nql\/status\//,
  download: /\/exports\//,
} as const;

/** What a server answers that repeats whatever it was sent, in every part of its answer. */
function echoes(sent: string): Reply[] {
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const bodies = [
    json([{ code: 500, message: `Authorization was ${sent}`, sent }, sent, [sent]]),
    json({
      error: 'invalid',
      error_description: sent,
      status: sent,
      exportId: sent,
      resultsFileUrl: sent,
      access_token: `${sent}\n`,
    }),
    json({ status: 'COMPLETED', resultsFileUrl: `ftp://${encodeURIComponent(sent)}` }),
    Buffer.from(`<html>${sent}</html>`),
    Buffer.from(sent),
  ];
  const header = encodeURIComponent(sent);
  return [200, 202, 206, 302, 400, 401, 403, 404, 429, 500, 503].flatMap((status) =>
    bodies.map((body) => ({
      status,
      headers: {
        location: `https://other.example/?${header}`,
        'retry-after': header,
        'content-type': header,
        'x-y': header,
      },
      body,
    })),
  );
}

describe('secrets', () => {
  it('are found by the search itself, however they are written', () => {
    for (const [name, secret] of Object.entries(PLANTED)) {
      const basic = Buffer.from(`${USERS.nqlClient}:${secret}`).toString('base64');
      const written = [secret, JSON.stringify({ secret }), encodeURIComponent(secret), shown(new Error(secret))];
      for (const text of [...written, `Basic ${basic}`, new URLSearchParams({ secret }).toString()])
        assert.ok(secretsIn(text).includes(name), text);
    }
    assert.deepEqual(secretsIn(shown(new Error('x', { cause: new Error(PLANTED.nqlClientSecret) }))), [
      'nqlClientSecret',
    ]);
  });

  it('are in every setting that is one, so that what is new is searched for too', () => {
    const secret = SETTINGS.filter(({ environmentOnly, secret }) => environmentOnly === true && secret === 'all');
    assert.deepEqual(secret.map(({ name }) => name).toSorted(), Object.keys(PLANTED).toSorted());
  });

  it('stay out of all that comes of pulls where nothing goes wrong, and where the account is another', async () => {
    const service = nexthink();
    const all = await allThatComes(sendTo({ nexthink: service }));
    assertNone(all, 'good');
    const strangers = new Nexthink({ now: () => NOON, classic: { repeatsRequest: true } });
    assertNone(await allThatComes(sendTo({ nexthink: strangers })), 'refused');
  });

  it('stay out of all that comes of servers that repeat them', async () => {
    for (const [stage, pattern] of Object.entries(STAGES)) {
      for (const kind of echoes('').keys()) {
        const service = nexthink();
        const hostile: Send = async (exchange) => {
          const { url, headers = {}, body = '' } = exchange;
          // What is no address the client itself refuses.
          if (!URL.canParse(url) || !url.startsWith('https://'))
            return await overNetwork({ allowLoopback: false })(exchange);
          if (!pattern.test(new URL(url).pathname)) return await sendTo({ nexthink: service })(exchange);
          const basic = Buffer.from((headers['authorization'] ?? '').replace(/^Basic /, ''), 'base64').toString('utf8');
          const sent = [url, body, headers['authorization'] ?? '', basic].join(' ');
          const reply = echoes(sent)[kind]!;
          // What a result has in it is what the trail has, and is landed as it is.
          if (stage === 'download' && reply.status < 300) return await sendTo({ nexthink: service })(exchange);
          return await sendTo({ nexthink: service }, () => reply)(exchange);
        };
        assertNone(await allThatComes(hostile), `${stage} ${kind}`);
      }
    }
  });

  it('stay out of errors of the network and of the storage', async () => {
    for (const pattern of Object.values(STAGES)) {
      const service = nexthink();
      const broken: Send = async (exchange) => {
        if (pattern.test(new URL(exchange.url).pathname)) throw new NexthinkError('broken', null, true);
        return await sendTo({ nexthink: service })(exchange);
      };
      assertNone(await allThatComes(broken), String(pattern));
    }
    for (const operation of ['create', 'replace', 'head', 'read'] as const) {
      const failing = (storage: Storage): Storage =>
        faulty(storage, (call) => (call.operation === operation ? 'fails' : 'passes'));
      assertNone(await allThatComes(sendTo({ nexthink: nexthink() }), failing), operation);
    }
  });

  it('stay out of what connections fail with: other protocols, redirects, cuts, names that are none', async () => {
    const answers: Record<string, (socket: Socket, request: string) => void> = {
      'not HTTP': (socket, request) => socket.end(`${request}\r\n\r\n`),
      'a header that is none': (socket, request) =>
        socket.end(`HTTP/1.1 200 OK\r\n${request.replaceAll(':', '')}\r\n\r\n`),
      'a status line with it': (socket, request) =>
        socket.end(`HTTP/1.1 200 ${request.split('\r\n').join(' ')}\r\n\r\n`),
      redirect: (socket, request) =>
        socket.end(
          `HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/?${encodeURIComponent(request)}\r\ncontent-length: 0\r\n\r\n`,
        ),
      cut: (socket, request) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n${request}`),
      'cut chunks': (socket, request) =>
        socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfff\r\n${request}`),
      'bad chunks': (socket, request) => socket.end(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${request}`),
      reset: (socket) => socket.resetAndDestroy(),
      silence: () => undefined,
    };
    for (const [name, answer] of Object.entries(answers)) {
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('data', (data) => answer(socket, data.toString('latin1')));
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const network = overNetwork({ allowLoopback: true, patienceMs: 40 });
      try {
        for (const scheme of name === 'silence' ? ['http'] : ['http', 'https']) {
          const here: Send = (exchange) =>
            network({ ...exchange, url: exchange.url.replace(URL_, `${scheme}://127.0.0.1:${port}`) });
          assertNone(await allThatComes(here), `${name} by ${scheme}`);
        }
      } finally {
        for (const socket of sockets) socket.destroy();
        server.close();
      }
    }
    const nowhere: Send = (exchange) =>
      overNetwork({ allowLoopback: false, patienceMs: 40 })({
        ...exchange,
        url: exchange.url.replace('acme.example', 'acme.invalid'),
      });
    assertNone(await allThatComes(nowhere), 'no such name');
    const inside: Send = (exchange) =>
      overNetwork({ allowLoopback: false })({
        ...exchange,
        url: exchange.url.replace('acme.example', '169.254.169.254'),
      });
    assertNone(await allThatComes(inside), 'an address that is none of the Internet');
  });

  it('stay out of settings that are wrong, and of what is said where they are references that nobody resolved', async () => {
    for (const environment of [
      plantedEnvironment('not an address'),
      { ...plantedEnvironment(URL_), AUDIT_LAKE_NQL_QUERY: PLANTED.nqlClientSecret },
    ]) {
      try {
        settingsOf(environment);
        assert.fail('expected settings that are wrong');
      } catch (error) {
        assert.deepEqual(
          secretsIn(shown(error)).filter((name) => name !== 'nqlClientSecret'),
          [],
        );
      }
    }
    const both = {
      ...plantedClient(URL_),
      AUDIT_LAKE_CLASSIC_USER: 'u',
      AUDIT_LAKE_CLASSIC_PASSWORD: PLANTED.classicPassword,
    };
    const storage = new MemoryStorage();
    const wrong = pullClassic({ storage, host: clock() }, settingsOf(both), { state: storage });
    await assert.rejects(wrong, (error) => {
      assertNone(shown(error), 'both');
      return true;
    });
  });

  it('stay out of what the receiver answers, logs and stores, whoever shows them and however', async () => {
    const shownBy: Readonly<Record<string, string>>[] = [
      { 'x-audit-lake-secret': PLANTED.webhookSecret },
      { authorization: `Bearer ${PLANTED.webhookSecret}`, 'x-audit-lake-secret': '' },
      {
        authorization: `Basic ${Buffer.from(`nql-client:${PLANTED.webhookSecret}`).toString('base64')}`,
        'x-audit-lake-secret': '',
      },
      { 'x-audit-lake-secret': `${PLANTED.webhookSecret}x` },
      { 'x-audit-lake-secret': PLANTED.webhookSecret, 'content-encoding': PLANTED.webhookSecret },
      { 'x-audit-lake-secret': PLANTED.webhookSecret, 'content-type': PLANTED.webhookSecret },
    ];
    const fails = (storage: Storage): Storage =>
      faulty(storage, () => {
        throw new StorageFault('create', 'raw/x', 'down');
      });
    for (const headers of shownBy) {
      for (const body of ['{"a":', '[]', '{"time":"2026-03-01T10:00:00Z","code":90211,"message":"x"}', '']) {
        for (const around of [(storage: Storage) => storage, fails]) {
          const storage = new MemoryStorage();
          const receiver = receiverOf(around(storage), {}, { secret: PLANTED.webhookSecret });
          const received = await receiver.receive(delivery(body, headers));
          assertNone(shown(received) + storedIn(storage).toString('latin1'), JSON.stringify(headers));
        }
      }
    }
  });
});
