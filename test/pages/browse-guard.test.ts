import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { browseApp } from '../../src/pages/browse-app.ts';
import { LakePool } from '../../src/pages/browse-pool.ts';

const PORT = 4321;
const TOKEN = 'T'.repeat(43);
const SECRET = 'S'.repeat(43);
const COOKIE = `audit_lake_${PORT}=${SECRET}`;
const HOST = `127.0.0.1:${PORT}`;

/** An application whose one view says something that nobody else may read. */
function app() {
  const pool = new LakePool({
    open: () => Promise.reject(new Error('no lake here')),
    isOutdated: async () => false,
    now: () => 0,
  });
  return browseApp({
    gate: { port: PORT, token: TOKEN, secret: SECRET },
    lake: 'lake',
    timeZone: 'UTC',
    pool,
    views: {
      '/': async () => ({ title: 'Secret', part: 'overview', data: { secret: 'mallory' }, body: () => 'mallory' }),
      '/broken': () => Promise.reject(new Error('at internal (/home/somebody/secret.ts:1:2)')),
    },
    note: () => null,
    trouble: async () => ({ text: 'internal error; run verify', kind: 'program' }),
    now: () => 0,
  });
}

type Headers = Readonly<Record<string, string>>;

async function get(served: ReturnType<typeof app>, path: string, headers: Headers = {}, method = 'GET') {
  return await served.request(`http://${HOST}${path}`, { method, headers: { host: HOST, ...headers } });
}

describe('the first address', () => {
  it('is traded once for a cookie that no script and no other site gets, and leads on to one without the token', async () => {
    const served = app();
    const first = await get(served, `/enter?token=${TOKEN}`);
    assert.equal(first.status, 303);
    assert.equal(first.headers.get('location'), '/');
    assert.equal(first.headers.get('set-cookie'), `${COOKIE}; HttpOnly; SameSite=Strict; Path=/`);
    assert.equal((await get(served, `/enter?token=${TOKEN}`)).status, 403, 'a second time');
    const again = await get(served, `/enter?token=${TOKEN}`, { cookie: COOKIE });
    assert.equal(again.status, 303, 'whoever has the cookie already is led on');
    assert.equal(again.headers.get('set-cookie'), null);
  });

  it.each([['', 'T', `${TOKEN}T`, TOKEN.toLowerCase(), SECRET, encodeURIComponent('\0'.repeat(43))]].flat())(
    'is not traded for another token: %s',
    async (token) => {
      const served = app();
      const answer = await get(served, `/enter?token=${token}`);
      assert.equal(answer.status, 403);
      assert.equal(answer.headers.get('set-cookie'), null);
      assert.equal((await get(served, `/enter?token=${TOKEN}`)).status, 303, 'and the right one still counts');
    },
  );

  it('is not spent by whoever only asks what would come', async () => {
    const served = app();
    const head = await get(served, `/enter?token=${TOKEN}`, {}, 'HEAD');
    assert.equal(head.headers.get('set-cookie'), null);
    assert.equal((await get(served, '/enter?token=other', {}, 'HEAD')).status, 403);
    const first = await get(served, `/enter?token=${TOKEN}`);
    assert.equal(first.status, 303);
    assert.notEqual(first.headers.get('set-cookie'), null);
  });

  it('is not traded for another site, which would have to know it', async () => {
    const served = app();
    assert.equal((await get(served, `/enter?token=${TOKEN}`, { 'sec-fetch-site': 'cross-site' })).status, 403);
    assert.equal((await get(served, `/enter?token=${TOKEN}`, { 'sec-fetch-site': 'none' })).status, 303);
  });
});

