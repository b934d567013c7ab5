import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulator } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { HOUR, line, served } from '../landing/classic-case.ts';
import { inFolder, run } from '../support/cli.ts';

function environment(server: Emulator, given: Readonly<Record<string, string>> = {}) {
  return {
    AUDIT_LAKE_CLASSIC_URL: server.apiUrl,
    AUDIT_LAKE_CLASSIC_USER: 'audit-export',
    AUDIT_LAKE_CLASSIC_PASSWORD: 'account-password',
    AUDIT_LAKE_ALLOW_LOOPBACK: 'true',
    ...given,
  };
}

describe('audit-lake pull classic', () => {
  it(
    'lands what ingest takes in, and the same lines once',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      const now = Date.now();
      await using server = await served({ now: Date.now });
      const service = server.nexthink.classic.options;
      service.portal.push(line(now - 3 * HOUR, 'User li.wei logged with session id 1'));
      service.engines
        .get('engine-01.acme.example')!
        .push(line(now - 2 * HOUR, 'User chidi.obi logged with session id 2'));
      const options = { environment: environment(server) };
      const pulled = await run(['pull', 'classic', '--lake', lake], options);
      assert.equal(pulled.code, 0, pulled.stderr);
      assert.match(pulled.stdout, /^portal: 1 window, \d+ bytes; pulled up to 2/);
      assert.equal((await run(['pull', 'classic', '--lake', lake], options)).code, 0);
      const taken = await run(['ingest', '--lake', lake, '--json']);
      assert.equal(taken.code, 0, taken.stderr);
      assert.equal(JSON.parse(taken.stdout).totals.committed, 2);
    }),
  );

  it(
    'ends with 1 where a part failed, with 3 where all did, and says why',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      await using server = await served({ now: Date.now });
      const trails = ['--classic-trails', 'portal,engine-09'];
      const part = await run(['pull', 'classic', '--lake', lake, '--json', ...trails], {
        environment: environment(server),
      });
      assert.equal(part.code, 1);
      const [portal, engine] = JSON.parse(part.stdout).trails;
      assert.equal(portal.fault, null);
      assert.match(engine.fault, /does not know this Engine.*Unknown Engine engine-09/);
      const wrong = environment(server, { AUDIT_LAKE_CLASSIC_PASSWORD: 'wrong' });
      const all = await run(['pull', 'classic', '--lake', lake, ...trails], { environment: wrong });
      assert.equal(all.code, 3);
      assert.match(all.stdout, /it has to be a local account/);
    }),
  );

  it(
    'pulls a window again',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      await using server = await served({ now: Date.now });
      const range = ['--from', '2026-03-01T00:00:00Z', '--to', '2026-03-01T06:00:00+00:00'];
      const zone = ['--classic-time-zone', 'Europe/Zurich', '--classic-trails', 'portal'];
      const again = await run(['pull', 'classic', '--lake', lake, ...range, ...zone], {
        environment: environment(server),
      });
      assert.equal(again.code, 0, again.stderr);
      assert.deepEqual(
        server.nexthink.requests.map(({ request }) => request.url.search),
        ['?before_date=2026-03-01T07%3A00%3A00&elapsed_hours=6'],
      );
      assert.ok(!existsSync(join(lake, 'landing-state/classic')));
    }),
  );

  it.each([
    [['pull', 'nothing'], {}, /expected .*classic.*, found nothing/],
    [['pull', 'classic'], { AUDIT_LAKE_CLASSIC_PASSWORD: '' }, /AUDIT_LAKE_CLASSIC_PASSWORD: expected a secret/],
    [['pull', 'classic', '--from', 'yesterday'], {}, /--from takes an instant/],
    [['pull', 'classic', '--to', '2026-03-01T00:00:00Z'], {}, /--to takes --from/],
    [['pull', 'classic', '--classic-password', 'x'], {}, /unknown option/],
  ] as const)('says what is wrong with %o', async (args, given, expected) => {
    await using server = await served();
    await inFolder(async (folder) => {
      const wrong = await run([...args, '--lake', join(folder, 'lake')], { environment: environment(server, given) });
      assert.equal(wrong.code, 2, wrong.stderr);
      assert.match(wrong.stderr, expected);
      assert.equal(server.nexthink.requests.length, 0);
    })();
  });
});
