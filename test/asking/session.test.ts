import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { answerIn, objectsOf } from '../../src/asking/answer.ts';
import { LakeSession } from '../../src/asking/session.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { openLake } from '../../src/storage/index.ts';
import { HEADER, record, run } from '../support/cli.ts';

describe('a session', () => {
  let folder = '';
  let session: LakeSession;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-'));
    const lake = join(folder, 'lake');
    await writeFile(join(folder, 'a.csv'), `${HEADER}${record("Created dashboard, ID=d-1, name=Li's")}`);
    assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
    const settings = parseSettings({ environment: {}, options: { lake } });
    const signal = new AbortController().signal;
    session = await LakeSession.open({ settings, storage: openLake(settings), signal, tell: () => undefined });
  });

  afterAll(async () => {
    await session.close();
    await rm(folder, { recursive: true });
  });

  it('answers one question after the other, with values that stay values', async () => {
    for (const name of ["Li's", "Li'; SELECT 1 --"]) {
      const answer = await answerIn(
        session,
        'SELECT $name AS name, count(*) AS events FROM audit_events WHERE object_name = $name',
        { name },
      );
      assert.deepEqual(objectsOf(answer), [{ name, events: name === "Li's" ? 1 : 0 }]);
    }
    assert.equal(session.version > 0, true);
    assert.notEqual(session.days, null);
  });
});
