import assert from 'node:assert/strict';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { answerIn, LakeSession } from '../../src/asking/index.ts';
import { UsageError } from '../../src/present/index.ts';
import { localStorage, StorageFault } from '../../src/storage/index.ts';
import { ingest, land, settings } from '../support/lake.ts';

let root = '';
let session: LakeSession;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lost-lake-'));
  const storage = localStorage(root);
  await land(
    storage,
    'a.csv',
    'time,code,message,user name\n2026-03-01T10:00:00Z,92042,"Created dashboard, ID=d-1, name=Sales",li\n',
  );
  await ingest(storage);
  const lake = {
    settings: settings({ lake: root }),
    storage,
    signal: new AbortController().signal,
    tell: () => undefined,
  };
  session = await LakeSession.open(lake);
});

afterEach(async () => {
  await session.close();
  await rm(root, { recursive: true, force: true });
  await rm(`${root}-away`, { recursive: true, force: true });
});

/** What is said of a lake, or a file of it, that was there when it was opened. */
async function assertGone(): Promise<void> {
  await assert.rejects(answerIn(session, 'SELECT count(message), min(code) FROM audit_events'), (error) => {
    assert.ok(error instanceof StorageFault, String(error));
    assert.match(error.message, /the lake, or this file of it, is no longer there/);
    assert.match(error.message, /\.parquet/);
    assert.doesNotMatch(error.message, /unrestricted|Permission|configuration/);
    return true;
  });
}

describe('a lake that is asked', () => {
  it('says so where it was moved away meanwhile', async () => {
    await rename(root, `${root}-away`);
    await assertGone();
  });

  it('says so where a data file of it is gone', async () => {
    const files = await readdir(join(root, 'curated'), { recursive: true });
    const data = files.filter((file) => /events.*\.parquet$/.test(file) && !file.includes('_delta_log'));
    assert.ok(data.length > 0, files.join());
    for (const file of data) await rm(join(root, 'curated', file));
    await assertGone();
  });

  it('still says of other files that they are out of reach', async () => {
    await assert.rejects(answerIn(session, `SELECT * FROM read_csv('${root}/none.csv')`), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /--unrestricted/);
      return true;
    });
  });
});
