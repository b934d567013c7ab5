import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty } from '../support/store-faults.ts';
import { delivery, NOW, receiverOf, record, SECRET, said } from './deliveries.ts';

const sha = (body: string | Buffer) => createHash('sha256').update(body).digest('hex');

async function status(body: unknown, headers = {}, options = {}, method = 'POST'): Promise<number> {
  const storage = new MemoryStorage();
  const received = await receiverOf(storage, options).receive(delivery(body, headers, method));
  assert.equal(received.log.status, received.answer.status);
  if (received.answer.status >= 400) {
    assert.equal(received.answer.headers['content-type'], 'application/problem+json');
    const { type, title, status: inBody, detail } = said(received);
    assert.ok(String(type).startsWith('urn:nexthink-audit-lake:problem:') && title !== '' && detail !== '');
    assert.equal(inBody, received.answer.status);
  }
  const isKept = [202, 422].includes(received.answer.status);
  assert.equal(storage.paths().length, isKept ? 1 : 0);
  return received.answer.status;
}

describe('what a delivery is answered with', () => {
  it('202 once it is landed, unchanged, under a name made of the day and its SHA-256', async () => {
    const storage = new MemoryStorage();
    const body = `\n ${JSON.stringify(record())}\n`;
    const received = await receiverOf(storage).receive(delivery(body));
    const path = `raw/landed/webhook/2026-03-01/${sha(body)}.json`;
    assert.deepEqual(storage.paths(), [path]);
    assert.equal(storage.content(path).toString(), body);
    assert.deepEqual(
      [received.answer.status, said(received)],
      [202, { landed: path.slice('raw/'.length), bytes: body.length, records: 1, bad: 0 }],
    );
  });

  it('202 again where it is repeated, and nothing new; another file on the next day', async () => {
    const storage = new MemoryStorage();
    let now = NOW;
    const receiver = receiverOf(storage, {}, { now: () => now });
    for (const repeated of [undefined, true]) {
      const received = await receiver.receive(delivery(record()));
      assert.equal(received.answer.status, 202);
      assert.equal(said(received).repeated, repeated);
    }
    assert.equal(storage.paths().length, 1);
    now += 86_400_000;
    assert.equal((await receiver.receive(delivery(record()))).answer.status, 202);
    assert.equal(storage.paths().length, 2);
  });

  it('503 where another file stands under its name, which is left as it is', async () => {
    const storage = new MemoryStorage();
    const body = JSON.stringify(record());
    const path = `raw/landed/webhook/2026-03-01/${sha(body)}.json`;
    for (const other of ['x'.repeat(body.length), 'x']) {
      storage.put(path, other);
      const received = await receiverOf(storage).receive(delivery(body));
      assert.deepEqual([received.answer.status, received.log.problem], [503, 'differs']);
      assert.match(String(said(received)['detail']), /another content/);
      assert.equal(storage.content(path).toString(), other);
    }
  });

  it('202 for every form that a sender may give it', async () => {
    const [a, b] = [record(1), record(2)];
    const forms: unknown[] = [
      a,
      [a, b],
      { records: [a, b] },
      { tenant: 'x', data: { events: [a, b] } },
      `${JSON.stringify(a)}\n${JSON.stringify(b)}\n`,
      `${JSON.stringify(a)}\r\n${JSON.stringify(b)}`,
      JSON.stringify([a, b], null, 2),
      `\uFEFF${JSON.stringify(a)}`,
      [],
      { records: [] },
      { ...a, time: 1772359200123 },
      { ...a, code: '90211', user: null },
    ];
    for (const form of forms) assert.equal(await status(form), 202, JSON.stringify(form));
    for (const method of ['PUT', 'PATCH']) assert.equal(await status(a, {}, {}, method), 202);
    for (const type of ['', 'text/plain; charset=UTF-8', 'application/x-ndjson', 'application/cloudevents+json'])
      assert.equal(await status(a, { 'content-type': type }), 202, type);
  });

  it('undoes what it is compressed by, and names what was within', async () => {
    const body = JSON.stringify(record());
    const forms = [
      ['gzip', gzipSync(body)],
      ['x-gzip', gzipSync(body)],
      ['deflate', deflateSync(body)],
      ['deflate', deflateRawSync(body)],
      ['br', brotliCompressSync(body)],
      ['zstd', zstdCompressSync(body)],
      ['identity', Buffer.from(body)],
    ] as const;
    for (const [coding, sent] of forms) {
      const storage = new MemoryStorage();
      const { answer } = await receiverOf(storage).receive(delivery(sent, { 'content-encoding': coding }));
      assert.equal(answer.status, 202, coding);
      assert.deepEqual(storage.paths(), [`raw/landed/webhook/2026-03-01/${sha(body)}.json`]);
      if (coding === 'identity') continue;
      const cut = sent.subarray(0, sent.length - 3);
      assert.equal(await status(cut, { 'content-encoding': coding }), 400, coding);
      assert.equal(await status('{"a":1}', { 'content-encoding': coding }), 400, coding);
      if (coding !== 'deflate')
        assert.equal(
          await status(Buffer.concat([sent, Buffer.from('junk')]), { 'content-encoding': coding }),
          400,
          coding,
        );
    }
    assert.equal(await status(body, { 'content-encoding': 'compress' }), 415);
    assert.equal(await status(body, { 'content-encoding': 'gzip, br' }), 415);
  });

  it('413 for what is too large, also once it is decompressed', async () => {
    const options = { webhookMaxBytes: '1000' };
    const bomb = Buffer.alloc(50 * 2 ** 20, ' ');
    assert.equal(await status(JSON.stringify([...Array(20)].map(record)), {}, options), 413);
    for (const [coding, compress] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['zstd', zstdCompressSync],
    ] as const)
      assert.equal(await status(compress(bomb), { 'content-encoding': coding }), 413, coding);
  });

  it('400 for what is no JSON, with the place', async () => {
    const cases: [string, number, number][] = [
      ['', 0, 0],
      ['hello', 1, 1],
      ['42', 1, 1],
      ['"text"', 1, 1],
      ['{"time":}', 1, 9],
      ['{"a":1,\n "é": "x" "b"}', 2, 11],
      ['[1,2', 1, 5],
      ['{"a":"say "x""}', 1, 12],
      ['{"a":"line\nend"}', 1, 11],
      ['{"a":01}', 1, 6],
    ];
    for (const [body, line, column] of cases) {
      assert.equal(await status(body), 400, body);
      if (line === 0) continue;
      const found = said(await receiverOf(new MemoryStorage()).receive(delivery(body)));
      assert.deepEqual([found.line, found.column], [line, column], body);
    }
    assert.equal(await status(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), 400);
    assert.equal(await status(`${'['.repeat(33)}${']'.repeat(33)}`), 400);
    assert.equal(await status(`{"a":${'['.repeat(100_000)}`), 400);
    assert.equal(await status({ ...record(), more: JSON.parse('[[[[1]]]]') }, {}, { webhookMaxDepth: '4' }), 400);
  });

  it('202 where some lines are damaged and others are records: the damaged ones are for quarantine', async () => {
    const received = await receiverOf(new MemoryStorage()).receive(
      delivery(`${JSON.stringify(record())}\n{"time":"2026","co\n${JSON.stringify(record(2))}\n`),
    );
    assert.deepEqual([received.answer.status, said(received).records, said(received).bad], [202, 3, 1]);
  });

  it('422 where no record is understood, with names and the setting, and no value; and keeps it', async () => {
    const storage = new MemoryStorage();
    const body = { event: { when: 'secret value', auditCode: 'also secret', list: [{ deep: 1 }] }, tenant: 'x' };
    const received = await receiverOf(storage, { webhookAliases: 'time=event.at,code=event.code' }).receive(
      delivery(body),
    );
    const found = said(received);
    assert.equal(received.answer.status, 422);
    assert.deepEqual(found.found, ['event.when', 'event.auditCode', 'event.list[].deep', 'tenant']);
    assert.equal(found.setting, 'AUDIT_LAKE_WEBHOOK_ALIASES');
    assert.deepEqual([found.expected.time, found.expected.code], [['event.at'], ['event.code']]);
    assert.ok(found.expected.message.includes('message'));
    assert.match(found.detail, /found no name for time, code, message\./);
    assert.ok(!received.answer.body.includes('secret value') && !received.answer.body.includes('also secret'));
    assert.deepEqual(storage.paths(), [`raw/${found.landed}`]);
  });

  it('422 that says what each bad record lacks', async () => {
    const lacks = async (change: object) => {
      const received = await receiverOf(new MemoryStorage()).receive(delivery({ ...record(), ...change }));
      assert.equal(received.answer.status, 422, JSON.stringify(change));
      return Object.keys(said(received).reasons)[0];
    };
    assert.equal(await lacks({ time: 'yesterday' }), 'time_unreadable');
    assert.equal(await lacks({ time: null }), 'time_missing');
    assert.equal(await lacks({ time: '1999-01-01T00:00:00Z' }), 'time_out_of_range');
    assert.equal(await lacks({ code: '' }), 'code_missing');
    assert.equal(await lacks({ code: 1e300 }), 'code_unreadable');
  });

  it('415 for another form, 405 for another method, with what would do', async () => {
    for (const type of [
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'json',
    ])
      assert.equal(await status(record(), { 'content-type': type }), 415, type);
    assert.equal(await status(record(), { 'content-type': 'application/json; charset=utf-16' }), 415);
    assert.equal(await status(record(), { 'content-type': 'application/json; charset="UTF-8"' }), 202);
    const { answer } = await receiverOf(new MemoryStorage()).receive(delivery(record(), {}, 'DELETE'));
    assert.deepEqual([answer.status, answer.headers['allow']], [405, 'GET, HEAD, POST, PUT, PATCH']);
  });

  it('503 with when to come again where the storage fails; what was kept all the same is kept once', async () => {
    const storage = new MemoryStorage();
    for (const fate of ['fails', 'answer lost'] as const) {
      let isFailing = true;
      const failing = faulty(storage, ({ operation }) => (isFailing && operation === 'create' ? fate : 'passes'));
      const receiver = receiverOf(failing);
      const { answer } = await receiver.receive(delivery(record()));
      assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '30']);
      isFailing = false;
      assert.equal((await receiver.receive(delivery(record()))).answer.status, 202);
      assert.equal(storage.paths().length, 1);
    }
  });

  it('never 202 before the bytes are there', async () => {
    const storage = new MemoryStorage();
    const order: string[] = [];
    const slow = faulty(storage, async ({ operation }): Promise<Fate> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      order.push(operation);
      return 'passes';
    });
    await receiverOf(slow)
      .receive(delivery(record()))
      .then(() => order.push('answer'));
    assert.equal(order.at(-1), 'answer');
    assert.ok(order.includes('create'));
  });

  it('200 to whoever asks whether it is there, without a secret on either side', async () => {
    for (const method of ['GET', 'HEAD']) {
      const { answer } = await receiverOf(new MemoryStorage()).receive({ ...delivery(''), headers: {}, method });
      assert.equal(answer.status, 200);
      assert.ok(!answer.body.includes(SECRET));
    }
  });

  it('408 to whoever is too slow, and lands nothing', async () => {
    const storage = new MemoryStorage();
    const never = (async function* () {
      yield Buffer.from('{');
      await new Promise(() => undefined);
    })();
    const { answer } = await receiverOf(storage, {}, { times: { bodyMs: 20 } }).receive({
      ...delivery(''),
      body: never,
    });
    assert.equal(answer.status, 408);
    assert.deepEqual(storage.paths(), []);
  });

  it('400, for the log, where the connection ends before the body', async () => {
    const cut = (async function* () {
      yield Buffer.from('{');
      throw new Error('ECONNRESET');
    })();
    const { log } = await receiverOf(new MemoryStorage()).receive({ ...delivery(''), body: cut });
    assert.deepEqual([log.status, log.problem], [400, 'cut-off']);
  });
});

