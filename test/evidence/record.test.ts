import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { BrokenEvidence, encodeEvidence } from '../../src/evidence/index.ts';
import { decodeEvidence } from '../../src/evidence/record.ts';
import { CorruptLog, parseActions } from '../../src/table/index.ts';
import { sha256, TABLE } from './logs.ts';

const encode = (commit: string, previous: string | null = null, version = previous === null ? 0 : 1) =>
  Buffer.from(
    encodeEvidence(TABLE, version, Buffer.from(commit), previous === null ? null : sha256(previous)),
  ).toString();

const INFO = '{"commitInfo":{"engineInfo":"nexthink-audit-lake","sources":[{"path":"raw/a.csv"}]}}';
const TXN = '{"txn":{"appId":"raw/a.csv","version":7,"lastUpdated":1}}';
const ADD =
  '{"add":{"path":"event_date=2026-03-01/a.parquet","partitionValues":{"event_date":"2026-03-01"},"size":9,"modificationTime":1,"dataChange":true,"stats":"{\\"minValues\\":{\\"user_name\\":\\"li\\"}}","tags":{"note":"li"}}}';

describe('the evidence of a commit', () => {
  it('is JSON that names the commit, links to the evidence before, and keeps what checkpoints drop', () => {
    const commit = `${INFO}\n${TXN}\n${ADD}\n`;
    const text = encode(commit, 'what stood before');
    assert.deepEqual(JSON.parse(text), {
      evidence: 1,
      table: 'audit_events',
      version: 1,
      previous: sha256('what stood before'),
      commit: {
        path: `${TABLE}/_delta_log/00000000000000000001.json`,
        size: commit.length,
        sha256: sha256(commit),
      },
      actions: [
        JSON.parse(INFO),
        JSON.parse(TXN),
        {
          add: {
            path: 'event_date=2026-03-01/a.parquet',
            partitionValues: { event_date: '2026-03-01' },
            size: 9,
            modificationTime: 1,
            dataChange: true,
          },
        },
      ],
    });
    assert.equal(JSON.parse(encode(commit)).previous, null);
  });

  it('never holds the bounds of a file: it is write-once, and an erasure could not reach them', () => {
    assert.doesNotMatch(encode(`${ADD}\n`), /stats|tags|li"/);
  });

  it('takes what other writers put: no commitInfo, unknown actions, blank lines, versions beyond 2^53, UTF-8', () => {
    const commit =
      '\n{"domainMetadata":{"domain":"x"}}\r\n {"txn":{"appId":"é\u{20000}","version":9007199254740993}} \r\n\n{"cdc":{}}';
    const bytes = encodeEvidence(TABLE, 0, Buffer.from(commit), null);
    const { actions } = decodeEvidence(TABLE, 0, bytes);
    assert.deepEqual(actions, [{ txn: { appId: 'é\u{20000}', version: 9_007_199_254_740_993n } }]);
  });

  it('may be of a commit of which nothing is kept', () => {
    const commit = Buffer.from('{"domainMetadata":{"domain":"x"}}\n');
    assert.deepEqual(decodeEvidence(TABLE, 0, encodeEvidence(TABLE, 0, commit, null)).actions, []);
  });

  it('is of no commit that readers take for different things', () => {
    for (const commit of ['', ' \n', `{"commitInfo":{"a":1},${ADD.slice(1)}`, `${TXN}\n${TXN}\n`, `\ufeff${TXN}`]) {
      assert.throws(() => encode(commit), CorruptLog, JSON.stringify(commit));
    }
  });

  it('gives back what the log says, but for statistics and tags', () => {
    const commit = `${INFO}\n${TXN}\n${ADD.replace('"event_date=', '"event_date%3D')}\n`;
    const { actions } = decodeEvidence(TABLE, 0, encodeEvidence(TABLE, 0, Buffer.from(commit), null));
    const expected = parseActions(TABLE, 'x', commit).map((action) => {
      if (!('add' in action)) return action;
      const { stats, tags, ...rest } = action.add;
      return { add: rest };
    });
    assert.deepEqual(actions, expected);
  });

  for (const [name, commit] of [
    ['no JSON', 'spam\n'],
    ['a line that is cut off', `${INFO}\n${TXN.slice(0, -5)}`],
    ['an action without its fields', '{"add":{"path":"x"}}\n'],
    ['a list', '[1]\n'],
  ] as const) {
    it(`is not made of a commit that is ${name}`, () => {
      assert.throws(() => encode(commit), CorruptLog);
    });
  }

  for (const [name, edit] of [
    ['cut off', (text: string) => text.slice(0, -3)],
    ['empty', () => ''],
    ['of another version', (text: string) => text.replace('"version":0', '"version":3')],
    ['of another table', (text: string) => text.replace('"table":"audit_events"', '"table":"audit_codes"')],
    ['without its commit', (text: string) => text.replace('"size":', '"length":')],
    ['no action where one should be', (text: string) => text.replace('"txn"', '"txn')],
    ['longer than it should be', (text: string) => `${text}x`],
  ] as const) {
    it(`is refused on reading where it is ${name}`, () => {
      const text = encode(`${INFO}\n${TXN}\n`);
      assert.throws(() => decodeEvidence(TABLE, 0, Buffer.from(edit(text))), BrokenEvidence);
    });
  }
});
