import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { HEADER, record, run, start } from '../support/cli.ts';
import { until } from '../support/until.ts';

let folder = '';
let lake = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'browse-'));
  lake = join(folder, 'lake');
  const file = join(folder, 'a.csv');
  await writeFile(file, HEADER + record('Created dashboard, ID=d-1, name=Sales'));
  await run(['ingest', file, '--lake', lake]);
});

const under: ChildProcess[] = [];

// A test that fails leaves nothing running.
afterEach(() => {
  for (const child of under.splice(0)) child.kill('SIGKILL');
});

afterAll(() => rm(folder, { recursive: true }));

/** The command, under way. */
async function browsing(args: readonly string[] = []) {
  const child = start(['browse', '--lake', lake, ...args]);
  under.push(child);
  let output = '';
  let code: number | string | null | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const errors = text(child.stderr);
  child.on('exit', (exit, signal) => {
    code = exit ?? signal;
  });
  const address = () => /http:\S+/.exec(output)?.[0];
  await until(() => code !== undefined || address() !== undefined);
  if (address() === undefined) assert.fail(await errors);
  const entry = new URL(address() ?? '');
  return {
    entry,
    port: Number(entry.port),
    output: () => output,
    end: async (signal: NodeJS.Signals = 'SIGINT') => {
      child.kill(signal);
      await until(() => code !== undefined);
      return { code, errors: await errors };
    },
  };
}

