import assert from 'node:assert/strict';
import type { Reply } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { NotConfigured, pullClassic } from '../../src/landing/index.ts';
import { overNetwork } from '../../src/nexthink/index.ts';
import { aCase, aService, CLIENT, classicSettings, clock, HOUR, line, NOON, sendTo, served } from './classic-case.ts';

const MINUTE = 60_000;

describe('pulling the Audit Trail API (classic)', () => {
  it('lands the log of the last day, then what is new with an overlap', async () => {
    const service = aService({ now: () => host.at });
    const host = clock();
    const asked: string[] = [];
    const given = aCase(
      sendTo(service, (url) => {
        asked.push(url);
        return null;
      }),
      host,
    );
    service.portal.push(line(NOON - 30 * HOUR, 'too old'), line(NOON - 2 * HOUR, 'first'));
    const [trail] = await given.pull();
    assert.equal(trail?.fault, null);
    assert.equal(trail?.reached, NOON);
    assert.deepEqual(given.lines(), [line(NOON - 2 * HOUR, 'first').text]);
    assert.match(
      given.files()[0] ?? '',
      /^raw\/landed\/classic\/portal\/2026-03-02\/20260301T120000Z_20260302T120000Z_[0-9a-f]{8}\.log$/,
    );
    host.at += HOUR;
    service.portal.push(line(NOON - 10 * MINUTE, 'late'), line(NOON + MINUTE, 'second'));
    await given.pull();
    assert.deepEqual(asked, [
      'https://acme.example/audit-trail/api/v1/portal/type/auditlog?elapsed_hours=27',
      'https://acme.example/audit-trail/api/v1/portal/type/auditlog?elapsed_hours=5',
    ]);
    assert.equal(given.lines().length, 3);
  });

  it('begins where it is told, a window after the other, by dates of the zone', async () => {
    const service = aService();
    const asked: string[] = [];
    const given = aCase(
      sendTo(service, (url) => {
        asked.push(new URL(url).search);
        return null;
      }),
    );
    const settings = classicSettings({
      AUDIT_LAKE_CLASSIC_START: '2026-02-28T12:00:00Z',
      AUDIT_LAKE_CLASSIC_TIME_ZONE: 'Europe/Zurich',
    });
    await given.pull(settings);
    assert.deepEqual(asked, [
      '?before_date=2026-03-01T13%3A00%3A00&elapsed_hours=24',
      '?before_date=2026-03-02T12%3A00%3A00&elapsed_hours=24',
      '?elapsed_hours=3',
    ]);
  });

  it('goes on with the other Engines where one is unknown or unreachable, and says what Nexthink says', async () => {
    const service = aService({ unreachable: new Set(['engine-02.acme.example']) });
    service.engines.get('engine-01.acme.example')!.push(line(NOON - HOUR, 'Engine is up'));
    service.portal.push(line(NOON - HOUR, 'Portal is up'));
    const given = aCase(sendTo(service));
    const trails = 'engine-02.acme.example,engine-09,engine-01.acme.example,portal';
    const pulled = await given.pull(classicSettings({ AUDIT_LAKE_CLASSIC_TRAILS: trails }));
    assert.deepEqual(
      pulled.map(({ trail, fault, logs }) => [trail, fault?.message ?? null, logs.length]),
      [
        [
          'engine-02.acme.example',
          'get the log of Engine engine-02.acme.example: expected a log, found status 500 with a list of errors: Nexthink does not know this Engine, or cannot reach it; it says: Engine engine-02.acme.example is unreachable',
          0,
        ],
        [
          'engine-09',
          'get the log of Engine engine-09: expected a log, found status 500 with a list of errors: Nexthink does not know this Engine, or cannot reach it; it says: Unknown Engine engine-09',
          0,
        ],
        ['engine-01.acme.example', null, 1],
        ['portal', null, 1],
      ],
    );
    // Once it is back, all of what it missed is pulled.
    service.unreachable.clear();
    service.engines.get('engine-02.acme.example')!.push(line(NOON - 20 * HOUR, 'while it was away'));
    await given.pull(classicSettings({ AUDIT_LAKE_CLASSIC_TRAILS: trails }));
    assert.equal(given.lines().length, 3);
  });

  it('asks for an Engine as it is spelt, and once, and names folders in lower case', async () => {
    const engines = new Map([['Engine-01.Acme.example', [line(NOON - HOUR, 'Engine is up')]]]);
    const given = aCase(sendTo(aService({ engines })));
    const trails = 'Engine-01.Acme.example,engine-01.acme.example,Portal';
    const pulled = await given.pull(classicSettings({ AUDIT_LAKE_CLASSIC_TRAILS: trails }));
    assert.deepEqual(
      pulled.map(({ trail, fault }) => [trail, fault]),
      [
        ['Engine-01.Acme.example', null],
        ['portal', null],
      ],
    );
    assert.deepEqual(
      given.files().map((path) => path.split('/')[3]),
      ['engine-01.acme.example', 'portal'],
    );
  });

  it('asks no more once the account is refused', async () => {
    const service = aService();
    let asked = 0;
    const given = aCase(
      sendTo(service, () => {
        asked++;
        return null;
      }),
    );
    const settings = classicSettings({
      AUDIT_LAKE_CLASSIC_TRAILS: 'portal,engines',
      AUDIT_LAKE_CLASSIC_PASSWORD: 'wrong',
    });
    const [portal, engines] = await given.pull(settings);
    assert.match(portal?.fault?.message ?? '', /found status 401; check AUDIT_LAKE_CLASSIC_USER/);
    assert.match(engines?.fault?.message ?? '', /the log of engines was not asked for/);
    assert.equal(asked, 1);
    assert.deepEqual(given.files(), []);
  });

  it('halves windows that are too long, and says so where that is no help', async () => {
    const service = aService();
    for (let hours = 1; hours <= 24; hours++) service.portal.push(line(NOON - hours * HOUR + MINUTE, 'x'.repeat(1000)));
    const given = aCase(sendTo(service));
    const settings = classicSettings({
      AUDIT_LAKE_CLASSIC_MAX_BYTES: '8000',
      AUDIT_LAKE_CLASSIC_TIME_ZONE: 'UTC',
      AUDIT_LAKE_CLASSIC_OVERLAP_MINUTES: '0',
    });
    const [trail] = await given.pull(settings);
    assert.equal(trail?.fault, null);
    assert.ok((trail?.halved ?? 0) >= 2);
    assert.equal(given.lines().length, 24);
    const short = classicSettings({ AUDIT_LAKE_CLASSIC_MAX_BYTES: '100', AUDIT_LAKE_CLASSIC_TIME_ZONE: 'UTC' });
    const [stuck] = await aCase(sendTo(service)).pull(short);
    assert.match(
      stuck?.fault?.message ?? '',
      /expected at most 100 bytes, found more; a window of an hour is as short/,
    );
  });

  it('lands one empty log a day', async () => {
    const host = clock();
    const given = aCase(sendTo(aService({ now: () => host.at })), host);
    for (let run = 0; run < 30; run++) {
      await given.pull();
      host.at += HOUR;
    }
    assert.deepEqual(
      given.files().map((path) => path.split('/')[4]),
      ['2026-03-02', '2026-03-03'],
    );
  });

  it('pulls a window again where it is told to, and leaves the position', async () => {
    const service = aService();
    const given = aCase(sendTo(service));
    await given.pull();
    const before = new Map(given.state.files);
    service.portal.push(line(NOON - 50 * HOUR, 'forgotten'));
    await given.pull(classicSettings(), { range: { from: NOON - 51 * HOUR, to: NOON - 49 * HOUR } });
    assert.equal(given.lines().length, 1);
    assert.deepEqual(given.state.files, before);
  });

  it('asks for more where the clock of the service is ahead, and settles no more than the one that is behind says', async () => {
    const host = clock();
    const service = aService({ now: () => host.at + 3 * HOUR });
    service.portal.push(line(NOON - 23 * HOUR, 'at its beginning'));
    const given = aCase(sendTo(service), host);
    const [trail] = await given.pull();
    assert.equal(trail?.clockAheadMs, 3 * HOUR);
    assert.equal(given.lines().length, 1);
    const slow = aService({ now: () => NOON - 3 * HOUR });
    const [behind] = await aCase(sendTo(slow)).pull();
    assert.equal(behind?.reached, NOON - 3 * HOUR);
  });

  it.each([
    [{ AUDIT_LAKE_CLASSIC_URL: '' }, /AUDIT_LAKE_CLASSIC_URL/],
    [{ AUDIT_LAKE_CLASSIC_USER: '' }, /found neither/],
    [{ AUDIT_LAKE_CLASSIC_CLIENT_ID: '0oa' }, /found both/],
    [{ AUDIT_LAKE_CLASSIC_USER: 'a:b' }, /without a colon/],
    [{ AUDIT_LAKE_CLASSIC_PASSWORD: '' }, /AUDIT_LAKE_CLASSIC_PASSWORD: expected a secret, found nothing/],
    [
      { AUDIT_LAKE_CLASSIC_PASSWORD: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/x)' },
      /reference to Key Vault that was not resolved/,
    ],
    [{ AUDIT_LAKE_CLASSIC_START: 'yesterday' }, /AUDIT_LAKE_CLASSIC_START/],
    [{ AUDIT_LAKE_CLASSIC_TRAILS: 'portal,..' }, /host name of an Engine, found \.\./],
    [{ AUDIT_LAKE_CLASSIC_TRAILS: 'a/b' }, /host name of an Engine, found a\/b/],
  ])('says what is missing: %o', async (given, expected) => {
    await assert.rejects(aCase(sendTo(aService())).pull(classicSettings(given)), (error) => {
      assert.ok(error instanceof NotConfigured);
      assert.match(error.message, expected);
      return true;
    });
  });
});

