import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  BrokenEvidence,
  EvidenceConflict,
  evidencePath,
  readChain,
  readEvidence,
  sealCommits,
} from '../../src/evidence/index.ts';
import { StorageFault } from '../../src/storage/index.ts';
import { CorruptLog, commitPath } from '../../src/table/index.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { type Fate, faulty, watched } from '../support/store-faults.ts';
import { hiding } from '../table/lake.ts';
import { evidenceOf, lakeWith, numbered, sha256, TABLE } from './logs.ts';

const at = (version: number) => ({ path: TABLE, version });

/** The evidence that a quiet run writes. */
async function sealed(count: number): Promise<{ storage: MemoryStorage; evidence: Record<string, string> }> {
  const storage = lakeWith(numbered(count));
  await sealCommits(storage, at(count - 1));
  return { storage, evidence: evidenceOf(storage) };
}

describe('sealing a table', () => {
  it('gives every version evidence that holds the SHA-256 of the one before, and returns the last one’s', async () => {
    const storage = lakeWith(numbered(40));
    const { head, filled } = await sealCommits(storage, at(39));
    assert.deepEqual(
      storage.paths('evidence/'),
      Array.from({ length: 40 }, (_, version) => evidencePath(TABLE, version)),
    );
    let previous: string | null = null;
    for (let version = 0; version < 40; version++) {
      const content = storage.content(evidencePath(TABLE, version));
      assert.equal(JSON.parse(content.toString()).previous, previous);
      previous = sha256(content);
    }
    assert.deepEqual(head, { version: 39, sha256: previous });
    assert.equal(filled, 40);
  });

  it('costs the same after ten commits and after ten thousand', async () => {
    const callsAfter = async (count: number) => {
      const { storage } = await sealed(count);
      storage.put(commitPath(TABLE, count), '{"txn":{"appId":"raw/x.csv","version":1}}\n');
      const { storage: seen, calls } = watched(storage);
      await sealCommits(seen, at(count));
      return calls.map(({ operation }) => operation).sort();
    };
    assert.deepEqual(await callsAfter(10), ['create', 'read', 'read', 'read']);
    assert.deepEqual(await callsAfter(10_000), await callsAfter(10));
  });

  it('writes nothing where all is there', async () => {
    const { storage } = await sealed(5);
    const { storage: seen, calls } = watched(storage);
    await sealCommits(seen, at(4));
    assert.ok(calls.every(({ operation }) => operation === 'read'));
  });

  it('is the same in any order, by any number of writers, and after crashes anywhere', async () => {
    const { evidence } = await sealed(40);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ version: fc.nat({ max: 39 }), together: fc.boolean(), crash: fc.nat({ max: 120 }) })),
        fc.constantFrom<Fate>('fails', 'answer lost'),
        async (runs, fate) => {
          const storage = lakeWith(numbered(40));
          let running: Promise<unknown>[] = [];
          for (const { version, together, crash } of runs) {
            const unreliable = faulty(storage, ({ number }) => (number > crash ? fate : 'passes'));
            const run = sealCommits(unreliable, at(version)).catch((error: unknown) =>
              assert.ok(error instanceof StorageFault, String(error)),
            );
            running.push(run);
            if (together) continue;
            await Promise.all(running);
            running = [];
          }
          await Promise.all(running);
          await Promise.all([sealCommits(storage, at(39)), sealCommits(storage, at(39))]);
          assert.deepEqual(evidenceOf(storage), evidence);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says so where more evidence was missing than a run that ends in the middle leaves', async () => {
    const commits = numbered(40).map(([, ...actions]) => [
      { commitInfo: { engineInfo: 'nexthink-audit-lake', files: [] } },
      ...actions,
    ]);
    for (const [missing, isRewritten] of [
      [8, false],
      [9, true],
      [40, true],
    ] as const) {
      const storage = lakeWith(commits);
      await sealCommits(storage, at(39));
      for (let version = 40 - missing; version < 40; version++) await storage.delete(evidencePath(TABLE, version));
      const { filled, ...rest } = await sealCommits(storage, at(39));
      assert.deepEqual([filled, rest.isRewritten], [missing, isRewritten]);
    }
    const { filled, isRewritten } = await sealCommits(lakeWith(numbered(40)), at(39));
    assert.deepEqual([filled, isRewritten], [40, false], 'other engines write as many as they like between two runs');
  });

  it('says so where the evidence is there with other content', async () => {
    const { storage } = await sealed(5);
    storage.put(evidencePath(TABLE, 4), storage.content(evidencePath(TABLE, 4)).toString().replace('WRITE', 'OTHER'));
    await assert.rejects(sealCommits(storage, at(4)), EvidenceConflict);
    const { storage: other } = await sealed(5);
    other.put(evidencePath(TABLE, 3), other.content(evidencePath(TABLE, 3)).toString().replace('WRITE', 'OTHER'));
    await assert.rejects(sealCommits(other, at(4)), EvidenceConflict);
  });

  it('says so where the log was cleaned up before there was evidence', async () => {
    const storage = lakeWith(numbered(30));
    for (let version = 0; version < 20; version++) await storage.delete(commitPath(TABLE, version));
    await assert.rejects(sealCommits(storage, at(29)), (error: unknown) => {
      assert.ok(error instanceof BrokenEvidence);
      assert.match(error.message, /00000000000000000000\.json is gone.*restore the log file/);
      return true;
    });
    assert.deepEqual(evidenceOf(storage), {});
  });

  it('goes on where the log was cleaned up after the evidence was written', async () => {
    const { storage, evidence } = await sealed(30);
    for (let version = 0; version < 28; version++) await storage.delete(commitPath(TABLE, version));
    await storage.delete(evidencePath(TABLE, 29));
    await sealCommits(storage, at(29));
    assert.deepEqual(evidenceOf(storage), evidence);
  });

  it('writes no evidence of a commit that cannot be read, nor of any after it', async () => {
    const storage = lakeWith([...numbered(3), 'spam\n', ...numbered(3)]);
    await assert.rejects(sealCommits(storage, at(6)), CorruptLog);
    assert.deepEqual(storage.paths('evidence/').length, 3);
  });
});

