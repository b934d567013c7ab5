import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { betweenParameters, type Emulator, pastHours, startNexthink } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { inFolder, run } from '../support/cli.ts';

const HOUR = 3_600_000;

function environment(server: Emulator, given: Readonly<Record<string, string>> = {}) {
  return {
    AUDIT_LAKE_NQL_URL: server.apiUrl,
    AUDIT_LAKE_NQL_TOKEN_URL: server.tokenUrl,
    AUDIT_LAKE_NQL_CLIENT_ID: 'client',
    AUDIT_LAKE_NQL_CLIENT_SECRET: 'client-secret',
    AUDIT_LAKE_NQL_QUERY: '#audit_trail',
    AUDIT_LAKE_ALLOW_LOOPBACK: 'true',
    ...given,
  };
}

function served(rowCap = 1_000_000): Promise<Emulator> {
  const queries = { '#audit_trail': pastHours(24), '#window': betweenParameters('from', 'to') };
  const records = [1, 2, 3].map((hours) => {
    const time = Date.now() - hours * HOUR;
    const message = `User login, id=${hours}, name=n${hours}, session_id=s, ip=10.0.0.1`;
    return { id: String(hours), time, visibleFrom: time, code: 90211, message, actor: 'a@acme.example' };
  });
  return startNexthink({ records, nql: { queries, rowCap } });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('audit-lake pull nql', () => {
  it(
    'lands what ingest takes in, in any compression, and the same records once',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      await using server = await served();
      for (const [run_, compression] of ['NONE', 'GZIP', 'ZSTD'].entries()) {
        const pulled = await run(['pull', 'nql', '--lake', lake, '--json', '--nql-compression', compression], {
          environment: environment(server),
        });
        assert.equal(pulled.code, 0, pulled.stderr);
        const { outcome, calls, exports } = JSON.parse(pulled.stdout);
        assert.deepEqual([outcome, calls.used, exports[0].records], ['done', run_ + 1, 3]);
      }
      const taken = await run(['ingest', '--lake', lake, '--json']);
      assert.equal(taken.code, 0, taken.stderr);
      const { committed, duplicates } = JSON.parse(taken.stdout).totals;
      assert.deepEqual([committed, duplicates], [3, 6]);
      assert.equal((await run(['verify', '--lake', lake, '--deep'])).code, 0);
      for (const file of filesBelow(folder)) {
        assert.doesNotMatch(file + readFileSync(file).toString('latin1'), /client-secret|eyJ\.token|X-Amz/, file);
      }
    }),
  );

  it(
    'pulls a window again, and says that what was cut was pulled in halves',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      await using server = await served(2);
      const options = {
        environment: environment(server, {
          AUDIT_LAKE_NQL_QUERY: '#window',
          AUDIT_LAKE_NQL_PARAMETERS: 'from={from},to={to}',
          AUDIT_LAKE_NQL_ROW_CAP: '2',
        }),
      };
      const range = ['--from', new Date(Date.now() - 4 * HOUR).toISOString()];
      const pulled = await run(['pull', 'nql', '--lake', lake, ...range], options);
      assert.equal(pulled.code, 0, pulled.stderr + pulled.stdout);
      assert.doesNotMatch(pulled.stdout, /pulled up to/);
      assert.match(pulled.stdout, /pulled again from \S+ to \S+, the position stays/);
      assert.match(
        pulled.stdout,
        /\.truncated\.csv\.gz: 2 records, \d+ bytes; cut by Nexthink, and its window pulled again/,
      );
    }),
  );

  it(
    'ends with 1 where something is left, with 3 where Nexthink fails, with 2 where it is not set up, and shows no secret',
    inFolder(async (folder) => {
      const lake = join(folder, 'lake');
      await using server = await served(2);
      const cut = await run(['pull', 'nql', '--lake', lake], { environment: environment(server) });
      assert.equal(cut.code, 1, cut.stderr);
      assert.match(cut.stdout, /cut by Nexthink: records are missing/);
      server.nexthink.nql.failNext = 1;
      const failed = await run(['pull', 'nql', '--lake', lake], { environment: environment(server) });
      assert.equal(failed.code, 3);
      assert.match(failed.stdout, /ended with ERROR.*has to be corrected first/);
      assert.match(cut.stdout, /\nrun audit-lake ingest --lake \S+ to take it in/);
      const few = environment(server, { AUDIT_LAKE_NQL_CALLS_PER_DAY: '3' });
      const over = await run(['pull', 'nql', '--lake', lake], { environment: few });
      assert.equal(over.code, 1);
      assert.match(
        over.stdout,
        /2 calls of \S+ used, 0 left, 1 more kept back for counting\n {2}the day has no call left/,
      );
      const wrong = environment(server, { AUDIT_LAKE_NQL_CLIENT_SECRET: 'wr0ng-secret' });
      const refused = await run(['pull', 'nql', '--lake', lake], { environment: wrong });
      assert.equal(refused.code, 3);
      assert.match(refused.stdout, /check the client id, its secret and the scope/);
      const unset = await run(['pull', 'nql', '--lake', lake], {
        environment: environment(server, { AUDIT_LAKE_NQL_URL: '' }),
      });
      assert.equal(unset.code, 2);
      const outside = await run(['pull', 'nql', '--lake', lake, '--landing-folder', '../x/'], { environment: few });
      assert.equal(outside.code, 2);
      assert.match(outside.stderr, /landing-folder/);
      assert.match(unset.stderr, /AUDIT_LAKE_NQL_URL \(--nql-url\): expected the address/);
      for (const { stdout, stderr } of [cut, failed, over, refused, unset]) {
        assert.doesNotMatch(stdout + stderr, /client-secret|wr0ng-secret|eyJ|X-Amz/);
      }
    }),
  );
});
