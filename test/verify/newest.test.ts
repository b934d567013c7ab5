import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { verifyNewest } from '../../src/verify/index.ts';
import { EVENTS } from '../support/lake.ts';
import { MemoryStorage } from '../support/memory-storage.ts';
import { CODES, dataFiles, edit, evidence, flip, lake, log, verify } from './lake.ts';

const ALL = { commits: 100, isTimeUp: () => false };

async function found(storage: MemoryStorage, commits = 100): Promise<string[]> {
  const { problems } = await verifyNewest(storage, { ...ALL, commits });
  return problems.map(({ kind, where }) => `${kind} ${where}`);
}

describe('a verification of the newest commits', () => {
  it('finds nothing in a lake that is in order, and the heads that a whole verification finds', async () => {
    const storage = await lake();
    for (const commits of [1, 2, 3, 100]) {
      const { problems, heads, counts } = await verifyNewest(storage, { ...ALL, commits });
      assert.deepEqual(problems, [], String(commits));
      const whole = await verify(storage);
      assert.deepEqual(heads.get(EVENTS), whole.heads.audit_events);
      assert.deepEqual(heads.get(CODES), whole.heads.audit_codes);
      assert.equal(counts.commits, Math.min(commits, 6) + Math.min(commits, 2));
    }
  });

  it('finds an edited log file, edited and missing evidence, and a link that was replaced', async () => {
    const damages: readonly [(storage: MemoryStorage) => void, RegExp][] = [
      [(storage) => edit(storage, log(5), /"rows":\d+/, '"rows":77'), /^commit_edited .*5\.json/],
      [(storage) => flip(storage, evidence(4)), /^evidence_edited .*4\.json/],
      [(storage) => storage.files.delete(evidence(4)), /^evidence_missing .*4\.json/],
      [
        (storage) => edit(storage, evidence(5), /[0-9a-f]{64}/, '0'.repeat(64)),
        /^(chain_broken|evidence_edited) .*5\.json/,
      ],
    ];
    for (const [damage, expected] of damages) {
      const storage = await lake();
      damage(storage);
      assert.match((await found(storage, 3))[0] ?? 'nothing', expected);
    }
    const gap = await lake();
    gap.files.delete(log(4));
    await assert.rejects(found(gap, 3), /the log has a gap/);
  });

  it('finds altered and missing files that these commits brought, and leaves older ones to a whole verification', async () => {
    const storage = await lake();
    const newest = storage.content(log(5)).toString();
    const first = dataFiles(storage).find((path) => !newest.includes(path.slice(EVENTS.length + 1)));
    flip(storage, first ?? '');
    assert.deepEqual(await found(storage), [`data_file_altered ${first}`]);
    assert.deepEqual(await found(storage, 1), []);
    const [quarantined] = storage.paths('quarantine/rows/');
    storage.files.delete(quarantined ?? '');
    assert.deepEqual(await found(storage), [`data_file_altered ${first}`, `quarantine_missing ${quarantined}`]);
  });

  it('says how many files it left when time was up', async () => {
    const storage = await lake();
    let asked = 0;
    const { filesLeft, counts } = await verifyNewest(storage, { commits: 100, isTimeUp: () => ++asked > 1 });
    assert.equal(counts.data_files, 1);
    assert.ok(filesLeft >= dataFiles(storage).length - 1);
  });

  it('has nothing to say of a lake that is not there', async () => {
    const { problems, heads } = await verifyNewest(new MemoryStorage(), ALL);
    assert.deepEqual([problems, heads.size], [[], 0]);
  });
});
