import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdtempDisposable, readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startEmulator } from 'adls-emulator';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { bundleCommands } from '../../package/command-bundle.ts';
import { packageFolder } from '../../package/notices.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { type Installed, install, pack } from './installed.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const MANIFEST = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
const MIB = 2 ** 20;

describe('the npm package', () => {
  let installed: Installed;
  beforeAll(async () => {
    installed = await install();
  });
  afterAll(() => installed[Symbol.asyncDispose]());

  it('holds what runs, samples, questions, views and documents, and nothing else', () => {
    const kinds = new Set(
      installed.packed.files.map(({ path: file }) =>
        file.replace(/^((?:dist\/cli|docs|infra\/\w+|samples\/exports)\/).*(\..+)$/, '$1*$2'),
      ),
    );
    assert.deepEqual([...kinds].sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'bin/audit-lake.js',
      'bin/start.js',
      'dist/THIRD-PARTY-NOTICES.txt',
      'dist/cli/*.js',
      'docs/*.json',
      'docs/*.md',
      'infra/databricks/*.sql',
      'infra/duckdb/*.sql',
      'infra/queries/*.sql',
      'infra/synapse/*.sql',
      'package.json',
      'samples/README.md',
      'samples/exports/*.csv',
      'samples/exports/*.gz',
    ]);
    assert.ok(installed.packed.size < 1.5 * MIB, `${installed.packed.size} bytes`);
  });

  it('has the same bytes whenever it is packed', async () => {
    await using again = await mkdtempDisposable(path.join(tmpdir(), 'audit-lake-pack-'));
    assert.equal((await pack(again.path)).integrity, installed.packed.integrity);
  });

  it('installs what is native, and names and licenses what is bundled', async () => {
    assert.deepEqual(Object.keys(MANIFEST.dependencies), ['snappy']);
    assert.deepEqual(Object.keys(MANIFEST.optionalDependencies), ['@duckdb/node-api']);
    const notices = await readFile(path.join(installed.folder, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const { sources } = await bundleCommands();
    const bundled = new Set(sources.flatMap((file) => packageFolder(file) ?? []));
    assert.ok(bundled.size > 10);
    for (const folder of bundled) {
      const { name, version } = JSON.parse(await readFile(path.join(ROOT, folder, 'package.json'), 'utf8'));
      assert.ok(notices.includes(`\n${name} ${version} (`), name);
    }
    // A namespace that is handed on whole takes all its languages with it.
    assert.deepEqual(
      sources.filter((file) => /zod\/.*\/locales\/(?!en\.)/.test(file)),
      [],
    );
  });

  it('is started by the command that npm makes', async () => {
    const shell = process.platform === 'win32';
    const command = shell ? `"${installed.command}"` : installed.command;
    const { stdout } = await promisify(execFile)(command, ['--version'], { cwd: installed.elsewhere, shell });
    assert.equal(stdout.trim(), MANIFEST.version);
  });

  it('gives the tour, and the command that it names next an answer', async () => {
    const { code, stdout } = await installed.run(['tour', '--lake', 'mein Lake']);
    assert.equal(code, 0);
    assert.match(stdout, /2026-03-02 22:04:\S+ {2}(\S+@corp\.example) {2}\1 +\["Administrator"\]\n/);
    const [, next = ''] = /\n {2}audit-lake (ask .*) --lake "mein Lake"\n/.exec(stdout) ?? [];
    const answer = await installed.run([...next.split(' '), '--lake', 'mein Lake']);
    assert.deepEqual([answer.code, /\n\d\d rows\n$/.test(answer.stdout)], [0, true], answer.stderr);
  });

  it('runs every command, and helps with each', async () => {
    for (const name of Object.values(COMMANDS).flatMap(Object.keys)) {
      const { code, stdout, stderr } = await installed.run([name, '--help']);
      assert.deepEqual([code, stderr, stdout.split('\n')[0]?.startsWith(`Usage: audit-lake ${name} `)], [0, '', true]);
    }
    await copyFile(
      path.join(ROOT, 'samples/exports/hostile-names.csv'),
      path.join(installed.elsewhere, 'Prüf ung.csv'),
    );
    const lake = ['--lake', 'ein zweiter/Lake'];
    const runs: readonly (readonly [args: readonly string[], printed: RegExp])[] = [
      [['ingest', 'Prüf ung.csv', ...lake], /raw\/Prüf ung\.csv +ingested +13 /],
      [['status', ...lake, '--json'], new RegExp(`"program_version": *"${MANIFEST.version}"`)],
      [['query', 'SELECT count(*) AS n FROM audit_events', '--json', ...lake], /"n": *13\b/],
      [['ask'], /^ 5 {2}self-granted-roles$/m],
      [['ask', '5', '--as-of', '2026-03-03', ...lake], /\n\d+ rows?\n/],
      [['ask', '5', '--sql', '--dialect', 'tsql'], /^-- Question: /],
      [['columns', 'actor_name'], /^audit_events\.actor_name$/m],
      [['query', 'DESCRIBE audit_events', ...lake], /actor_name .*Who did it, as the export/],
      [['codes', '92042'], /^1 of \d+ codes$/m],
      [['query', 'SELECT 1 AS n', '--format', 'arrow', '--output', 'n.arrow', ...lake], /^$/],
      [['query', 'SELECT 1 AS n', '--format', 'parquet', '--output', 'n.parquet', ...lake], /^$/],
      [['query', 'SELECT 1 AS n', '--format', 'xlsx', '--output', 'n.xlsx', ...lake], /^$/],
      [['query', 'SELECT 1 AS n', '--format', 'html', ...lake], /<table/],
      [['report', '--from', '2026-03-01', '--to', '2026-03-31', '--output', 'report.html', ...lake], /^$/],
      [['explain', '92042', 'Created dashboard, ID=c1, name=Sales'], /Sales/],
      [['verify', '--deep', ...lake], /is what its log and evidence say\./],
      [['history', ...lake], /Prüf ung\.csv/],
      [['compact', ...lake], /./],
      [['vacuum', '--dry-run', ...lake], /./],
      [['replay', '--dry-run', ...lake], /./],
      [['retain', '--older-than', '2y', '--dry-run', ...lake], /./],
      [['erase', '--user', 'nobody@corp.example', '--dry-run', ...lake], /./],
    ];
    for (const [args, printed] of runs) {
      const { code, stdout, stderr } = await installed.run(args);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
      assert.match(stdout, printed, args.join(' '));
    }
  });

  it('opens a lake in a storage account', async () => {
    const emulator = await startEmulator({ containers: ['lake'] });
    try {
      const settings = {
        AUDIT_LAKE_LAKE: `${emulator.dfsUrl}/lake/audit`,
        AUDIT_LAKE_STORAGE_CONNECTION_STRING: emulator.connectionString,
      };
      for (const args of [
        ['ingest', 'Prüf ung.csv'],
        ['verify'],
        ['query', 'SELECT count(*) AS n FROM audit_events'],
      ]) {
        const { code, stdout, stderr } = await installed.run(args, settings);
        assert.equal(code, 0, `${args[0]}: ${stderr}`);
        if (args[0] === 'query') assert.match(stdout, /\n13\n/);
      }
    } finally {
      await emulator.close();
    }
  });

  it('says what to install where DuckDB is not there, before it does anything, and does all else', async () => {
    const modules = path.join(installed.folder, 'node_modules');
    await rename(path.join(modules, '@duckdb'), path.join(modules, 'duckdb-away'));
    // Who leaves out optional packages has no native compressor either.
    await rename(path.join(modules, '@napi-rs'), path.join(modules, 'napi-away'));
    try {
      const lake = ['--lake', 'ohne DuckDB'];
      for (const args of [['tour'], ['query', 'SELECT 1'], ['ask', '5']]) {
        if (args[0] === 'query') assert.equal((await installed.run(['ingest', 'Prüf ung.csv', ...lake])).code, 0);
        const { code, stdout, stderr } = await installed.run([...args, ...lake]);
        assert.deepEqual([code, stdout], [2, ''], args[0]);
        const version = MANIFEST.optionalDependencies['@duckdb/node-api'];
        assert.ok(stderr.includes(`npm install -g @duckdb/node-api@${version} `), stderr);
        assert.equal(stderr.trim().split('\n').length, 1);
      }
      for (const args of [['ask'], ['ask', '5', '--sql'], ['status', ...lake], ['verify', '--deep', ...lake]])
        assert.equal((await installed.run(args)).code, 0, args.join(' '));
    } finally {
      await rename(path.join(modules, 'duckdb-away'), path.join(modules, '@duckdb'));
      await rename(path.join(modules, 'napi-away'), path.join(modules, '@napi-rs'));
    }
    assert.equal((await installed.run(['verify', '--deep', '--lake', 'ohne DuckDB'])).code, 0, 'natively as well');
  });
});
