import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import {
  callsOfDay,
  changeState,
  chargeCall,
  checkLoopback,
  forgetCalls,
  landingStatePlace,
  openLandingState,
  readState,
  StateError,
} from '../../src/landing/index.ts';
import { parseSettings } from '../../src/settings/index.ts';
import type { Host, LakeContext } from '../../src/storage/index.ts';
import { MemoryStorage } from '../support/memory-storage.ts';

const NOON = Date.parse('2026-11-28T12:00:00Z');
const HOUR = 3_600_000;

function hostAt(at: { now: number }): Host {
  let ids = 0;
  return {
    now: () => at.now,
    random: () => 0.5,
    randomId: () => String(ids++).padStart(32, '0'),
    sleep: async () => undefined,
  };
}

function contextAt(at: { now: number }, storage = new MemoryStorage()): LakeContext & { storage: MemoryStorage } {
  return { storage, host: hostAt(at) };
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

describe('states', () => {
  it('are changed by many at once, and no change is lost', async () => {
    const context = contextAt({ now: NOON });
    await Promise.all(
      Array.from({ length: 20 }, () => changeState(context, 'n.json', number, (now) => (now ?? 0) + 1)),
    );
    assert.equal(await readState(context, 'n.json', number), 20);
  });

  it('are left alone where nothing changes', async () => {
    const context = contextAt({ now: NOON });
    await changeState(context, 'n.json', number, () => 7);
    const before = await context.storage.head('landing-state/n.json');
    await changeState(context, 'n.json', number, (now) => now ?? 0);
    assert.deepEqual(await context.storage.head('landing-state/n.json'), before);
  });

  it.each(['', '{', '"x"'])('that hold %j stop the work', async (content) => {
    const context = contextAt({ now: NOON });
    context.storage.put('landing-state/n.json', content);
    await assert.rejects(readState(context, 'n.json', number), StateError);
  });

  it('lie beside the zones of a lake in a folder, and in an account where they are told to', async () => {
    assert.equal(landingStatePlace({ lake: '/data/lake/', landingState: '' }), '/data/lake/landing-state');
    assert.equal(landingStatePlace({ lake: 'x', landingState: '/else' }), '/else');
    assert.throws(
      () => landingStatePlace({ lake: 'https://acct.dfs.core.windows.net/', landingState: '' }),
      StateError,
    );
    const folder = await mkdtemp(join(tmpdir(), 'state-'));
    const storage = openLandingState(parseSettings({ environment: {}, options: { lake: folder } }));
    const context = { storage, host: hostAt({ now: NOON }) };
    await changeState(context, 'a/n.json', number, () => 1);
    assert.equal(await changeState(context, 'a/n.json', number, (now) => (now ?? 0) + 1), 2);
    await rm(folder, { recursive: true });
  });
});

describe('this machine in place of Nexthink', () => {
  const given = { allowLoopback: true, lake: '/lake', raw: '', landingState: '' };

  it('is for folders and emulators', () => {
    checkLoopback(given, {});
    checkLoopback({ ...given, lake: 'http://127.0.0.1:10000/devstoreaccount1/' }, {});
    checkLoopback(given, { FUNCTIONS_WORKER_RUNTIME: 'node', AZURE_FUNCTIONS_ENVIRONMENT: 'Development' });
    checkLoopback(
      { ...given, allowLoopback: false, lake: 'https://acct.dfs.core.windows.net/' },
      { WEBSITE_SITE_NAME: 'x' },
    );
  });

  it.each(['lake', 'raw', 'landingState'])('is refused where %s is in an account', (name) => {
    assert.throws(() => checkLoopback({ ...given, [name]: 'https://acct.dfs.core.windows.net/lake/' }, {}), StateError);
  });

  it.each([
    { WEBSITE_SITE_NAME: 'app' },
    { FUNCTIONS_WORKER_RUNTIME: 'node' },
    { WEBSITE_INSTANCE_ID: '1', AZURE_FUNCTIONS_ENVIRONMENT: 'Development' },
  ])('is refused in Azure: %j', (environment) => {
    assert.throws(() => checkLoopback(given, environment), StateError);
  });
});

describe('calls of a day', () => {
  const budget = { account: 'acme.api.eu.nexthink.cloud', perDay: 5 };

  it('are charged to whoever asks first, and one is kept back', async () => {
    const context = contextAt({ now: NOON });
    const charged = await Promise.all(Array.from({ length: 9 }, () => chargeCall(context, budget, 'pull')));
    assert.equal(charged.filter((stand) => stand !== null).length, 4);
    assert.deepEqual(await callsOfDay(context, budget), { day: '2026-11-28', used: 4, leftToPull: 0, leftToCount: 1 });
    assert.deepEqual(await chargeCall(context, budget, 'count'), {
      day: '2026-11-28',
      used: 5,
      leftToPull: 0,
      leftToCount: 0,
    });
    assert.equal(await chargeCall(context, budget, 'count'), null);
    assert.equal(await chargeCall(context, budget, 'pull'), null);
  });

  it('may all be for the comparison, and never exceed what is allowed', async () => {
    const context = contextAt({ now: NOON });
    const both = Array.from({ length: 12 }, (_, at) => chargeCall(context, budget, at % 2 === 0 ? 'count' : 'pull'));
    assert.equal((await Promise.all(both)).filter((stand) => stand !== null).length, 5);
    const counts = contextAt({ now: NOON });
    for (let call = 0; call < 5; call++) assert.notEqual(await chargeCall(counts, budget, 'count'), null);
    assert.equal(await chargeCall(counts, budget, 'pull'), null);
  });

  it('begin anew with the day in UTC, and are kept for each interface', async () => {
    const at = { now: Date.parse('2026-11-28T23:58:59.999Z') };
    const context = contextAt(at);
    while ((await chargeCall(context, budget, 'pull')) !== null);
    assert.equal((await chargeCall(context, { ...budget, account: 'other' }, 'pull'))?.used, 1);
    at.now += 60_001;
    assert.deepEqual(await chargeCall(context, budget, 'pull'), {
      day: '2026-11-29',
      used: 1,
      leftToPull: 3,
      leftToCount: 4,
    });
  });

  it('that may come in on either of two days are charged to both', async () => {
    const context = contextAt({ now: Date.parse('2026-11-28T23:59:30Z') });
    assert.equal((await chargeCall(context, budget, 'pull'))?.day, '2026-11-29');
    const names = context.storage.paths().map((path) => path.split('/').slice(-2).join('/'));
    assert.deepEqual(names, ['2026-11-28/01.json', '2026-11-29/01.json']);
  });

  it('of a day that is over for one are not charged again by another whose clock is behind', async () => {
    const storage = new MemoryStorage();
    const ahead = contextAt({ now: Date.parse('2026-11-29T00:05:00Z') }, storage);
    const behind = contextAt({ now: Date.parse('2026-11-28T23:55:00Z') }, storage);
    await chargeCall(ahead, budget, 'pull');
    assert.deepEqual((await chargeCall(behind, budget, 'pull'))?.day, '2026-11-29');
    const farBehind = contextAt({ now: NOON - 48 * HOUR }, storage);
    await assert.rejects(chargeCall(farBehind, budget, 'pull'), StateError);
  });

  it('stay within what is allowed now, where more was allowed before', async () => {
    const context = contextAt({ now: NOON });
    for (let call = 0; call < 4; call++) await chargeCall(context, budget, 'pull');
    assert.equal(await chargeCall(context, { ...budget, perDay: 3 }, 'count'), null);
    assert.deepEqual(await callsOfDay(context, { ...budget, perDay: 3 }), {
      day: '2026-11-28',
      used: 4,
      leftToPull: 0,
      leftToCount: 0,
    });
  });

  it('are forgotten after a week', async () => {
    const at = { now: NOON };
    const context = contextAt(at);
    await chargeCall(context, budget, 'pull');
    at.now += 8 * 24 * HOUR;
    await chargeCall(context, budget, 'pull');
    await forgetCalls(context, budget);
    assert.deepEqual(context.storage.paths(), ['landing-state/calls/acme.api.eu.nexthink.cloud/2026-12-06/01.json']);
  });
});
