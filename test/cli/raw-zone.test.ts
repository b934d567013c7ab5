import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

/** What stands in raw and can be no file of a lake, by what makes it. */
const ODD: Readonly<Record<string, (raw: string, folder: string) => Promise<unknown>>> = {
  'a link out of the lake': (raw, folder) => symlink(join(folder, 'secret'), join(raw, 'odd.csv')),
  'a link within the lake': (raw) => symlink('zgood.csv', join(raw, 'odd.csv')),
  'a link that leads nowhere': (raw) => symlink('nowhere', join(raw, 'odd.csv')),
  'links in a circle': (raw) => symlink('odd.csv', join(raw, 'odd.csv')),
  'a linked folder': (raw, folder) => symlink(folder, join(raw, 'odd.csv')),
  'a pipe': async (raw) => execFileSync('mkfifo', [join(raw, 'odd.csv')]),
  'a name with a backslash': (raw) => writeFile(join(raw, 'odd\\.csv'), HEADER),
  'a name that is not UTF-8': (raw) =>
    writeFile(Buffer.concat([Buffer.from(join(raw, 'odd')), Buffer.from([0xff]), Buffer.from('.csv')]), HEADER),
};

const SECRET = 'root:HASH-OF-ROOT:1::';

/** What the lake holds beside raw. */
async function everything(lake: string): Promise<string> {
  const zones = ['curated', 'quarantine', 'evidence'].map((zone) => join(lake, zone));
  const reading = zones.map((zone) => readdir(zone, { recursive: true, withFileTypes: true }).catch(() => []));
  const entries = (await Promise.all(reading)).flat();
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n');
}

describe('the raw zone of a lake in a folder', () => {
  for (const [what, make] of Object.entries(ODD)) {
    it(
      `may hold ${what}: that is its own outcome, and the others go in`,
      inFolder(async (folder) => {
        const [lake, raw] = [join(folder, 'lake'), join(folder, 'lake/raw')];
        await mkdir(raw, { recursive: true });
        await writeFile(join(folder, 'secret'), SECRET);
        await writeFile(join(raw, 'zgood.csv'), HEADER + record('Created dashboard, ID=d-1, name=Sales'));
        await make(raw, folder);
        const { code, stdout, stderr } = await run(['ingest', '--lake', lake, '--json']);
        assert.equal(code, 1, stderr);
        const { files } = JSON.parse(stdout) as {
          files: { path: string; outcome: string; reason: string | null; explanation: string | null }[];
        };
        const found = files.map(({ path, outcome, reason }) => `${path.replace(/odd.*/, 'odd')} ${outcome} ${reason}`);
        assert.deepEqual(found.sort(), ['raw/odd rejected unreadable', 'raw/zgood.csv ingested null']);
        assert.ok(files.every(({ outcome, explanation }) => outcome === 'ingested' || (explanation ?? '').length > 20));
        assert.ok(!(await everything(lake)).includes(SECRET));
        const status = JSON.parse((await run(['status', '--lake', lake, '--json'])).stdout) as Record<string, unknown>;
        assert.deepEqual([(status['unreadable'] as string[]).length, status['waiting'], status['rows']], [1, [], 1]);
        const verified = await run(['verify', '--deep', '--json', '--lake', lake]);
        assert.equal(verified.code, 1, verified.stderr);
        const { problems } = JSON.parse(verified.stdout) as { problems: { kind: string }[] };
        assert.deepEqual(
          problems.map(({ kind }) => kind),
          ['not_a_file'],
        );
        for (const name of await readdir(raw, { encoding: 'buffer' })) {
          if (name.toString('latin1') !== 'zgood.csv') await unlink(Buffer.concat([Buffer.from(`${raw}/`), name]));
        }
        assert.equal((await run(['verify', '--deep', '--lake', lake])).code, 0);
      }),
    );
  }
});

describe('links in the other zones of a lake in a folder', () => {
  for (const [what, place, kinds] of [
    ['a data file', 'curated/audit_events/event_date=2026-03-01', ['not_a_file', 'data_file_missing']],
    ['a commit', 'curated/audit_events/_delta_log/00000000000000000001.json', null],
    ['an evidence file', 'evidence/audit_events/00000000000000000001.json', null],
    ['a partition', 'curated/audit_events/event_date=2026-03-01', null],
  ] as const) {
    it(
      `are not followed, and are problems: ${what}`,
      inFolder(async (folder) => {
        const lake = join(folder, 'lake');
        await writeFile(join(folder, 'a.csv'), HEADER + record('Created dashboard, ID=d-1, name=Sales'));
        assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
        const names = what === 'a data file' ? await readdir(join(lake, place)) : [];
        const location = join(lake, place, names[0] ?? '');
        execFileSync('mv', [location.replace(/\/$/, ''), join(folder, 'moved')]);
        await symlink(join(folder, 'moved'), location.replace(/\/$/, ''));
        const { code, stdout, stderr } = await run(['verify', '--json', '--lake', lake]);
        assert.equal(code, 1, stderr);
        const { problems } = JSON.parse(stdout) as { problems: { kind: string }[] };
        const found = problems.map(({ kind }) => kind);
        assert.ok(found.includes('not_a_file'), found.join());
        for (const kind of kinds ?? []) assert.ok(found.includes(kind), found.join());
        await writeFile(join(folder, 'b.csv'), HEADER + record('Created dashboard, ID=d-2, name=x'));
        const next = await run(['ingest', join(folder, 'b.csv'), '--lake', lake]);
        assert.doesNotMatch(next.stderr, /internal error/);
        await rm(join(folder, 'moved'), { recursive: true });
      }),
    );
  }
});

describe('a folder with the name of a file', () => {
  for (const path of [
    'curated/audit_events/_delta_log/00000000000000000002.json',
    'curated/audit_events/_delta_log/_last_checkpoint',
    'curated/audit_events/event_date=2026-03-01/part-00000-0.snappy.parquet',
    'evidence/audit_events/00000000000000000002.json',
  ]) {
    it(
      `is a problem, since no file can be written there: ${path}`,
      inFolder(async (folder) => {
        const lake = join(folder, 'lake');
        await writeFile(join(folder, 'a.csv'), HEADER + record('Created dashboard, ID=d-1, name=Sales'));
        assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
        await mkdir(join(lake, path));
        const { code, stdout, stderr } = await run(['verify', '--json', '--lake', lake]);
        assert.equal(code, 1, stderr);
        const { problems } = JSON.parse(stdout) as { problems: { kind: string; where: string }[] };
        assert.deepEqual(
          problems.map(({ kind, where }) => [kind, where]),
          [['not_a_file', path]],
        );
      }),
    );
  }
});
