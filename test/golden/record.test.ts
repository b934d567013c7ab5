import assert from 'node:assert/strict';
import { describe, expectTypeOf, it } from 'vitest';
import { acceptanceInfo, appendInfo, compactionInfo } from '../../src/lake/index.ts';
import {
  type ErasureRecord,
  type IngestedRecord,
  type RejectedRecord,
  type ReplayRecord,
  SCHEMA,
} from '../../src/lake/record-schema.ts';
import { commitInfoOf, type Provenance, type Snapshot } from '../../src/table/index.ts';
import { readCommits } from '../../src/table/log.ts';
import { EVENTS } from '../support/lake.ts';
import { goldenLake } from './scenario.ts';

/** The keys of a commitInfo that are Delta's own. */
const DELTAS: Readonly<Record<keyof Provenance, true>> = {
  timestamp: true,
  operation: true,
  operationParameters: true,
  operationMetrics: true,
  readVersion: true,
  isolationLevel: true,
  isBlindAppend: true,
  engineInfo: true,
  userMetadata: true,
  txnId: true,
};

describe('the record of a commit', () => {
  it('is read back as it was written: no commit of any kind has a key that the schema does not know', async () => {
    const storage = await goldenLake();
    const seen = new Set<string>();
    for (const table of [EVENTS, 'curated/audit_codes']) {
      for (const { actions } of await readCommits(storage, table, 0)) {
        const written = Object.entries(commitInfoOf(actions) ?? {}).filter(([key]) => !Object.hasOwn(DELTAS, key));
        for (const [key] of written) seen.add(key);
        const record = Object.fromEntries(written);
        assert.deepEqual(SCHEMA.record.parse(record), { files: [], sources: [], ...record });
      }
    }
    assert.deepEqual([...seen].sort(), ['bracket', 'catalogueVersion', 'change', 'files', 'ledger', 'sources']);
  });

  it('does not compile where a key of it is missing or misspelt', () => {
    expectTypeOf<Partial<IngestedRecord>>().not.toExtend<IngestedRecord>();
    expectTypeOf<Omit<IngestedRecord, 'withheld'>>().not.toExtend<IngestedRecord>();
    expectTypeOf<Omit<IngestedRecord, 'statuses'>>().not.toExtend<IngestedRecord>();
    expectTypeOf<Omit<IngestedRecord, 'sha256'>>().not.toExtend<IngestedRecord>();
    expectTypeOf<Omit<RejectedRecord, 'explanation'>>().not.toExtend<RejectedRecord>();
    expectTypeOf<Omit<ReplayRecord, 'made_good'>>().not.toExtend<ReplayRecord>();
    expectTypeOf<Omit<ErasureRecord, 'erased'>>().not.toExtend<ErasureRecord>();
    const on = { version: 1 } as Snapshot;
    const attempt = { now: 0, txnId: 'a' };
    // @ts-expect-error without the ledger
    const append = () => appendInfo(on, attempt, { files: [], sources: [] });
    // @ts-expect-error a key that acceptances do not have
    const accept = () => acceptanceInfo(on, attempt, { version: 1, sha256: '', reason: '', why: '' }, null);
    // @ts-expect-error without what it left behind
    const compact = () => compactionInfo(on, attempt, { kind: 'compact', before: '', days: 1, rows: 1 }, []);
    assert.equal([append, accept, compact].length, 3);
  });
});
