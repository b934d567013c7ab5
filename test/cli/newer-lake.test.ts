import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'vitest';
import { CODES_TABLE, localStorage } from '../../src/storage/index.ts';
import { HEADER, inFolder, record, run } from '../support/cli.ts';
import { stateLeastWriter } from '../support/newer-lake.ts';

it(
  'a lake that takes a newer program is not written to by any command, which says so, and is read as any other',
  inFolder(async (folder) => {
    const [file, another, lake] = [join(folder, 'export.csv'), join(folder, 'more.csv'), join(folder, 'lake')];
    await writeFile(file, `${HEADER}${record('Created dashboard, ID=d-1, name=Sales')}`);
    await writeFile(another, `${HEADER}${record('Created dashboard, ID=d-2, name=Ops')}`);
    assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
    await stateLeastWriter(localStorage(lake), '99.1.0');
    const before = (await readdir(lake, { recursive: true })).sort();
    for (const args of [
      ['ingest', another],
      ['ingest'],
      ['ingest', '--rejected'],
      ['compact', '--before', '2026-04-01'],
      ['vacuum'],
      ['replay'],
      ['retain', '--older-than', '2026-03-02'],
      ['erase', '--user', 'li.wei@corp.example', '--reason', 'request'],
      ['accept', '1', '--reason', 'known'],
    ]) {
      const { code, stdout, stderr } = await run([...args, '--lake', lake]);
      assert.deepEqual([code, stdout], [2, ''], `${args.join(' ')}: ${stderr}`);
      assert.match(stderr, /takes version 99\.1\.0 of this program or a newer one .* install the newer version here/);
    }
    for (const args of [
      ['status'],
      ['verify'],
      ['verify', '--deep'],
      ['history'],
      ['query', 'SELECT count(*) FROM audit_events'],
      ['ask', 'self-granted-roles', '--as-of', '2026-03-02'],
      ['erase', '--user', 'li.wei@corp.example', '--reason', 'request', '--dry-run'],
      ['replay', '--dry-run'],
      ['vacuum', '--dry-run'],
    ]) {
      const { code, stderr } = await run([...args, '--lake', lake]);
      assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
    }
    const { stdout } = await run(['status', '--lake', lake]);
    assert.match(stdout, /^audit_events takes version 99\.1\.0 of this program or a newer one to be written to$/m);
    assert.deepEqual((await readdir(lake, { recursive: true })).sort(), before, 'nothing was written');
  }),
);

it(
  'nor is one in which the table of codes alone takes a newer program: nothing is copied into raw',
  inFolder(async (folder) => {
    const [file, another, lake] = [join(folder, 'export.csv'), join(folder, 'more.csv'), join(folder, 'lake')];
    await writeFile(file, `${HEADER}${record('Created dashboard, ID=d-1, name=Sales')}`);
    await writeFile(another, `${HEADER}${record('Created dashboard, ID=d-2, name=Ops')}`);
    assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
    await stateLeastWriter(localStorage(lake), '99.1.0', CODES_TABLE);
    const { code, stderr } = await run(['ingest', another, '--lake', lake]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /takes version 99\.1\.0 .* nothing was written/);
    assert.deepEqual(await readdir(join(lake, 'raw')), ['export.csv']);
  }),
);
