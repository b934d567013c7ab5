import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { SETTINGS } from '../../src/settings/index.ts';
import { HEADER, inFolder, record, run } from '../support/cli.ts';
import { SOURCES } from '../support/program.ts';

/** Loaded before the program: makes it believe in another Node. */
function pretending(version: string): string {
  const code = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

describe('audit-lake', () => {
  for (const version of ['18.20.4', '20.20.2', '22.14.0']) {
    it(`says what to do on Node ${version}`, async () => {
      const { code, stdout, stderr } = await run(['--help'], { node: [pretending(version)], program: SOURCES });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, new RegExp(`needs Node 22\\.15 or newer, this is Node ${version.replaceAll('.', '\\.')}`));
      assert.match(stderr, /npm ci/);
    });
  }

  for (const version of ['22.15.0', '23.0.0', '26.1.0']) {
    it(`runs on Node ${version}`, async () => {
      const { code, stdout } = await run(['--help'], { node: [pretending(version)], program: SOURCES });
      assert.deepEqual([code, stdout.startsWith('Usage: audit-lake')], [0, true]);
    });
  }

  it('--help teaches: commands, examples, exit codes', async () => {
    const { code, stdout, stderr } = await run(['--help']);
    assert.deepEqual([code, stderr], [0, '']);
    for (const command of ['ingest', 'query', 'status', 'explain', 'codes', 'help'])
      assert.match(stdout, new RegExp(`^  ${command} `, 'm'));
    assert.match(stdout, /Examples:\n {2}audit-lake ingest export\.csv --lake \.\/lake/);
    assert.match(stdout, /Exit codes:\n {2}0 +done\n {2}1 .*\n {2}2 .*\n {2}3 .*\n {2}4 .*\n {2}70 .*\n {2}130 /);
  });

  it('ingest --help-settings explains every setting but those of the Function App, with its expectation, an example and its environment variable', async () => {
    const { code, stdout } = await run(['ingest', '--help-settings']);
    assert.equal(code, 0);
    const words = stdout.replaceAll(/\s+/g, ' ');
    for (const { option, environment, example, appOnly, landing, environmentOnly } of SETTINGS) {
      const isOffered = !appOnly && !landing && !environmentOnly;
      assert.equal(words.includes(`${option} <value>`), isOffered, option);
      if (!isOffered) continue;
      assert.ok(words.includes(`Environment: ${environment}`), environment);
      assert.ok(words.includes(`for example ${example}`), example);
    }
  });

  it('every command has a help of its own, which says what the list of all says', async () => {
    const { stdout } = await run(['--help']);
    const listed = Object.values(COMMANDS).flatMap((commands) => Object.entries(commands));
    assert.ok(listed.length >= 15, String(listed.length));
    for (const [name, { words, description }] of listed) {
      const usage = `${name} [options] ${words}`.trim();
      assert.ok(stdout.includes(`\n  ${usage} `), usage);
      const help = await run([name, '--help']);
      assert.deepEqual([help.code, help.stderr], [0, ''], name);
      assert.equal(help.stdout.split('\n')[0], `Usage: audit-lake ${usage}`);
      assert.ok(help.stdout.replaceAll('\n', ' ').includes(description), name);
    }
  });

  it('knows the command wherever it stands', async () => {
    for (const args of [
      ['help', 'codes'],
      ['codes', '-h'],
    ])
      assert.match((await run(args)).stdout, /^Usage: audit-lake codes \[options\] \[word\.\.\.\]\n/);
    assert.match((await run(['--', 'codes', '92042'])).stdout, /^1 of \d+ codes$/m);
  });

  it('without a command, or with one it does not know, exits with 2', async () => {
    for (const args of [[], ['injest'], ['query'], ['--lake']]) {
      const { code, stdout, stderr } = await run(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.ok(stderr.length > 0);
    }
  });

  it('codes lists the catalogue, or what holds every word', async () => {
    const all = await run(['codes', '--json']);
    assert.deepEqual(
      (JSON.parse(all.stdout) as { code: number }[]).map(({ code }) => code),
      CATALOGUE.map(({ code }) => code),
    );
    const one = await run(['codes', '92042']);
    assert.match(one.stdout, /^1 of \d+ codes$/m);
    assert.match(one.stdout, /92042\.A {2}Created dashboard/);
    const portal = await run(['codes', 'portal', 'hierarchy']);
    assert.match(portal.stdout, /portal +20501 +hierarchy\.created/);
    const notShown = await run(['codes', '20701']);
    assert.match(notShown.stdout, /no template: the documentation does not show its message/);
  });
});

describe('the exit codes', () => {
  it('are the same in help and README', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const { stdout } = await run(['--help']);
    for (const [code, meaning] of EXIT_CODES) {
      assert.ok(readme.includes(`| ${code} | ${meaning} |`), String(code));
      assert.ok(stdout.includes(`\n  ${String(code).padEnd(5)}${meaning}`), String(code));
    }
  });
});

