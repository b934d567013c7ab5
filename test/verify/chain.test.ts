import assert from 'node:assert/strict';
import { beforeAll, describe, it } from 'vitest';
import { evidencePath } from '../../src/evidence/index.ts';
import { writeEvidence } from '../../src/lake/index.ts';
import { CorruptLog, commitPath, openTable, writeCheckpoint } from '../../src/table/index.ts';
import { EVENTS, ingest, minutes } from '../support/lake.ts';
import type { MemoryStorage } from '../support/memory-storage.ts';
import { CODES, edit, evidence, lake, log, notes, problems, reseal, sha256, verify } from './lake.ts';

let whole: MemoryStorage;

beforeAll(async () => {
  whole = await lake();
});

/** A copy of the lake with some harm done to it. */
function harmed(harm: (storage: MemoryStorage) => void): MemoryStorage {
  const storage = whole.copy();
  harm(storage);
  return storage;
}

describe('verifying the chain of log and evidence', () => {
  it('finds nothing where nothing was touched, and gives the heads to note elsewhere', async () => {
    const result = await verify(whole);
    assert.deepEqual(problems(result), []);
    assert.deepEqual(result.heads.audit_events, { version: 5, sha256: sha256(whole.content(evidence(5))) });
    assert.equal(result.counts.commits, 6 + 2);
    assert.equal(result.counts.sources, 5);
  });

  it('changes nothing', async () => {
    const storage = whole.copy();
    await verify(storage);
    assert.deepEqual(storage.files, whole.files);
  });

  for (const [name, harm, expected] of [
    [
      'an old commit is edited, and stays good JSON',
      (lake) => edit(lake, log(2), '"duplicates":0', '"duplicates":1'),
      [`commit_edited ${log(2)}`],
    ],
    ['an old commit is made unreadable', (lake) => lake.put(log(2), 'spam\n'), `commit_edited ${log(2)}`],
    [
      'the last commit is edited',
      (lake) => edit(lake, log(5), '"duplicates":100', '"duplicates":99'),
      `commit_edited ${log(5)}`,
    ],
    ['a commit is removed', (lake) => lake.files.delete(log(3)), `commit_missing ${log(3)}`],
    ['the first commit is removed', (lake) => lake.files.delete(log(0)), `commit_missing ${log(0)}`],
    ['the end of the log is cut off', (lake) => lake.files.delete(log(5)), [`commit_missing ${log(5)}`]],
    [
      'an evidence file is edited',
      (lake) => edit(lake, evidence(2), '"duplicates":0', '"duplicates":1'),
      [`evidence_edited ${evidence(2)}`],
    ],
    [
      'an evidence file is cut off',
      (lake) => edit(lake, evidence(2), /\]\}\n$/, ''),
      [`evidence_edited ${evidence(2)}`],
    ],
    ['the last evidence file is emptied', (lake) => lake.put(evidence(5), ''), [`evidence_edited ${evidence(5)}`]],
    ['an evidence file is removed', (lake) => lake.files.delete(evidence(2)), [`evidence_missing ${evidence(2)}`]],
    [
      'the evidence of the beginning is removed',
      (lake) => [0, 1, 2].map((version) => lake.files.delete(evidence(version))),
      [`evidence_missing ${evidence(0)}`],
    ],
    [
      'two commits are swapped',
      (lake) => {
        const [first, second] = [lake.content(log(3)), lake.content(log(4))];
        lake.put(log(3), second);
        lake.put(log(4), first);
      },
      `commit_edited ${log(3)}`,
    ],
    [
      'two evidence files are swapped',
      (lake) => {
        const [first, second] = [lake.content(evidence(3)), lake.content(evidence(4))];
        lake.put(evidence(3), second);
        lake.put(evidence(4), first);
      },
      [`evidence_edited ${evidence(3)}`, `evidence_edited ${evidence(4)}`],
    ],
    [
      'the evidence is written anew from an edited commit on, but for the end',
      (lake) => {
        const end = lake.content(evidence(5));
        edit(lake, log(2), '"time_unreadable":1', '"time_unreadable":2');
        reseal(lake);
        lake.put(evidence(5), end);
      },
      [`chain_broken ${evidence(5)}`],
    ],
    [
      'neither commit nor evidence of a version is there',
      (lake) => [log(3), evidence(3)].map((path) => lake.files.delete(path)),
      `commit_missing ${log(3)}`,
    ],
    [
      'the log is gone as a whole',
      (lake) => lake.paths(`${EVENTS}/_delta_log/`).map((path) => lake.files.delete(path)),
      `commit_missing ${log(0)}`,
    ],
  ] as [string, (lake: MemoryStorage) => unknown, string | string[]][]) {
    it(`names the first break where ${name}`, async () => {
      const found = problems(await verify(harmed(harm)));
      if (typeof expected === 'string') assert.ok(found.includes(expected), found.join('\n'));
      const first = found.filter((problem) => !problem.startsWith('table_unreadable'));
      assert.equal(first[0], [expected].flat()[0], found.join('\n'));
      if (Array.isArray(expected)) assert.deepEqual(first, expected);
    });
  }

  it('takes an end without evidence for a crash: a note, and checked from the log', async () => {
    const storage = harmed((lake) => [4, 5].map((version) => lake.files.delete(evidence(version))));
    const result = await verify(storage);
    assert.deepEqual(problems(result), []);
    assert.deepEqual(notes(result).slice(0, 1), [`unsealed ${EVENTS}/_delta_log/`]);
    assert.deepEqual(result.heads, (await verify(whole)).heads, 'the head that the next run will write');
    edit(storage, log(5), '"duplicates":100', '"duplicates":99');
    assert.deepEqual(problems(await verify(storage)), [`counts_differ ${log(5)}`]);
  });

  it('names records by hour that do not add up, and, read again, those that are of other hours', async () => {
    const [found, expected] = [/"records":\[60,60\]/, [`counts_differ ${log(5)}`]];
    const unsealed = () => harmed((lake) => lake.files.delete(evidence(5)));
    const wrong = unsealed();
    edit(wrong, log(5), found, '"records":[60,59]');
    assert.deepEqual(problems(await verify(wrong)), expected);
    const moved = unsealed();
    edit(moved, log(5), found, '"records":[59,61]');
    assert.deepEqual(problems(await verify(moved)), []);
    assert.deepEqual(problems(await verify(moved, { deep: true })), [`source_differs ${log(5)}`]);
  });

  it('takes many commits without evidence for evidence that was removed', async () => {
    const storage = whole.copy();
    for (let number = 0; number < 4; number++) {
      storage.put(`raw/more-${number}.csv`, minutes(9000 + number, 1));
      await ingest(storage);
    }
    const head = (await verify(storage)).heads.audit_events;
    for (const path of storage.paths('evidence/')) storage.files.delete(path);
    const result = await verify(storage);
    const ofCodes = evidencePath(CODES, 0);
    assert.deepEqual(problems(result), [`evidence_missing ${evidence(0)}`, `evidence_missing ${ofCodes}`]);
    assert.match(result.problems[0]?.explanation ?? '', /^10 commits are without evidence at the end/);

    const rewritten: [string, number][] = [];
    const opened = await openTable(storage, EVENTS);
    assert.ok(opened);
    await writeEvidence(storage, opened, { onEvidenceRewritten: (table, commits) => rewritten.push([table, commits]) });
    assert.deepEqual(rewritten, [[EVENTS, 10]]);
    await ingest(storage);
    assert.deepEqual(problems(await verify(storage, { head: head?.sha256 ?? '' })), [], 'the log is the same');
  });

  for (const [name, table] of [
    ['audit_codes', CODES],
    ['audit_events', EVENTS],
  ] as const) {
    it(`takes all evidence of ${name} for removed where files were taken in after it was written`, async () => {
      const storage = harmed((lake) => lake.paths(`evidence/${name}/`).map((path) => lake.files.delete(path)));
      assert.deepEqual(problems(await verify(storage)), [`evidence_missing ${evidencePath(table, 0)}`]);
    });
  }

  for (const [name, table] of [
    ['audit_codes', CODES],
    ['audit_events', EVENTS],
  ] as const) {
    it(`misses ${name} where all of its log and its evidence are gone`, async () => {
      const storage = harmed((lake) => {
        const gone = [...lake.paths(`evidence/${name}/`), ...lake.paths(`${table}/`), ...lake.paths('raw/')];
        for (const path of gone) if (name === 'audit_events' || !path.startsWith('raw/')) lake.files.delete(path);
      });
      assert.deepEqual(problems(await verify(storage)), [`commit_missing ${commitPath(table, 0)}`]);
    });
  }

  it('takes a beginning that a checkpoint covers for log clean-up, where the table allows it', async () => {
    const storage = whole.copy();
    for (const allowed of ['false', 'true']) {
      edit(storage, log(0), /enableExpiredLogCleanup":"\w+"/, `enableExpiredLogCleanup":"${allowed}" `);
      reseal(storage);
      const snapshot = await openTable(storage, EVENTS);
      assert.ok(snapshot);
      const cleaned = storage.copy();
      await writeCheckpoint(cleaned, snapshot, new Date());
      for (let version = 0; version <= 4; version++) cleaned.files.delete(log(version));
      const result = await verify(cleaned);
      const expected = `log_cleaned_up ${EVENTS}/_delta_log/`;
      assert.deepEqual(problems(result), allowed === 'true' ? [] : [expected]);
      assert.equal(notes(result).includes(expected), allowed === 'true');
    }
  });

  it('checks a lake whose log was cleaned up by its evidence', async () => {
    const storage = whole.copy();
    const snapshot = await openTable(storage, EVENTS);
    assert.ok(snapshot);
    await writeCheckpoint(storage, snapshot, new Date());
    storage.put('raw/later.csv', minutes(9000, 3));
    await ingest(storage);
    for (let version = 0; version <= 4; version++) storage.files.delete(log(version));
    const result = await verify(storage);
    assert.deepEqual(problems(result), [`log_cleaned_up ${EVENTS}/_delta_log/`]);
    assert.equal(result.counts.sources, 6, 'sources are known from the evidence');

    edit(storage, evidence(2), '"duplicates":0', '"duplicates":1');
    assert.deepEqual(problems(await verify(storage))[0], `evidence_edited ${evidence(2)}`);
    storage.put(evidence(2), whole.content(evidence(2)));
    storage.files.delete(log(6));
    storage.files.delete(evidence(1));
    const found = problems(await verify(storage)).filter((problem) => !problem.startsWith('log_cleaned_up'));
    assert.deepEqual(found, [`commit_missing ${log(1)}`, `commit_missing ${log(6)}`]);
  });

  it('says so where the beginning is gone and no checkpoint covers it', async () => {
    const storage = harmed((lake) => [0, 1].map((version) => lake.files.delete(log(version))));
    const found = problems(await verify(storage));
    assert.deepEqual(found.slice(1), [`commit_missing ${log(0)}`, `commit_missing ${log(1)}`]);
    assert.match(found[0] ?? '', /^table_unreadable/);
  });

  for (const version of ['99999999999999999999', '00009007199254740000', '00000000000000900000']) {
    it(`names a stray version ${version} and does not walk to it`, async () => {
      for (const path of [`evidence/audit_events/${version}.json`, `${EVENTS}/_delta_log/${version}.json`]) {
        const storage = harmed((lake) => lake.put(path, '{"txn":{"appId":"x","version":1}}\n'));
        const { problems: found, heads } = await verify(storage);
        const named = found.filter(({ kind }) => kind !== 'table_unreadable');
        assert.deepEqual(
          named.map(({ kind }) => kind),
          ['stray_version'],
        );
        assert.equal(heads.audit_events?.version, 5);
        if (path.startsWith('evidence/')) continue;
        await assert.rejects(openTable(storage, EVENTS), CorruptLog);
        await assert.rejects(ingest(storage), CorruptLog);
      }
    });
  }

  it('checks audit_codes in the same way', async () => {
    const path = commitPath('curated/audit_codes', 1);
    const storage = harmed((lake) => edit(lake, path, '"Overwrite"', '"Append"'));
    assert.deepEqual(problems(await verify(storage)), [`commit_edited ${path}`]);
  });
});

describe('verifying against a head noted elsewhere', () => {
  it('says which version it is and how many commits came since', async () => {
    const { heads } = await verify(whole);
    const storage = whole.copy();
    storage.put('raw/later.csv', minutes(9000, 3));
    await ingest(storage);
    for (const head of [heads.audit_events?.sha256, heads.audit_events?.sha256.slice(0, 16).toUpperCase()]) {
      const { notes: found, problems: none } = await verify(storage, { head: head ?? '' });
      assert.deepEqual(none, []);
      assert.match(found[0]?.explanation ?? '', /version 5; 1 commit came since/);
    }
    const ofCodes = await verify(storage, { head: heads.audit_codes?.sha256 ?? '' });
    assert.match(ofCodes.notes[0]?.where ?? '', /audit_codes/);
  });

  it('finds what nothing else can: log and evidence cut off together, or all of it written anew', async () => {
    const head = (await verify(whole)).heads.audit_events?.sha256 ?? '';
    const cut = harmed((lake) => [log(5), evidence(5)].map((path) => lake.files.delete(path)));
    const rest = problems(await verify(cut, { exclude: 'day.csv' }));
    assert.ok(!rest.some((problem) => /commit|evidence|chain|state/.test(problem)), rest.join('\n'));
    assert.ok(problems(await verify(cut, { head })).includes('head_not_in_chain evidence/'));

    const rewritten = harmed((lake) => {
      edit(lake, log(2), '"time_unreadable":1', '"time_unreadable":2');
      reseal(lake);
    });
    assert.deepEqual(problems(await verify(rewritten)), []);
    assert.deepEqual(problems(await verify(rewritten, { head })), ['head_not_in_chain evidence/']);
  });
});
