import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, it } from 'vitest';
import { assertVisible, HEADER, inFolder, record, run } from '../support/cli.ts';

const event = (id: string, time?: string) => record(`Created dashboard, ID=${id}, name=Sales`, time);

/** Paths and contents of all files of a folder, as one digest. */
async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries
    .filter((each) => each.isFile())
    .sort((a, b) => (join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1))) {
    const path = join(entry.parentPath, entry.name);
    hash.update(path).update(await readFile(path));
  }
  return hash.digest('hex');
}

describe('audit-lake check', () => {
  it(
    'says what ingest then does, for every kind of outcome, and writes nothing',
    inFolder(async (folder) => {
      const given = join(folder, 'in');
      await mkdir(given);
      const files: Readonly<Record<string, string | Uint8Array>> = {
        'a.csv': HEADER + event('1') + event('2') + event('2'),
        'b.csv.gz': gzipSync(`${HEADER + event('2') + event('3')}broken\n`),
        'c.csv': `${HEADER}never,92042,x,y\n`,
        'd.csv': 'no,export\n',
        'e.csv': (HEADER + event('5')).replaceAll(',', ';'),
        'README.txt': 'no export\n',
      };
      for (const [name, content] of Object.entries(files)) await writeFile(join(given, name), content);
      const lake = join(folder, 'lake');
      await writeFile(join(folder, 'before.csv'), HEADER + event('1'));
      assert.equal((await run(['ingest', join(folder, 'before.csv'), '--lake', lake])).code, 0);

      const before = await digestOf(folder);
      const checked = await run(['check', given, '--lake', lake, '--json']);
      assert.equal(checked.code, 1, checked.stderr);
      assert.equal(await digestOf(folder), before);
      const text = await run(['check', given, '--lake', lake]);
      assertVisible(text.stdout);
      assert.match(text.stdout, /README\.txt/);
      assert.match(text.stdout, /separated by semicolons/);

      const ingested = await run(['ingest', given, '--lake', lake, '--json']);
      const counts = ({ rows, committed, duplicates, quarantined, reason }: Record<string, unknown>) => [
        rows,
        committed,
        duplicates,
        quarantined,
        reason,
      ];
      assert.deepEqual(JSON.parse(checked.stdout).files.map(counts), JSON.parse(ingested.stdout).files.map(counts));
    }),
  );

  it(
    'needs no lake, shows the roles and the instants of times, and ends with 0 where all is fine',
    inFolder(async (folder) => {
      const file = join(folder, 'a.csv');
      await writeFile(file, HEADER + event('1', '2026-03-01T12:00:00+02:00'));
      const before = await digestOf(folder);
      const { code, stdout } = await run(['check', file, '--json']);
      const [found] = JSON.parse(stdout).files;
      assert.deepEqual([code, found.outcome, found.committed], [0, 'accepted', 1]);
      assert.deepEqual(found.columns, { time: 'time', code: 'code', message: 'message', actor_name: 'user name' });
      assert.deepEqual(found.times, [
        { record: 1, text: '2026-03-01T12:00:00+02:00', instant: '2026-03-01T10:00:00.000Z' },
      ]);
      assert.equal(await digestOf(folder), before);
    }),
  );

  it(
    'says in which zone times without offset are read, and what is left out by the settings',
    inFolder(async (folder) => {
      const file = join(folder, 'a.csv');
      await writeFile(file, HEADER + event('1', '2026-03-01 12:00:00'));
      assert.match(
        (await run(['check', file])).stdout,
        /zone +UTC, since times have no offset; --time-zone sets another/,
      );
      const { stdout } = await run(['check', file, '--time-zone', 'Europe/Zurich', '--json']);
      const [{ zone, recognised }] = JSON.parse(stdout).files;
      assert.deepEqual([zone, recognised[0].time_format], ['Europe/Zurich', 'auto']);
      const excluded = await run(['check', file, '--exclude', 'a.csv']);
      assert.deepEqual([excluded.code, excluded.stdout.trim()], [0, 'a.csv: would be skipped: excluded']);
    }),
  );

  it(
    'reads standard input; names what is wrong with the option to set, and ends with 2 for wrong usage',
    inFolder(async (folder) => {
      const { code, stdout } = await run(['check', '-'], { input: `${HEADER}13-Mar-26 9 o'clock,92042,x,y\n` });
      assert.equal(code, 1);
      assert.match(stdout, /time_unreadable/);
      assert.equal((await run(['check'])).code, 2);
      assert.equal((await run(['check', join(folder, 'none.csv')])).code, 2);
    }),
  );
});
