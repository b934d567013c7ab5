import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { record, SECRET } from '../landing/deliveries.ts';
import { inFolder, run } from '../support/cli.ts';
import { send, sendRaw, startReceiving } from './receiving.ts';

const HEADERS = `host: x\r\nx-audit-lake-secret: ${SECRET}\r\ncontent-type: application/json\r\n`;

/** All files that were landed below a lake in a folder. */
function landed(lake: string): string[] {
  const folder = join(lake, 'raw/landed/webhook');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((day) => readdirSync(join(folder, day)).map((name) => join(folder, day, name)));
}

describe('audit-lake receive', () => {
  it(
    'lands what is sent, which ingest takes in; what is sent again changes nothing',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      const receiving = await startReceiving(lake);
      assert.match(receiving.url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
      assert.match(receiving.output(), /ingest --lake/);
      assert.ok(!receiving.output().includes(SECRET));
      for (const body of [record(1), [record(2), record(3)], record(1), { records: [record(4)] }])
        assert.equal((await send(receiving.url, body)).status, 202);
      assert.equal((await send(receiving.url, record(9), { 'x-audit-lake-secret': 'wrong' })).status, 401);
      assert.equal((await send(receiving.url, '{"a":')).status, 400);
      const bodies = landed(lake).map((file) => [file, readFileSync(file)] as const);
      assert.equal(bodies.length, 3);
      for (const [file, body] of bodies)
        assert.ok(file.endsWith(`/${createHash('sha256').update(body).digest('hex')}.json`));
      const first = await run(['ingest', '--lake', lake, '--json']);
      assert.equal(first.code, 0, first.stderr);
      assert.equal(JSON.parse(first.stdout).totals.committed, 4);
      assert.equal((await send(receiving.url, record(1))).status, 202);
      const again = await run(['ingest', '--lake', lake, '--json']);
      assert.equal(JSON.parse(again.stdout).totals.committed, 0);
      assert.equal(await receiving.end(), 0);
      const lines = receiving.output().split('\n');
      assert.equal(lines.filter((line) => / {2}202 {2}/.test(line)).length, 5);
      assert.ok(!receiving.output().includes('ana@corp.example') && !receiving.output().includes(SECRET));
    }),
  );

  it(
    'says as JSON what it does',
    inFolder(async (folder) => {
      const receiving = await startReceiving(join(folder, 'lake'), ['--json']);
      await send(receiving.url, record(1));
      assert.equal(await receiving.end('SIGTERM'), 0);
      const lines = receiving
        .output()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        lines.map(({ event, status }) => [event, status]),
        [
          ['listening', undefined],
          ['delivery', 202],
          ['ended', undefined],
        ],
      );
      assert.deepEqual(lines.at(-1).answers, { 202: 1 });
    }),
  );

  it(
    'does not start without a secret that will do, nor where others could listen in',
    inFolder(async (folder) => {
      const args = ['receive', '--lake', join(folder, 'lake')];
      for (const secret of ['', 'short'])
        assert.match(
          (await run(args, { environment: { AUDIT_LAKE_WEBHOOK_SECRET: secret } })).stderr,
          /AUDIT_LAKE_WEBHOOK_SECRET/,
        );
      const environment = { AUDIT_LAKE_WEBHOOK_SECRET: SECRET };
      for (const host of ['0.0.0.0', '::', 'receiver.example', '127.0.0.1.example', '10.0.0.1']) {
        const { code, stderr } = await run([...args, '--host', host], { environment });
        assert.deepEqual([code, /--tls-cert/.test(stderr)], [2, true], host);
      }
      for (const more of [
        ['--port', '65536'],
        ['--port', 'x'],
        ['--tls-cert', 'x.pem'],
        ['--tls-cert', 'no.pem', '--tls-key', 'no.pem'],
      ])
        assert.equal((await run([...args, ...more], { environment })).code, 2, more.join(' '));
      assert.equal((await run([...args, '--webhook-secret', SECRET])).code, 2);
      assert.equal(existsSync(join(folder, 'lake', 'raw')), false);
    }),
  );

  it(
    'says that it cannot listen where another does',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      const receiving = await startReceiving(lake);
      const { code, stderr } = await run(['receive', '--lake', lake, '--port', String(receiving.port)], {
        environment: { AUDIT_LAKE_WEBHOOK_SECRET: SECRET },
      });
      assert.equal(code, 2, stderr);
      assert.match(stderr, /EADDRINUSE/);
      await receiving.end();
    }),
  );

  it(
    'lets deliveries under way end, and takes no more',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      const receiving = await startReceiving(lake);
      const body = JSON.stringify(record(1));
      const head = `POST / HTTP/1.1\r\n${HEADERS}content-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`;
      const { connect } = await import('node:net');
      const socket = connect(receiving.port, '127.0.0.1');
      let answer = '';
      socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
      await new Promise((resolve) => socket.write(head, resolve));
      await new Promise((resolve) => setTimeout(resolve, 200));
      const ended = receiving.end();
      await new Promise((resolve) => setTimeout(resolve, 300));
      socket.write(body.slice(10));
      assert.equal(await ended, 0);
      assert.match(answer, /^HTTP\/1\.1 202 /);
      assert.equal(landed(lake).length, 1);
    }),
  );

  it(
    'leaves a file whole or not at all where it is killed, and every 202 has its file',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      for (let round = 0; round < 3; round++) {
        const receiving = await startReceiving(lake);
        const bodies = Array.from({ length: 40 }, (_, n) => JSON.stringify(record(1000 * round + n)));
        const answers = bodies.map(async (body) => {
          const status = await send(receiving.url, body).then(
            ({ status }) => status,
            () => 0,
          );
          if (status === 202) acknowledged.push(body);
        });
        const acknowledged: string[] = [];
        await Promise.race(answers);
        assert.equal(await receiving.end('SIGKILL'), 'SIGKILL');
        await Promise.all(answers);
        const found = new Set(landed(lake).map((file) => readFileSync(file, 'utf8')));
        for (const body of acknowledged) assert.ok(found.has(body));
        for (const body of found) JSON.parse(body);
      }
    }),
  );

  it(
    'says that ingestion needs the mapping as well',
    inFolder(async (folder) => {
      const receiving = await startReceiving(join(folder, 'lake'), [
        '--webhook-aliases',
        'time=event.at,code=event.code',
      ]);
      await receiving.end();
      assert.match(receiving.output(), /ingest.* need.* the same setting/);
      assert.ok(receiving.output().includes('--webhook-aliases "time=event.at,code=event.code"'));
    }),
  );

  it(
    'answers hostile requests as HTTP wants it, and lands nothing of them',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      const receiving = await startReceiving(lake, ['--webhook-max-bytes', '10000']);
      const body = JSON.stringify(record(1));
      const smuggled = `POST / HTTP/1.1\r\n${HEADERS}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nPOST / HTTP/1.1\r\n\r\n`;
      assert.match(await sendRaw(receiving.port, [smuggled]), /^HTTP\/1\.1 400 /);
      const twice = `POST / HTTP/1.1\r\n${HEADERS}content-length: 4\r\ncontent-length: 5\r\n\r\n[]  `;
      assert.match(await sendRaw(receiving.port, [twice]), /^HTTP\/1\.1 400 /);
      const folded = `POST / HTTP/1.1\r\n${HEADERS}x-more: a\r\n b\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`;
      assert.match(await sendRaw(receiving.port, [folded]), /^HTTP\/1\.1 4\d\d /);
      assert.match(
        await sendRaw(receiving.port, [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`]),
        /^HTTP\/1\.1 431 /,
      );
      assert.match(await sendRaw(receiving.port, ['\u0016\u0003\u0001 hello\r\n\r\n']), /^HTTP\/1\.1 400 /);
      const endless = `POST / HTTP/1.1\r\n${HEADERS}transfer-encoding: chunked\r\n\r\n`;
      const chunk = `3e8\r\n${' '.repeat(1000)}\r\n`;
      const tooLarge = await sendRaw(receiving.port, [endless, ...Array(15).fill(chunk), '0\r\n\r\n']);
      assert.match(tooLarge, /^HTTP\/1\.1 413 /);
      assert.match(tooLarge, /"status":413/);
      const declared = await sendRaw(receiving.port, [
        `POST / HTTP/1.1\r\n${HEADERS}content-length: 99999999\r\n\r\n`,
        'x'.repeat(9_000),
      ]);
      assert.match(declared, /^HTTP\/1\.1 413 /);
      assert.deepEqual(landed(lake), []);
      const request = `POST / HTTP/1.1\r\n${HEADERS}content-length: ${body.length}\r\n`;
      const pipelined = await sendRaw(receiving.port, [
        `${request}\r\n${body}${request}\r\n${body}${request}connection: close\r\n\r\n${body}`,
      ]);
      assert.equal(pipelined.match(/HTTP\/1\.1 202 /g)?.length, 3);
      assert.equal(landed(lake).length, 1);
      await receiving.end();
      assert.match(receiving.output(), / {2}413 {2}127\.0\.0\.1 /);
      assert.doesNotMatch(receiving.output(), / {2}unknown {2}/);
    }),
  );

  it(
    'has the body come only where it is taken (Expect: 100-continue)',
    inFolder(async (folder) => {
      const receiving = await startReceiving(join(folder, 'lake'));
      const body = JSON.stringify(record(1));
      const request = `POST / HTTP/1.1\r\n${HEADERS}content-length: ${body.length}\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n`;
      assert.match(await sendRaw(receiving.port, [request, body]), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 202 /);
      const refused = await sendRaw(receiving.port, [request.replace(SECRET, 'wrong'), body]);
      assert.match(refused, /^HTTP\/1\.1 401 /);
      assert.match(await sendRaw(receiving.port, [request.replace('100-continue', 'more')]), /^HTTP\/1\.1 417 /);
      await receiving.end();
    }),
  );
});
