import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'vitest';
import { bundle } from '../../package/bundle.ts';

const ACCEPT = 'src/maintenance/accept.ts';

describe('the app', () => {
  it('has no way to accept what another engine did: only the command line leads there', async () => {
    const { sources } = await bundle();
    assert.ok(sources.includes('src/maintenance/replay.ts') || sources.includes('src/maintenance/maintain.ts'));
    assert.ok(!sources.includes(ACCEPT));
    const command = await readFile(new URL('../../src/cli/accept-command.ts', import.meta.url), 'utf8');
    assert.match(command, /acceptChange\(/);
  });
});