describe('reading the chain', () => {
  it('gives the evidence of every version in order', async () => {
    const { storage } = await sealed(40);
    const versions: number[] = [];
    for await (const { version, actions } of readChain(storage, TABLE)) {
      versions.push(version);
      assert.deepEqual(actions, numbered(40)[version]);
    }
    assert.deepEqual(
      versions,
      Array.from({ length: 40 }, (_, version) => version),
    );
    assert.equal((await readEvidence(storage, TABLE, 7))?.version, 7);
    assert.equal(await readEvidence(storage, TABLE, 40), null);
  });

  it('does not take for missing what a listing that ran meanwhile left out', async () => {
    const { storage } = await sealed(40);
    const versions: number[] = [];
    for await (const { version } of readChain(hiding(storage, evidencePath(TABLE, 20)), TABLE)) versions.push(version);
    assert.equal(versions.length, 40);
  });

  it('is empty where nothing was sealed', async () => {
    for await (const _ of readChain(lakeWith(numbered(2)), TABLE)) assert.fail('nothing was expected');
  });

  for (const [name, harm, message] of [
    ['is missing', (lake: MemoryStorage) => lake.delete(evidencePath(TABLE, 20)), /20\.json is missing/],
    [
      'was edited',
      (lake: MemoryStorage) =>
        lake.put(evidencePath(TABLE, 20), lake.content(evidencePath(TABLE, 20)).toString().replace('WRITE', 'OTHER')),
      /21\.json does not follow/,
    ],
    [
      'was swapped with another',
      (lake: MemoryStorage) => lake.put(evidencePath(TABLE, 20), lake.content(evidencePath(TABLE, 21))),
      /20\.json is not the evidence of version 20/,
    ],
  ] as const) {
    it(`stops at the first that ${name}`, async () => {
      const { storage } = await sealed(40);
      await harm(storage);
      const read = async () => {
        for await (const _ of readChain(storage, TABLE));
      };
      await assert.rejects(read, (error: unknown) => {
        assert.ok(error instanceof BrokenEvidence);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});