/** A log that is long enough to come in several pieces. */
function longLog() {
  return Array.from({ length: 200 }, (_, index) => line(NOON - HOUR + index * 1000, `line ${index} ${'·'.repeat(40)}`));
}

function another(status: number, type: string, body: string, headers: Readonly<Record<string, string>> = {}) {
  const reply: Reply = { status, headers: { 'content-type': type, ...headers }, body: Buffer.from(body) };
  return { kind: 'stand-in', reply } as const;
}

const SETTINGS = (url: string) => classicSettings({ AUDIT_LAKE_CLASSIC_URL: url, AUDIT_LAKE_ALLOW_LOOPBACK: 'true' });

describe('answers that are no logs', () => {
  it.each([
    ['a sign-in page', another(200, 'text/html', '<!DOCTYPE html><title>Sign in</title>'), /found a page of HTML/],
    ['JSON', another(200, 'application/json', '[{"code":500}]'), /found JSON/],
    ['a redirect', another(302, 'text/html', ''), /found status 302: no redirect is followed/],
    ['404', another(404, 'text/html', ''), /status 404; check AUDIT_LAKE_CLASSIC_URL/],
    ['403', another(403, 'text/html', ''), /status 403; the account or client needs/],
    ['206', another(206, 'text/plain', 'a|b'), /status 206/],
  ] as const)('land nothing: %s', async (_, fault, expected) => {
    await using server = await served({ portal: longLog() }, fault);
    const given = aCase(overNetwork({ allowLoopback: true }));
    const [trail] = await given.pull(SETTINGS(server.apiUrl));
    assert.match(trail?.fault?.message ?? '', expected);
    assert.equal(trail?.reached, null);
    assert.deepEqual([given.files(), given.state.paths()], [[], []]);
  });

  it.each([
    ['cut, with a length', { kind: 'cut-body', share: 0.5 }],
    ['cut, without one', { kind: 'cut-body', share: 0.5, chunked: true }],
    ['broken off', { kind: 'cut', when: 'after' }],
    ['busy', another(429, 'text/plain', '', { 'retry-after': '7' })],
    ['down', another(503, 'text/html', '<h1>down</h1>')],
  ] as const)('are asked for again where that may help: %s', async (_, fault) => {
    await using server = await served({ portal: longLog() }, fault, 2);
    const given = aCase(overNetwork({ allowLoopback: true }));
    const [trail] = await given.pull(SETTINGS(server.apiUrl));
    assert.equal(trail?.fault, null);
    assert.deepEqual([given.files().length, given.lines().length, server.nexthink.requests.length], [1, 200, 3]);
    await using broken = await served({ portal: longLog() }, fault);
    const never = aCase(overNetwork({ allowLoopback: true }));
    const [failed] = await never.pull(SETTINGS(broken.apiUrl));
    assert.notEqual(failed?.fault, null);
    assert.equal(broken.nexthink.requests.length, 4);
    assert.deepEqual(never.files(), []);
  });

  it('end where nothing comes', async () => {
    await using server = await served({}, { kind: 'hang' });
    const given = aCase(overNetwork({ allowLoopback: true, patienceMs: 30 }));
    const [trail] = await given.pull(SETTINGS(server.apiUrl));
    assert.match(trail?.fault?.message ?? '', /no answer within/);
  });

  it('are asked for by a client as well, with a new token where one was refused', async () => {
    const service = aService({ portal: longLog() });
    const given = aCase(
      sendTo(service, (url) => {
        // The first token is withdrawn before it is used.
        if (!url.includes('/token') && service.nexthink.tokens.count === 1) service.nexthink.tokens.revoke();
        return null;
      }),
    );
    const settings = classicSettings({
      AUDIT_LAKE_CLASSIC_URL: 'https://agora.eu.nexthink.cloud',
      AUDIT_LAKE_CLASSIC_USER: '',
      AUDIT_LAKE_CLASSIC_CLIENT_ID: CLIENT.id,
      AUDIT_LAKE_CLASSIC_CLIENT_SECRET: CLIENT.secret,
      AUDIT_LAKE_CLASSIC_TOKEN_URL: 'https://acme-login.example/oauth2/default/v1/token',
    });
    const [trail] = await given.pull(settings);
    assert.equal(trail?.fault, null);
    assert.equal(service.nexthink.tokens.count, 2);
    assert.equal(given.lines().length, 200);
  });

  it('are not asked for by http, nor of this machine, where that is not allowed', async () => {
    await using server = await served({ portal: longLog() });
    const { storage, state, host } = aCase(sendTo(aService()));
    const [trail] = await pullClassic({ storage, host }, classicSettings({ AUDIT_LAKE_CLASSIC_URL: server.apiUrl }), {
      state,
    });
    assert.match(trail?.fault?.message ?? '', /expected an address with https/);
    assert.equal(server.nexthink.requests.length, 0);
  });
});