describe('audit-lake browse', () => {
  it('prints an address that counts once, shows the lake to whoever has it, and ends by Ctrl-C', async () => {
    const { entry, output, end } = await browsing(['--time-zone', 'Europe/Zurich']);
    assert.equal(entry.hostname, '127.0.0.1');
    assert.match(entry.searchParams.get('token') ?? '', /^[\w-]{43}$/, '256 bits');
    const first = await fetch(entry, { redirect: 'manual' });
    assert.equal(first.status, 303);
    const [cookie = ''] = first.headers.getSetCookie();
    assert.match(cookie, /^audit_lake_\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    const events = await fetch(new URL('/events.json', entry), { headers });
    assert.equal(events.status, 200);
    const { total, rows } = (await events.json()) as { total: number; rows: Record<string, unknown>[] };
    assert.deepEqual([total, rows[0]?.['object_name']], [1, 'Sales']);
    assert.equal(
      (await fetch(new URL('/events', entry), { headers })).headers.get('content-type'),
      'text/html; charset=UTF-8',
    );
    for (const path of ['/', '/events', '/health', '/quarantine', '/questions']) {
      const page = await (await fetch(new URL(path, entry), { headers })).text();
      assert.match(page, /times in Europe\/Zurich/, path);
    }
    assert.equal((await fetch(entry, { redirect: 'manual' })).status, 403, 'it counted once');
    assert.equal((await fetch(new URL('/events.json', entry))).status, 403);
    const secret = cookie.split(/[=;]/)[1] ?? '';
    const { code, errors } = await end();
    assert.equal(code, 0, errors);
    assert.equal(errors, '');
    assert.match(output(), /\nended\n$/);
    assert.ok(!output().includes(secret));
  });

  it('shows what was ingested meanwhile, and says so', async () => {
    const { entry, end } = await browsing();
    const first = await fetch(entry, { redirect: 'manual' });
    const headers = { cookie: first.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    const page = async (path: string) => await (await fetch(new URL(path, entry), { headers })).text();
    assert.match(await page('/events'), /<strong>1 event</);
    const file = join(folder, 'b.csv');
    await writeFile(file, HEADER + record('Created dashboard, ID=d-2, name=Later'));
    await run(['ingest', file, '--lake', lake]);
    let found = await page('/events');
    while (!found.includes('<strong>2 events<')) found = await page('/events');
    assert.match(found, /The lake has something new since the page before: version \d+ after \d+/);
    assert.doesNotMatch(await page('/events'), /something new since/);
    await end();
  });

  it('listens on this machine alone, takes no body, no address that is none, and nobody who dawdles', async () => {
    const { port, end } = await browsing();
    const raw = async (sent: string): Promise<string> => {
      const socket = connect(port, '127.0.0.1');
      socket.end(sent);
      return await text(socket);
    };
    const host = `Host: 127.0.0.1:${port}\r\n`;
    assert.match(await raw(`GET /../../etc/passwd HTTP/1.1\r\n${host}\r\n`), /^HTTP\/1.1 403 /);
    assert.match(await raw(`GET http://evil.example/ HTTP/1.1\r\n${host}\r\n`), /^HTTP\/1.1 400 /);
    assert.match(await raw(`GET //evil.example/ HTTP/1.1\r\n${host}\r\n`), /^HTTP\/1.1 403 /);
    assert.match(await raw(`GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n`), /^HTTP\/1.1 403 /);
    assert.match(await raw(`GET / HTTP/1.1\r\n\r\n`), /^HTTP\/1.1 400 /);
    assert.match(await raw(`GET / HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n`), /^HTTP\/1.1 400 /);
    assert.match(
      await raw(`POST / HTTP/1.1\r\n${host}Content-Length: 1000000\r\n\r\nx`),
      /^HTTP\/1.1 405 [\s\S]*connection: close/i,
    );
    assert.match(await raw(`GET / HTTP/1.1\r\n${host}X: ${'a'.repeat(20_000)}\r\n\r\n`), /^HTTP\/1.1 431 /);
    assert.match(await raw(`GET / HTTP/1.1\r\n${host}`), /^(HTTP\/1.1 4\d\d |$)/, 'a head that never ends');
    const dawdler = connect(port, '127.0.0.1');
    dawdler.write(`GET / HTTP/1.1\r\n${host}`);
    assert.match(await text(dawdler), /^(HTTP\/1.1 408 |$)/);
    await end();
  });

  it('does not go down with whoever hangs up, and ends with requests under way', async () => {
    const { port, entry, end } = await browsing();
    const first = await fetch(entry, { redirect: 'manual' });
    const headers = { cookie: first.headers.getSetCookie()[0]?.split(';')[0] ?? '' };
    for (let count = 0; count < 10; count++) {
      const asked = request({ host: '127.0.0.1', port, path: `/events?text=${count}`, headers });
      asked.on('error', () => undefined);
      asked.end();
      setTimeout(() => asked.destroy(), count);
    }
    assert.equal((await fetch(new URL('/events', entry), { headers })).status, 200);
    const left = fetch(new URL('/events?text=left', entry), { headers }).catch(() => null);
    const { code, errors } = await end('SIGTERM');
    assert.equal(code, 0);
    assert.equal(errors, '', 'nothing went wrong');
    await left;
  });

  it('answers while hundreds of connections say nothing', async () => {
    const { port, entry, end } = await browsing();
    const first = await fetch(entry, { redirect: 'manual' });
    const headers = { cookie: first.headers.getSetCookie()[0]?.split(';')[0] ?? '', connection: 'close' };
    const silent = Array.from({ length: 600 }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\n');
      return socket;
    });
    for (let count = 0; count < 10; count++) {
      assert.equal((await fetch(new URL('/events.json', entry), { headers })).status, 200);
    }
    for (const socket of silent) socket.destroy();
    await end();
  });

  it('says what is wrong where it cannot begin', async () => {
    const none = await run(['browse', '--lake', join(folder, 'none')]);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /^audit-lake: there is no table in .* yet; make one with: audit-lake ingest/);
    const { port, end } = await browsing();
    const taken = await run(['browse', '--lake', lake, '--port', String(port)]);
    assert.equal(taken.code, 2);
    assert.match(taken.stderr, /^audit-lake: cannot listen on 127\.0\.0\.1, port \d+: .*; choose another --port\n$/);
    assert.equal((await run(['browse', '--lake', lake, '--port', '70000'])).code, 2);
    await end();
  });
});
