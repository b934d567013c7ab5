import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, it } from 'vitest';
import { agreedTo, type Dialogue } from '../../src/cli/irreversible.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { principalIn, signedInPrincipal } from '../../src/storage/principal.ts';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

/** A lake with one event of li.wei, and a data file that no version names, old enough to be deleted. */
async function newLake(folder: string): Promise<string> {
  const lake = join(folder, 'lake');
  const file = join(folder, 'a.csv');
  await writeFile(file, HEADER + record('Created dashboard, ID=d-1, name=Sales'));
  assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
  const lost = join(lake, 'curated/audit_events/lost.parquet');
  await writeFile(lost, 'x');
  await utimes(lost, new Date(0), new Date(0));
  return lake;
}

const CHANGES: readonly (readonly string[])[] = [
  ['vacuum'],
  ['retain', '--older-than', '2026-03-02'],
  ['erase', '--user', 'li.wei@corp.example'],
];

async function versionOf(lake: string): Promise<number> {
  return JSON.parse((await run(['status', '--json', '--lake', lake])).stdout).table_version;
}

describe('a change that nothing takes back', () => {
  it(
    'needs a reason and a yes where nobody can be asked, and does nothing without',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      for (const change of CHANGES) {
        for (const [given, missing, present] of [
          [[], /--reason TEXT.*--yes/, null],
          [['--yes'], /--reason TEXT/, /--yes, since/],
          [['--reason', ' ', '--yes'], /--reason TEXT/, /--yes, since/],
          [['--reason', 'ticket 1'], /--yes, since there is no terminal/, /--reason TEXT/],
        ] as const) {
          const { code, stdout, stderr } = await run([...change, ...given, '--lake', lake], { input: 'yes\n' });
          assert.deepEqual([code, stdout], [2, ''], `${change[0]}: ${stderr}`);
          assert.match(stderr, missing);
          if (present !== null) assert.doesNotMatch(stderr, present);
          assert.match(stderr, /Nothing was done/);
        }
      }
      assert.equal(await versionOf(lake), 1);
    }),
  );

  it(
    'is on record with who asked for it, marked as claimed where only the machine says so',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const by = { name: userInfo().username, kind: 'claimed' };
      for (const change of CHANGES) {
        const { code, stderr } = await run([...change, '--reason', `for ${change[0]}`, '--yes', '--lake', lake]);
        assert.equal(code, 0, stderr);
      }
      const { stdout } = await run(['history', '--json', '--lake', lake]);
      const entries = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line));
      const made = entries.filter((entry) => entry.change !== null || entry.vacuumed !== null);
      assert.deepEqual(
        made.map((entry) => [entry.change?.kind ?? 'vacuum', entry.by]),
        [
          ['retain', by],
          ['vacuum', by],
        ],
        'nothing was left to erase',
      );
      const text = (await run(['history', '--lake', lake])).stdout;
      assert.match(text, /vacuum: 1 file to be deleted, unused for 7 days: for vacuum/);
      assert.ok(text.includes(`asked for by ${by.name} (claimed`), text);
      const verified = await run(['verify', '--deep', '--lake', lake]);
      assert.equal(verified.code, 0, verified.stdout);
    }),
  );

  it(
    'is asked about on a terminal: only yes goes on',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const settings = parseSettings({ environment: {}, options: { lake } });
      const flags = { reason: 'ticket 1', yes: false, dryRun: false };
      const answers: readonly (readonly [string, boolean])[] = [
        ['yes\n', true],
        ['Yes\n', true],
        ['y\n', false],
        ['no\n', false],
        ['\n', false],
        ['yes please\n', false],
        ['', false],
      ];
      for (const [answer, agreed] of answers) {
        let shown = '';
        const input: Dialogue['input'] = Object.assign(new PassThrough(), { isTTY: true });
        const output = { isTTY: true, write: (text: string) => (shown += text) };
        (input as PassThrough).end(answer);
        const outcome = agreedTo(settings, flags, 'removes every row of one person for good', { input, output });
        if (agreed) assert.equal((await outcome).reason, 'ticket 1');
        else await assert.rejects(outcome, /not agreed to; nothing was done/);
        assert.ok(shown.includes(lake) && shown.includes('removes every row of one person for good'), shown);
      }
    }),
  );

  it(
    'is not made by the person whose rows it removes, whom the log would then name for good',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const { code, stderr } = await run([
        ...['erase', '--user', userInfo().username, '--reason', 'ticket 1', '--yes', '--lake', lake],
      ]);
      assert.equal(code, 2);
      assert.match(stderr, /have somebody else run it/);
      assert.equal(await versionOf(lake), 1);
    }),
  );
});

describe('who signed in', () => {
  const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

  it('is named by the claims of the token, a user before an application', () => {
    const [oid, appid] = ['11111111-2222-3333-4444-555555555555', '66666666-7777-8888-9999-000000000000'];
    for (const [claims, expected] of [
      [
        { oid, appid, upn: 'chidi.obi@corp.example' },
        { name: 'chidi.obi@corp.example', id: oid },
      ],
      [
        { oid, appid, unique_name: 'li' },
        { name: 'li', id: oid },
      ],
      [
        { oid, appid },
        { name: `application ${appid}`, id: oid },
      ],
      [{ oid }, { name: oid, id: oid }],
      [{ upn: 7, oid: '' }, null],
      [{}, null],
    ] as const) {
      assert.deepEqual(principalIn(token(claims)), expected);
    }
    for (const broken of ['', 'x', 'a.b.c', 'e30.bnVsbA.x', 'e30.W10.x']) assert.equal(principalIn(broken), null);
  });

  it('is asked for only where the lake is in an account', async () => {
    const credential = { getToken: async () => ({ token: token({ upn: 'li' }), expiresOnTimestamp: 0 }) };
    const of = (lake: string) => signedInPrincipal({ lake, identityClientId: '' }, credential);
    assert.deepEqual(await of('https://acct.dfs.core.windows.net/'), { name: 'li' });
    assert.equal(await of('./lake'), null);
    assert.equal(await of('http://127.0.0.1:10000/devstoreaccount1'), null);
  });
});
