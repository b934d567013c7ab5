import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Metadata, Protocol } from '../../src/table/actions.ts';
import { checkCommit } from '../../src/table/commit-rules.ts';
import { type Action, InvalidCommit, UnsupportedTable } from '../../src/table/index.ts';
import type { Snapshot } from '../../src/table/snapshot.ts';
import { fileNamed, info, removalOf } from './lake.ts';

const METADATA: Metadata = {
  id: 'x',
  format: { provider: 'parquet', options: {} },
  schemaString: '{"type":"struct","fields":[{"name":"a","type":"string","nullable":true,"metadata":{"comment":"c"}}]}',
  partitionColumns: ['event_date'],
  configuration: {},
};
const WRITABLE: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

function state(configuration: Record<string, string> = {}): Snapshot {
  const live = fileNamed('live');
  const files = new Map([[live.path, live]]);
  return {
    path: 't',
    version: 4,
    protocol: WRITABLE,
    metadata: { ...METADATA, configuration },
    files,
    transactions: new Map(),
    tombstones: new Map(),
  };
}

describe('what a commit may hold', () => {
  const txn = { txn: { appId: 'a', version: 1, lastUpdated: 1 } };

  it('is data with its provenance', () => {
    checkCommit(state(), [info(), txn, { add: fileNamed('new') }, removalOf(fileNamed('live'), true)]);
    checkCommit(state({ 'delta.appendOnly': 'true' }), [info(), removalOf(fileNamed('live'), false)]);
    checkCommit(state(), [info(), { metaData: METADATA }]);
  });

  const refused: [string, Action[], RegExp][] = [
    ['nothing', [], /first action must be a commitInfo with a txnId/],
    ['no commitInfo', [txn], /first action must be a commitInfo/],
    ['a commitInfo that comes later', [txn, info()], /first action must be a commitInfo/],
    ['a commitInfo without txnId', [{ commitInfo: { operation: 'WRITE' } }], /txnId/],
    ['two commitInfo', [info(), info()], /two actions for commitInfo/],
    ['two txn of one source', [info(), txn, txn], /two actions for txn a/],
    ['one file twice', [info(), { add: fileNamed('n') }, { add: fileNamed('n') }], /two actions for file/],
    ['two metaData', [info(), { metaData: METADATA }, { metaData: METADATA }], /two actions for metaData/],
    ['a name that is in use', [info(), { add: fileNamed('live') }], /names are used once/],
    ['an empty file', [info(), { add: fileNamed('n', { size: 0 }) }], /0 is no size/],
    ['no partition value', [info(), { add: fileNamed('n', { partitionValues: {} }) }], /\[event_date\], found \[\]/],
    ['an empty partition', [info(), { add: fileNamed('n', { partitionValues: { event_date: '' } }) }], /is empty/],
    ['a removal of what is not there', [info(), removalOf(fileNamed('gone'), true)], /not part of the table/],
    ['a bare removal', [info(), { remove: { path: fileNamed('live').path, dataChange: true } }], /carries its time/],
    ['a version beyond 2^53', [info(), { txn: { appId: 'a', version: 2 ** 53, lastUpdated: 1 } }], /not exact/],
    ['a version as a bigint', [info(), { txn: { appId: 'a', version: 1n, lastUpdated: 1 } }], /not exact/],
    ['a txn without time', [info(), { txn: { appId: 'a', version: 1 } }], /lastUpdated/],
  ];
  for (const [what, actions, expected] of refused) {
    it(`is not ${what}`, () => {
      assert.throws(
        () => checkCommit(state(), actions),
        (error) => error instanceof InvalidCommit && expected.test(error.message),
      );
    });
  }

  for (const path of [
    '../x.parquet',
    '/x.parquet',
    'a b.parquet',
    'a%20b.parquet',
    'A.parquet',
    'd//x',
    'd/.x',
    'ü.parquet',
    '',
    'd/',
  ]) {
    it(`is not a file named ${JSON.stringify(path)}`, () => {
      assert.throws(() => checkCommit(state(), [info(), { add: fileNamed('n', { path }) }]), /a file of ours is named/);
    });
  }

  it('is the removal of a foreign file under its own spelling, and no other', () => {
    const foreign = fileNamed('x', { path: 'a b', rawPath: 'a%20b' });
    const snapshot = { ...state(), files: new Map([[foreign.path, foreign]]) };
    const removal = { remove: { ...foreign, deletionTimestamp: 1, extendedFileMetadata: true } };
    checkCommit(snapshot, [info(), removal]);
    const { rawPath = '', ...misspelled } = removal.remove;
    assert.throws(() => checkCommit(snapshot, [info(), { remove: misspelled }]), /under another spelling/);
    assert.throws(
      () => checkCommit(state(), [info(), { add: fileNamed('n', { rawPath }) }]),
      /a file of ours is named/,
    );
  });

  it('is no removal of data from an append-only table', () => {
    assert.throws(
      () => checkCommit(state({ 'delta.appendOnly': 'true' }), [info(), removalOf(fileNamed('live'), true)]),
      /no data may be removed while delta\.appendOnly is true/,
    );
  });

  it('is strings only in the maps of the history', () => {
    for (const field of ['operationMetrics', 'operationParameters']) {
      const commitInfo = { txnId: 'x', [field]: { numFiles: 1 } };
      assert.throws(() => checkCommit(state(), [{ commitInfo }]), new RegExp(`${field} must hold strings only`));
    }
  });

  it('is no change to a table we could not write afterwards', () => {
    const schemaString = '{"type":"struct","fields":[{"name":"b","type":"long","metadata":{"delta.invariants":"{}"}}]}';
    assert.throws(() => checkCommit(state(), [info(), { metaData: { ...METADATA, schemaString } }]), UnsupportedTable);
    const protocol = { minReaderVersion: 1, minWriterVersion: 8 };
    assert.throws(() => checkCommit(state(), [info(), { protocol }]), UnsupportedTable);
  });
});