describe('the help', () => {
  it('of a command has what belongs to it and the lake; what is common is behind --help-settings', async () => {
    const { code, stdout } = await run(['ingest', '--help']);
    assert.equal(code, 0);
    for (const option of ['--into', '--rejected', '--lake', '--quiet', '--help-settings', '--json'])
      assert.ok(stdout.includes(`  ${option}`), option);
    for (const option of ['--time-zone', '--max-records', '--storage-connection-string'])
      assert.ok(!stdout.includes(option), option);
    assert.ok(stdout.split('\n').length < 60, stdout);
  });

  it('has no line of more than 80 columns', async () => {
    const names = Object.values(COMMANDS).flatMap((commands) => Object.keys(commands));
    for (const args of [['--help'], ['ingest', '--help-settings'], ...names.map((name) => [name, '--help'])]) {
      const { stdout } = await run(args);
      // An address or a connection string is one word.
      for (const line of stdout.split('\n'))
        assert.ok(line.length <= 80 || !line.trim().includes(' '), `${args.join(' ')}: ${line}`);
    }
  });
});

describe('what is kept quiet, and what comes by standard input', () => {
  it(
    'results are printed, progress and notes are not',
    inFolder(async (folder) => {
      const [file, lake] = [join(folder, 'a.csv'), join(folder, 'lake')];
      await writeFile(file, HEADER + record('Created dashboard, ID=d-1, name=Sales'));
      const taken = await run(['ingest', file, '--quiet', '--lake', lake]);
      assert.deepEqual([taken.code, taken.stderr], [0, '']);
      assert.match(taken.stdout, /1 of 1 rows? committed/);
      const verified = await run(['verify', '--quiet', '--lake', lake]);
      assert.deepEqual([verified.code, verified.stderr], [0, '']);
      const wrong = await run(['verify', '--quiet', '--lake', join(folder, 'none')]);
      assert.equal(wrong.code, 2);
      assert.match(wrong.stderr, /^audit-lake: there is no lake in [^\n]*\n$/, 'nothing but that, with or without');
      const loud = await run(['verify', '--lake', join(folder, 'none')]);
      assert.equal(loud.stderr, wrong.stderr);
      const asked = await run(['query', '-', '--json', '--lake', lake], {
        input: 'SELECT count(*) AS n\nFROM audit_events;\n',
      });
      assert.equal(asked.stdout, '[{"n":1}]\n', asked.stderr);
      const explained = await run(['explain', '92042', '-'], { input: 'Created dashboard, ID=c1, name=Sales\n' });
      assert.match(explained.stdout, /decode_status: decoded/);
      const wrongCode = await run(['explain', 'abc', 'x']);
      assert.equal(wrongCode.code, 2);
      assert.match(wrongCode.stderr, /a whole number such as 91011, before the message; found "abc"/);
    }),
  );
});
