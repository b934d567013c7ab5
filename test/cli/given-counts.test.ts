import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

it(
  'checks counts before they are kept: what cannot be gone by is never landed, and stands in no later way',
  inFolder(async (folder) => {
    const lake = join(folder, 'lake');
    writeFileSync(
      join(folder, 'a.csv'),
      HEADER + record('Created dashboard, ID=d-1, name=Sales', '2026-03-01T10:30:00Z'),
    );
    assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
    const bad = join(folder, 'bad.csv');
    writeFileSync(bad, 'hour,code,events\nnever,92042,some\n');
    const refused = await run(['compare', 'nql', '--counts', bad, '--lake', lake]);
    assert.equal(refused.code, 1, refused.stderr);
    assert.match(refused.stdout, /not compared: .*bad\.csv: expected counts by hour and code.*Nothing of it was kept/);
    assert.equal(existsSync(join(lake, 'raw/landed')), false);
    assert.equal((await run(['compare', 'nql', '--landed', '--lake', lake])).code, 0);
    const none = await run(['compare', 'nql', '--counts', join(folder, 'none.csv'), '--lake', lake]);
    assert.deepEqual([none.code, none.stdout], [2, '']);
    assert.match(none.stderr, /no such file: .*none\.csv/);
    const good = join(folder, 'good.csv');
    writeFileSync(good, 'hour,code,events\n2026-03-01T10:00:00Z,92042,1\n2026-03-01T11:00:00Z,92042,1\n');
    const compared = await run(['compare', 'nql', '--counts', good, '--lake', lake]);
    assert.equal(compared.code, 0, compared.stdout + compared.stderr);
    assert.equal(existsSync(join(lake, 'raw/landed/counts/given/good.csv')), true);
  }),
);