describe('every other address', () => {
  it('shows nothing without the cookie, in any of its forms', async () => {
    const served = app();
    for (const path of ['/', '/index.json', '/style.css', '/browse.js', '/icon.svg', '/none', '/broken', '/?token=x']) {
      for (const cookie of [
        '',
        'audit_lake_4321=',
        `audit_lake_4322=${SECRET}`,
        `audit_lake_4321=${TOKEN}`,
        `x${COOKIE}`,
      ]) {
        const answer = await get(served, path, { cookie });
        assert.equal(answer.status, 403, `${path} ${cookie}`);
        assert.doesNotMatch(await answer.text(), /mallory|secret|stack|lake_/i);
      }
    }
  });

  it('shows itself with the cookie, among others of this machine', async () => {
    const served = app();
    const page = await get(served, '/', { cookie: `other=1; ${COOKIE}; last=a=b` });
    assert.equal(page.status, 200);
    assert.match(await page.text(), /mallory/);
    const json = await get(served, '/index.json', { cookie: COOKIE });
    assert.equal(json.headers.get('content-type'), 'application/json');
    assert.deepEqual(await json.json(), { secret: 'mallory' });
  });

  it('is for this machine by its own name and port, and for no name that leads here', async () => {
    const served = app();
    for (const host of [
      'evil.example',
      `evil.example:${PORT}`,
      '127.0.0.1',
      '127.0.0.1:80',
      `127.0.0.1.evil.example:${PORT}`,
      `[::1]:${PORT}`,
      '',
    ]) {
      assert.equal((await get(served, '/', { cookie: COOKIE, host })).status, 403, host);
    }
    assert.equal((await get(served, '/', { cookie: COOKIE, host: `localhost:${PORT}` })).status, 200);
  });

  it('is not for other sites, nor for another port of this machine', async () => {
    const served = app();
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { origin: `https://${HOST}` },
      { origin: 'http://127.0.0.1:9999' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'anything' },
    ]) {
      assert.equal((await get(served, '/', { cookie: COOKIE, ...headers })).status, 403, JSON.stringify(headers));
    }
    assert.equal((await get(served, '/', { cookie: COOKIE, origin: `http://${HOST}` })).status, 200);
  });

  it('is only read', async () => {
    const served = app();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
      const answer = await get(served, '/', { cookie: COOKIE }, method);
      assert.equal(answer.status, 405, method);
      assert.equal(answer.headers.get('allow'), 'GET, HEAD');
    }
    const head = await get(served, '/', { cookie: COOKIE }, 'HEAD');
    assert.equal(head.status, 200);
    assert.equal(await head.text(), '');
  });

  it('has an end', async () => {
    assert.equal((await get(app(), `/?text=${'a'.repeat(9000)}`, { cookie: COOKIE })).status, 414);
  });

  it('leads to no file', async () => {
    const served = app();
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2f..%2fetc%2fpasswd',
      '//etc/passwd',
      '/package',
      '/.git/config',
    ]) {
      const answer = await get(served, path, { cookie: COOKIE });
      assert.equal(answer.status, 404, path);
      assert.doesNotMatch(await answer.text(), /nexthink-audit-lake|root:/, path);
    }
  });

  it('says of an error what there is to say, and where it happened to nobody', async () => {
    for (const path of ['/broken', '/broken.json']) {
      const answer = await get(app(), path, { cookie: COOKIE });
      assert.equal(answer.status, 500);
      const text = await answer.text();
      assert.match(text, /internal error; run verify/);
      assert.doesNotMatch(text, /somebody|\.ts:/);
    }
  });
});

describe('every answer', () => {
  it('lets a page load nothing but from here, run nothing of its own, and be kept or framed by nobody', async () => {
    const served = app();
    for (const [path, cookie, method] of [
      ['/', COOKIE, 'GET'],
      ['/index.json', COOKIE, 'GET'],
      ['/browse.js', COOKIE, 'GET'],
      ['/none', COOKIE, 'GET'],
      ['/broken', COOKIE, 'GET'],
      ['/', '', 'GET'],
      ['/', COOKIE, 'POST'],
      [`/enter?token=${TOKEN}`, '', 'GET'],
    ] as const) {
      const { headers } = await get(served, path, { cookie }, method);
      const policy = headers.get('content-security-policy') ?? '';
      for (const part of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]) {
        assert.ok(policy.split('; ').includes(part), `${path}: ${part} in ${policy}`);
      }
      assert.doesNotMatch(policy, /unsafe|https?:|\*/);
      assert.deepEqual(
        {
          cache: headers.get('cache-control'),
          sniff: headers.get('x-content-type-options'),
          referrer: headers.get('referrer-policy'),
          frame: headers.get('x-frame-options'),
          opener: headers.get('cross-origin-opener-policy'),
          resource: headers.get('cross-origin-resource-policy'),
        },
        {
          cache: 'no-store',
          sniff: 'nosniff',
          referrer: 'no-referrer',
          frame: 'DENY',
          opener: 'same-origin',
          resource: 'same-origin',
        },
        path,
      );
      assert.match(headers.get('permissions-policy') ?? '', /camera=\(\)/);
    }
  });

  it('of a page has no script and no style in it', async () => {
    const text = await (await get(app(), '/', { cookie: COOKIE })).text();
    assert.doesNotMatch(text, /<style|style=|onclick|javascript:/);
    assert.deepEqual(text.match(/<script[^>]*>[^<]*/g), ['<script src="/browse.js" defer>']);
  });
});
