import assert from 'node:assert/strict';
import { chmod, chown, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'vitest';
import { nearestConfigFile } from '../../src/cli/nearest-config.ts';
import { CONFIG_FILE } from '../../src/settings/index.ts';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

/** Runs the command line from a folder. */
function runIn(folder: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return run(args, { cwd: folder, environment });
}

/** A folder and a configuration file in it, which only this user may write to. */
async function configured(folder: string, content: object): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await chmod(folder, 0o755);
  const file = join(folder, CONFIG_FILE);
  await writeFile(file, JSON.stringify(content));
  await chmod(file, 0o644);
  return file;
}

function find(folder: string) {
  const told: string[] = [];
  const file = nearestConfigFile(folder, (line) => told.push(line));
  return { file, told };
}

describe('the configuration file', () => {
  it(
    'is the nearest one upwards, and decides how an export is read',
    inFolder(async (folder) => {
      await configured(folder, { timeZone: 'UTC', codec: 'zstd' });
      const file = await configured(join(folder, 'a'), { timeZone: 'Europe/Zurich' });
      const below = join(folder, 'a/b/c');
      await mkdir(below, { recursive: true });
      await writeFile(join(below, 'x.csv'), HEADER + record('Created dashboard, ID=d, name=n', '2026-03-01 10:00:00'));
      const ingested = await runIn(below, ['ingest', 'x.csv', '--lake', 'lake']);
      assert.equal(ingested.code, 0, ingested.stderr);
      const asked = await runIn(below, [
        ...['query', 'SELECT event_time FROM audit_events', '--json', '--lake', 'lake'],
      ]);
      assert.match(asked.stdout, /2026-03-01 09:00:00/);
      const shown = await runIn(below, ['status', '--settings', '--lake', 'lake', '--codec', 'snappy'], {
        AUDIT_LAKE_MAX_DAYS: '10',
        AUDIT_LAKE_STORAGE_CONNECTION_STRING: '',
      });
      assert.equal(shown.code, 0, shown.stderr);
      const row = (name: string) => shown.stdout.split('\n').find((line) => line.startsWith(`${name} `)) ?? '';
      assert.match(row('timeZone'), /"Europe\/Zurich" +file +.*\/a\/audit-lake\.config\.json, line 1/);
      assert.match(row('codec'), /"snappy" +option +--codec/);
      assert.match(row('maxDays'), /10 +environment +AUDIT_LAKE_MAX_DAYS/);
      assert.match(row('maxRecords'), /1100000 +default/);
      const json = JSON.parse((await runIn(below, ['status', '--settings', '--json', '--lake', 'lake'])).stdout);
      assert.equal(json.config_file, file);
      assert.deepEqual(
        json.settings.find(({ name }: { name: string }) => name === 'timeZone'),
        { name: 'timeZone', value: 'Europe/Zurich', origin: 'file', from: `${file}, line 1` },
      );
    }),
  );

  it(
    'that is wrong stops whatever command needs settings, with every problem',
    inFolder(async (folder) => {
      await configured(folder, { timezone: 'UTC', lake: 'https://attacker.example/', maxDays: 0 });
      const { code, stdout, stderr } = await runIn(folder, ['status', '--lake', 'lake']);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /3 settings are wrong/);
      assert.match(stderr, /did you mean timeZone\?/);
      assert.match(stderr, /lake in .*where data go is said by whoever runs the command/);
      assert.match(stderr, /maxDays in .*line 1/);
      assert.equal((await runIn(folder, ['codes', '92042'])).code, 0, 'which needs none');
    }),
  );

  it(
    'counts only where nobody else can write, and is named where it does not',
    inFolder(async (folder) => {
      await configured(folder, { codec: 'zstd' });
      const file = await configured(join(folder, 'near'), { codec: 'snappy' });
      const near = dirname(file);
      assert.equal(find(near).file?.path, file);
      for (const [place, mode, usual] of [
        [file, 0o664, 0o644],
        [file, 0o646, 0o644],
        [near, 0o775, 0o755],
        [near, 0o757, 0o755],
        [near, 0o1777, 0o755],
      ] as const) {
        await chmod(place, mode);
        const { file: found, told } = find(near);
        assert.equal(found?.path, join(folder, CONFIG_FILE), 'the next one counts');
        assert.equal(told.length, 1);
        assert.match(told[0] ?? '', new RegExp(`is not used: others may write to ${place} `));
        await chmod(place, usual);
      }
      await chmod(file, 0o666);
      const { stderr } = await runIn(near, ['status', '--settings', '--lake', 'lake']);
      assert.ok(stderr.includes(`audit-lake: ${file} is not used: others may write`), stderr);
    }),
  );

  it.skipIf(process.getuid?.() !== 0)(
    'of another user does not count, nor one in the folder of another user',
    inFolder(async (folder) => {
      const file = await configured(join(folder, 'near'), { codec: 'snappy' });
      for (const place of [file, dirname(file)]) {
        await chown(place, 12_345, 0);
        const { file: found, told } = find(dirname(file));
        assert.equal(found, null);
        assert.match(told[0] ?? '', /belongs to another user \(uid 12345\)/);
        await chown(place, 0, 0);
      }
    }),
  );

  it(
    'that is a link is judged by what it leads to, and by where it stands',
    inFolder(async (folder) => {
      const real = await configured(join(folder, 'real'), { codec: 'zstd' });
      const here = join(folder, 'here');
      await mkdir(here, { mode: 0o755 });
      await symlink(real, join(here, CONFIG_FILE));
      assert.deepEqual(find(here).file?.values, { codec: 'zstd' });
      await chmod(real, 0o666);
      assert.deepEqual([find(here).file, find(here).told.length], [null, 1]);
      await chmod(real, 0o644);
      await chmod(dirname(real), 0o777);
      assert.deepEqual([find(here).file, find(here).told.length], [null, 1]);
      await chmod(dirname(real), 0o755);
      await chmod(here, 0o777);
      assert.deepEqual([find(here).file, find(here).told.length], [null, 1]);
      const dangling = join(folder, 'dangling');
      await mkdir(dangling);
      await symlink(join(folder, 'none.json'), join(dangling, CONFIG_FILE));
      assert.match(find(dangling).told[0] ?? '', /leads nowhere/);
      const strange = join(folder, 'strange');
      await mkdir(join(strange, CONFIG_FILE), { recursive: true });
      assert.match(find(strange).told[0] ?? '', /it is no file/);
      await writeFile(await configured(join(folder, 'utf16'), {}), Buffer.from('{}', 'utf16le').fill(0xff));
      assert.match(find(join(folder, 'utf16')).told[0] ?? '', /no UTF-8/);
    }),
  );

  it('has its schema among the documents', async () => {
    const schema = await readFile(new URL('../../docs/audit-lake.config.schema.json', import.meta.url), 'utf8');
    assert.ok(JSON.parse(schema).properties.timeZone);
  });
});
