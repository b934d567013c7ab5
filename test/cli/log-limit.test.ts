import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'vitest';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

it(
  'every command that opens a lake takes the limit on a log file, and names it where a file has more',
  inFolder(async (folder) => {
    const lake = join(folder, 'lake');
    await writeFile(join(folder, 'a.csv'), HEADER + record('Created dashboard, ID=d-1, name=Sales'));
    assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
    for (const command of ['ingest', 'verify', 'status', 'history']) {
      const { code, stdout, stderr } = await run([command, '--lake', lake, '--max-log-bytes', '1024']);
      assert.ok(code !== 0 && code !== 2, `${command} ${code} ${stderr}`);
      assert.match(stdout + stderr, /raise\s+AUDIT_LAKE_MAX_LOG_BYTES/, command);
      assert.equal((await run([command, '--lake', lake, '--max-log-bytes', '2MiB'])).code, 0, command);
    }
  }),
);
