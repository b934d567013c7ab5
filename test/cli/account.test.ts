import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from 'adls-emulator';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { HEADER, record, run } from '../support/cli.ts';
import { SOURCES } from '../support/program.ts';

let emulator: Emulator;
let folder = '';
let environment: Record<string, string> = {};
let lake = '';

beforeAll(async () => {
  emulator = await startEmulator({ containers: ['landing', 'lake'] });
  folder = await mkdtemp(join(tmpdir(), 'account-'));
  lake = `${emulator.dfsUrl}/lake/audit`;
  environment = {
    AUDIT_LAKE_LAKE: lake,
    AUDIT_LAKE_RAW: `${emulator.blobUrl}/landing`,
    AUDIT_LAKE_STORAGE_CONNECTION_STRING: emulator.connectionString,
    XDG_CACHE_HOME: join(folder, 'cache'),
  };
});

afterAll(async () => {
  await emulator.close();
  await rm(folder, { recursive: true });
});

const cli = (...args: string[]) => run(args, { environment });

/** The files of the lake's copy; compiled code is beside it. */
async function cached(): Promise<string[]> {
  const entries = await readdir(join(folder, 'cache'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.filter((file) => !file.includes('/nexthink-audit-lake/compiled/'));
}

describe('audit-lake on a storage account', () => {
  it('ingests files of this machine, and says where the table is', async () => {
    const file = join(folder, 'export 1.csv');
    await writeFile(
      file,
      HEADER + record('Created dashboard, ID=d-1, name=Sales') + record('Created dashboard, ID=d-2, name=x'),
    );
    const { code, stdout, stderr } = await cli('ingest', file);
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes(`${lake}/curated/audit_events`), stdout);
    assert.ok(emulator.store.file(emulator.account, 'landing/export 1.csv') !== null);
    assert.ok(
      emulator.store.file(emulator.account, 'lake/audit/curated/audit_events/_delta_log/00000000000000000001.json') !==
        null,
    );
  });

  it('ingests what others land there', async () => {
    const later = HEADER + record('Created dashboard, ID=d-3, name=y', '2026-03-02T10:00:00Z');
    emulator.store.put(emulator.account, 'landing/b.csv', Buffer.from(later), new Date('2026-06-01T00:00:00Z'));
    const status = JSON.parse((await cli('status', '--json')).stdout);
    assert.deepEqual([status.raw_files, status.waiting, status.rows], [2, ['raw/b.csv'], 2]);
    const { code, stdout } = await cli('ingest', '--json');
    assert.equal(code, 0);
    assert.equal(JSON.parse(stdout).totals.committed, 1);
  });

  it('queries a copy of the live files, which it fetches once, and drops when they are no longer live', async () => {
    const count = 'SELECT count(*) AS n, max(object_id) AS last FROM audit_events';
    const first = await cli('query', count, '--json');
    assert.deepEqual(JSON.parse(first.stdout), [{ n: 3, last: 'd-3' }], first.stderr);
    assert.match(first.stderr, /^fetching 3 of 3 files, 0\.\d MB, into .*cache\/nexthink-audit-lake\/[0-9a-f]{16}\n$/);
    const again = await cli('query', count, '--json');
    assert.equal(again.stderr, '');
    assert.equal(again.stdout, first.stdout);
    const erased = await cli('retain', '--older-than', '2026-03-02', '--reason', 'test', '--yes');
    assert.equal(erased.code, 0, erased.stderr);
    assert.equal((await cached()).length, 3);
    assert.deepEqual(JSON.parse((await cli('query', count, '--json')).stdout), [{ n: 1, last: 'd-3' }]);
    assert.equal((await cached()).length, 2);
  });

  it('fetches the quarantine when a statement names it, and only then', async () => {
    const bad = `${HEADER}2026-05-30T10:00:00Z,91051,SSO Configuration update,li\nyesterday,92042,x,li\n`;
    emulator.store.put(emulator.account, 'landing/bad.csv', Buffer.from(bad), new Date('2026-06-01T00:00:00Z'));
    await cli('ingest');
    const quarantined = async () => (await cached()).filter((file) => file.endsWith('.jsonl'));
    await cli('query', 'SELECT count(*) FROM audit_events');
    assert.deepEqual(await quarantined(), []);
    const { stdout, stderr } = await cli('query', 'SELECT raw FROM Quarantine_Rows', '--json');
    assert.deepEqual(JSON.parse(stdout), [{ raw: 'yesterday,92042,x,li' }], stderr);
    assert.match(stderr, /^fetching 1 of 4 files,/);
    await cli('query', 'SELECT count(*) FROM audit_events');
    assert.equal((await quarantined()).length, 1);
    for (const file of await quarantined()) await utimes(file, new Date(), new Date(Date.now() - 2 * 86_400_000));
    await cli('query', 'SELECT count(*) FROM audit_events');
    assert.deepEqual(await quarantined(), [], 'after a day it may have been erased');
  });

  it('keeps house, tells its history and proves itself', async () => {
    for (const args of [['compact'], ['vacuum', '--dry-run'], ['history'], ['verify'], ['verify', '--deep']]) {
      const { code, stderr } = await cli(...args);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    }
  });

  it('says what is wrong with a location, without the secret in it', async () => {
    const signed = 'https://acct.dfs.core.windows.net/lake?sv=2026-01-01&sig=SECRET';
    const { code, stderr } = await run(['status', '--lake', signed]);
    assert.equal(code, 2);
    assert.match(stderr, /--lake: .*lake\?….*shared access signature/);
    assert.ok(!stderr.includes('SECRET'));
    const keyed = await run([
      'status',
      '--lake',
      'https://acct.dfs.core.windows.net',
      '--storage-connection-string',
      'AccountKey=SECRET',
    ]);
    assert.equal(keyed.code, 2);
    assert.match(keyed.stderr, /--storage-connection-string: .*acct is a real account/);
    assert.ok(!keyed.stderr.includes('SECRET'));
  });

  it('loads nothing of Azure for a lake in a folder', async () => {
    const refusing = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (name.startsWith('@azure/')) throw new Error('loaded ' + name);
        return next(name, context);
      } });`;
    const node = [`--import=data:text/javascript,${encodeURIComponent(refusing)}`];
    const file = join(folder, 'a.csv');
    await writeFile(file, HEADER + record('Created dashboard, ID=d-1, name=Sales'));
    const local = await run(['ingest', file, '--lake', join(folder, 'lake')], { node, program: SOURCES });
    assert.equal(local.code, 0, local.stderr);
    const remote = await run(['status'], { node, environment, program: SOURCES });
    assert.match(remote.stderr, /loaded @azure\//, 'the check works');
  });

  it('masks names by a key that is in the account, and nowhere else', async () => {
    const key = 'lake/audit/curated/_masking/people-1.json';
    const masked = await cli('query', 'SELECT actor_name FROM audit_events', '--mask', 'people');
    assert.equal(masked.code, 0, masked.stderr);
    assert.match(masked.stdout, /person-[0-9a-f]{15}/);
    assert.doesNotMatch(masked.stdout, /li\.wei/);
    assert.ok(emulator.store.file(emulator.account, key) !== null);
    assert.ok(
      (await cached()).every((file) => !file.includes('_masking')),
      'and nowhere else',
    );
    const again = await cli('query', 'SELECT actor_name FROM audit_events', '--mask', 'people');
    assert.equal(again.stdout, masked.stdout);
  });

  it('says what is missing in an account', async () => {
    const { code, stderr } = await run(['status', '--lake', emulator.dfsUrl], {
      environment: { AUDIT_LAKE_STORAGE_CONNECTION_STRING: emulator.connectionString },
    });
    assert.equal(code, 3);
    assert.match(stderr, /there is no container curated of account auditlake; create it/);
  });
});
