import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { HEADER, record, run } from '../support/cli.ts';

let folder = '';
let lake = '';
let rawFile = '';

/** Every file below a folder, and what it holds. */
async function contents(of: string): Promise<Record<string, string>> {
  const entries = await readdir(of, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.sort().map(async (file) => [file, (await readFile(file)).toString('base64')] as const)),
  );
}

async function first(of: string, ending: string): Promise<string> {
  const files = Object.keys(await contents(join(lake, of)));
  return files.find((file) => file.endsWith(ending)) ?? assert.fail(`no ${ending} below ${of}`);
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'output-in-lake-')));
  lake = join(folder, 'lake');
  await writeFile(join(folder, 'a.csv'), HEADER + record('Created dashboard, ID=d-1, name=one'));
  await writeLake(lake);
  rawFile = await first('raw', '.csv');
});

afterAll(() => rm(folder, { recursive: true }));

/** Runs a command that has to be refused, and to leave the lake as it was. */
async function refused(args: readonly string[], environment: Record<string, string> = {}): Promise<void> {
  const before = await contents(lake);
  const { code, stdout, stderr } = await run(args, { environment });
  assert.deepEqual([code, stdout], [2, ''], `${args.join(' ')}: ${stderr}`);
  assert.match(stderr, /^audit-lake: --output [^\n]*: expected a place outside the zones of a lake, found [^\n]*\n$/);
  assert.deepEqual(await contents(lake), before, args.join(' '));
}

const SQL = 'SELECT 1 AS a';

describe('--output into a lake', () => {
  it('is refused in each of its zones, be the file there or new, with --force or without', async () => {
    const evidence = await first('evidence', '.json');
    const data = await first('curated', '.parquet');
    const log = await first('curated', '.json');
    for (const file of [rawFile, evidence, data, log]) {
      const format = ['--format', 'csv'].filter(() => !/\.(csv|json|parquet)$/.test(file));
      await refused(['query', SQL, '--lake', lake, '--output', file, '--force', ...format]);
      await refused(['query', SQL, '--lake', lake, '--output', file, ...format]);
    }
    await mkdir(join(lake, 'quarantine'), { recursive: true });
    for (const zone of ['raw', 'curated', 'quarantine', 'evidence']) {
      await refused(['query', SQL, '--lake', lake, '--output', join(lake, zone, 'new.csv')]);
    }
  });

  it('is refused to every command that has it, also those that are asked no lake', async () => {
    const uid = JSON.parse(
      (await run(['query', 'SELECT event_uid FROM audit_events', '--lake', lake, '--json'])).stdout,
    );
    const commands = [
      ...[
        ['query', SQL],
        ['ask', '19'],
        ['ask', 'all'],
        ['events'],
        ['history'],
        ['verify'],
        ['report', '--no-verify'],
      ],
      ['show', uid[0].event_uid],
    ].map((words) => [...words, '--lake', lake]);
    for (const words of [...commands, ['ask'], ['codes'], ['columns']]) {
      await refused([...words, '--output', join(lake, 'raw', 'x.html')]);
    }
  });

  it('is refused in another lake than the one that is asked', async () => {
    const other = join(folder, 'other');
    await writeLake(other);
    await refused(['query', SQL, '--lake', other, '--output', join(lake, 'raw', 'x.csv')]);
  });

  it('is refused by whatever way it leads there', async () => {
    const link = join(folder, 'link');
    await symlink(join(lake, 'raw'), link);
    const up = join(folder, 'up');
    await symlink(lake, up);
    for (const file of [
      join(link, 'x.csv'),
      join(up, 'evidence', 'x.csv'),
      `${lake}/curated/../raw/x.csv`,
      relative(process.cwd(), join(lake, 'raw', 'x.csv')),
    ]) {
      await refused(['query', SQL, '--lake', lake, '--output', file]);
      await refused(['codes', '--output', file]);
    }
    // Where letters do not count, other letters name the same folder.
    if (existsSync(join(lake, 'RAW'))) await refused(['codes', '--output', join(lake, 'RAW', 'x.csv')]);
  });

  it('is refused where a zone is a link out of the lake, where --raw is, and where settings name it', async () => {
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(join(elsewhere, 'below'), { recursive: true });
    const linked = join(folder, 'linked');
    await mkdir(linked);
    await symlink(elsewhere, join(linked, 'raw'));
    const file = join(elsewhere, 'below', 'x.csv');
    await refused(['codes', '--output', file], { AUDIT_LAKE_LAKE: linked });
    await refused(['query', SQL, '--lake', lake, '--raw', elsewhere, '--output', file]);
    await refused(['codes', '--output', file], { AUDIT_LAKE_LAKE: lake, AUDIT_LAKE_RAW: elsewhere });
    assert.deepEqual(await readdir(join(elsewhere, 'below')), []);
  });

  it('is allowed beside the zones, and in folders that only have their names', async () => {
    const plain = join(folder, 'project', 'raw');
    await mkdir(plain, { recursive: true });
    for (const file of [join(lake, 'answer.csv'), join(plain, 'answer.csv')]) {
      const { code, stderr } = await run(['query', SQL, '--lake', lake, '--output', file]);
      assert.deepEqual([code, stderr], [0, `wrote 1 row to ${file}\n`]);
      assert.equal((await run(['query', SQL, '--lake', lake, '--output', file, '--force'])).code, 0);
    }
    assert.equal((await run(['verify', '--lake', lake])).code, 0);
  });
});

async function writeLake(at: string): Promise<void> {
  assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', at])).code, 0);
}
