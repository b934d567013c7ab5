import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'vitest';
import { Invocations } from '../../src/functions/invocation.ts';
import { countTrail, pullClassicLogs, pullNqlExports } from '../../src/functions/landing-work.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { startEcho } from '../support/echo-server.ts';
import { plantedClient, plantedEnvironment, secretsIn, shown } from '../support/planted-secrets.ts';

const ANSWERS = [
  [401, 'list'],
  [403, 'page'],
  [200, 'object'],
  [200, 'page'],
  [302, 'page'],
] as const;

it('planted secrets are in no record and no error of what the landing app pulls, whatever repeats them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'landing-secrets-'));
  await using echo = await startEcho();
  try {
    for (const environment of [plantedEnvironment(echo.url), plantedClient(echo.url)]) {
      const settings = parseSettings({
        environment: { ...environment, AUDIT_LAKE_ALLOW_LOOPBACK: 'true', AUDIT_LAKE_NQL_COUNT_QUERY: '#audit_counts' },
        options: { lake: join(folder, 'lake') },
      });
      for (const [status, kind] of ANSWERS) {
        Object.assign(echo, { status, kind });
        for (const work of [pullClassicLogs, pullNqlExports, countTrail]) {
          const lines: string[] = [];
          using invocation = new Invocations(settings).begin((line) => lines.push(line));
          // The host logs what is thrown.
          await assert.rejects(work(invocation), (error) => {
            assert.deepEqual(secretsIn(shown(error)), [], `${work.name} ${status} ${kind}`);
            return true;
          });
          assert.ok(lines.length > 0);
          assert.deepEqual(secretsIn(lines.join('\n')), [], `${work.name} ${status} ${kind}`);
        }
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
