import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Emulator, startEmulator } from 'adls-emulator';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { EventAccount } from '../../src/asking/index.ts';
import { assertVisible, HEADER, record, run } from '../support/cli.ts';

const MESSAGE = 'Created dashboard, ID=d-2, name=Sa\u202eles <b>';
const SECOND = record(MESSAGE, '2026-03-01T11:00:00Z');
const EXPORT = HEADER + record('Created dashboard, ID=d-1, name=Sales') + SECOND;

let folder = '';
let lake = '';
let uid = '';

async function uidOf(given: string, environment: Record<string, string> = {}): Promise<string> {
  const sql = "SELECT event_uid FROM audit_events WHERE object_id = 'd-2'";
  const { stdout, stderr } = await run(['query', sql, '--lake', given, '--json'], { environment });
  assert.equal(stderr.includes('error'), false, stderr);
  return String(JSON.parse(stdout)[0].event_uid);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'show-'));
  lake = join(folder, 'lake');
  await writeFile(join(folder, 'a b.csv.gz'), gzipSync(EXPORT));
  assert.equal((await run(['ingest', join(folder, 'a b.csv.gz'), '--lake', lake])).code, 0);
  uid = await uidOf(lake);
});

afterAll(() => rm(folder, { recursive: true }));

const show = (...args: string[]) => run(['show', ...args, '--lake', lake]);

describe('audit-lake show', () => {
  it('prints everything about one event, by its id in capitals or by its beginning, and nothing that deceives', async () => {
    for (const given of [uid, uid.toUpperCase(), uid.slice(0, 16)]) {
      const { code, stdout, stderr } = await show(given);
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '');
      assertVisible(stdout);
      for (const part of [
        uid,
        'Created dashboard, ID=d-2',
        'raw/a b.csv.gz',
        'line 3',
        'each checked',
        'All of it is as it was recorded',
      ]) {
        assert.ok(stdout.includes(part), part);
      }
    }
  });

  it('gives the same as JSON, with every column, and as a page in a file of its own', async () => {
    const account = JSON.parse((await show(uid, '--json')).stdout) as EventAccount;
    assert.equal(account.raw.record?.text, SECOND.trimEnd());
    assert.equal(account.event['message'], MESSAGE);
    assert.ok('session_id' in account.event);
    const file = join(folder, 'event.html');
    const { code, stdout } = await show(uid, '--output', file);
    assert.deepEqual([code, stdout], [0, '']);
    const page = await readFile(file, 'utf8');
    assert.match(page, new RegExp(`<title>Audit event ${uid}</title>`));
    assert.doesNotMatch(page, /\u202e|<b>/);
    assert.equal((await stat(file)).mode & 0o077, 0);
  });

  it.skipIf(process.platform === 'win32')('gives commands that check it by hand, and that work', async () => {
    const { proof } = JSON.parse((await show(uid, '--json')).stdout) as EventAccount;
    assert.ok(proof.checks.length >= 5);
    for (const { command, expect } of proof.checks) {
      const { stdout, status, stderr } = spawnSync('bash', ['-c', command], { cwd: lake, encoding: 'utf8' });
      assert.equal(status, 0, `${command}: ${stderr}`);
      assert.ok(stdout.includes(expect), `${command}: ${stdout}`);
    }
  });

  it('says in one line what is no id, what is not there, and what was erased', async () => {
    for (const none of ['', 'abc', 'not-an-id', `${uid}0`]) {
      const { code, stdout, stderr } = await show(none);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^audit-lake: expected an event_uid, 32 hex digits.*\n$/);
    }
    const { code, stdout, stderr } = await show('0'.repeat(32));
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^audit-lake: there is no event 0{32} in .*\n$/);
    const copy = join(folder, 'erased');
    await cp(lake, copy, { recursive: true });
    assert.equal(
      (await run(['erase', '--user', 'li.wei@corp.example', '--reason', 'test', '--yes', '--lake', copy])).code,
      0,
    );
    const erased = await run(['show', uid, '--lake', copy]);
    assert.equal(erased.code, 1);
    assert.match(erased.stderr, /^audit-lake: there is no event .* any more: it was erased.*\n$/);
    assert.ok(!erased.stderr.includes('li.wei'));
  });

  it('exits with 1 where something is not as it was recorded, and says what', async () => {
    const copy = join(folder, 'altered');
    await cp(lake, copy, { recursive: true });
    await writeFile(join(copy, 'raw/a b.csv.gz'), gzipSync(EXPORT.replace('d-1', 'd-3')));
    const { code, stdout } = await run(['show', uid, '--lake', copy]);
    assert.equal(code, 1);
    assert.match(stdout, /Not as it was recorded: 1 problem/);
    await rm(join(copy, 'raw/a b.csv.gz'));
    const gone = await run(['show', uid, '--lake', copy]);
    assert.equal(gone.code, 1);
    assert.match(gone.stdout, /not there any more/);
  });
});

describe('audit-lake show on a storage account', () => {
  let emulator: Emulator;

  beforeAll(async () => {
    emulator = await startEmulator({ containers: ['lake'] });
  });

  afterAll(() => emulator.close());

  it('hashes raw file and data file there, and finds the record', async () => {
    const account = `${emulator.dfsUrl}/lake/audit`;
    const environment = {
      AUDIT_LAKE_STORAGE_CONNECTION_STRING: emulator.connectionString,
      XDG_CACHE_HOME: join(folder, 'cache'),
    };
    assert.equal((await run(['ingest', join(folder, 'a b.csv.gz'), '--lake', account], { environment })).code, 0);
    const found = await uidOf(account, environment);
    assert.equal(found, uid);
    const { code, stdout, stderr } = await run(['show', found, '--json', '--lake', account], { environment });
    assert.equal(code, 0, stderr);
    const { raw, proof } = JSON.parse(stdout) as EventAccount;
    assert.deepEqual([raw.state, raw.record?.gives_event], ['as_recorded', true]);
    assert.equal(proof.data_file?.sha256_now, proof.data_file?.sha256_recorded);
    assert.deepEqual(proof.chain.breaks, []);
  });
});
