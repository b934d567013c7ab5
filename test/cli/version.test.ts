import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));

describe('the version of the program', () => {
  it('is what package.json says, wherever it is shown', async () => {
    const { code, stdout, stderr } = await run(['--version']);
    assert.deepEqual([code, stdout, stderr], [0, `${version}\n`, '']);
    assert.match((await run(['--help'])).stdout, /--version/);
  });

  it(
    'stands beside what status and verify find, so that it is known who found it',
    inFolder(async (folder) => {
      const [file, lake] = [join(folder, 'export.csv'), join(folder, 'lake')];
      await writeFile(file, `${HEADER}${record('x')}`);
      await run(['ingest', file, '--lake', lake]);
      for (const command of ['status', 'verify']) {
        const { stdout } = await run([command, '--lake', lake, '--json']);
        assert.equal(JSON.parse(stdout).program_version, version, command);
        assert.match((await run([command, '--lake', lake])).stdout, new RegExp(`program version +${version}`), command);
      }
    }),
  );
});