describe('who may send', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it('shows the secret in the header, as a Bearer token or as the password of Basic', async () => {
    const none = { 'x-audit-lake-secret': '' };
    const shown: Record<string, string>[] = [
      { 'x-audit-lake-secret': SECRET },
      { ...none, authorization: basic(`nexthink:${SECRET}`) },
      { ...none, authorization: basic(`:${SECRET}`).replace('Basic', 'basic') },
      { 'x-audit-lake-secret': 'wrong', authorization: basic(`u:${SECRET}`) },
    ];
    for (const headers of shown) assert.equal(await status(record(), headers), 202, JSON.stringify(headers));
    const token = 'a-token-without-any-blank';
    const received = await receiverOf(new MemoryStorage(), {}, { secret: token }).receive(
      delivery(record(), { ...none, authorization: `Bearer ${token}` }),
    );
    assert.equal(received.answer.status, 202);
    assert.equal(await status(record(), { ...none, 'x-other': SECRET }, { webhookHeader: 'X-Other' }), 202);
  });

  it('is told 401 alike whatever is wrong, before anything of the body is read', async () => {
    const wrong: Record<string, string>[] = [
      {},
      { 'x-audit-lake-secret': '' },
      { 'x-audit-lake-secret': SECRET.slice(0, -1) },
      { 'x-audit-lake-secret': `${SECRET}x` },
      { 'x-audit-lake-secret': SECRET.toUpperCase() },
      { authorization: SECRET },
      { authorization: `Bearer ${SECRET}x` },
      { authorization: basic(SECRET) },
      { authorization: basic(`${SECRET}:x`) },
      { authorization: 'Basic !!!' },
      { authorization: `Digest ${SECRET}` },
    ];
    const answers = new Set<string>();
    for (const headers of wrong) {
      let isRead = false;
      const body = (async function* () {
        isRead = true;
        yield Buffer.from(JSON.stringify(record()));
      })();
      const { answer } = await receiverOf(new MemoryStorage()).receive({ method: 'POST', headers, body });
      assert.equal(answer.status, 401);
      assert.match(answer.headers['www-authenticate'] ?? '', /Bearer .*Basic/);
      assert.equal(isRead, false);
      answers.add(answer.body);
    }
    assert.equal(answers.size, 1);
  });

  it('finds no receiver where no secret is set that will do', async () => {
    const lineEnd = `${SECRET}\n`;
    for (const secret of [
      '',
      'short',
      lineEnd,
      ` ${SECRET}`,
      'schlüssel-mit-umlauten',
      '@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/x)',
    ]) {
      const receiver = receiverOf(new MemoryStorage(), {}, { secret });
      for (const method of ['POST', 'GET']) {
        const { answer } = await receiver.receive(delivery(record(), { 'x-audit-lake-secret': secret }, method));
        assert.equal(answer.status, 503);
        assert.ok(secret === '' || !answer.body.includes(secret));
      }
    }
  });

  it('is told 429 and when to come again beyond the rate; who shows no secret uses none of it up', async () => {
    let now = NOW;
    const receiver = receiverOf(new MemoryStorage(), { webhookPerMinute: '3' }, { now: () => now });
    const send = async (headers = {}) => (await receiver.receive(delivery(record(), headers))).answer;
    for (let n = 0; n < 5; n++) assert.equal((await send({ 'x-audit-lake-secret': 'x' })).status, 401);
    for (let n = 0; n < 3; n++) assert.equal((await send()).status, 202);
    const late = await send();
    assert.deepEqual([late.status, late.headers['retry-after']], [429, '20']);
    now -= 3_600_000;
    assert.equal((await send()).status, 429);
    now += 20_000;
    assert.equal((await send()).status, 202);
    assert.equal((await send()).status, 429);
  });
});
