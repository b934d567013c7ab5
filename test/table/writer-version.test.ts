import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { commitInfoOf } from '../../src/table/actions.ts';
import {
  type Action,
  commit,
  commitWithRetries,
  OutdatedProgram,
  openTable,
  PROGRAM_VERSION,
  UnsupportedTable,
} from '../../src/table/index.ts';
import {
  checkWriterVersion,
  LEAST_WRITER,
  WRITER_FEATURES,
  type WriterFeature,
  withLeastWriter,
} from '../../src/table/writer-version.ts';
import { EVENTS, HOST, info, newTable, onLake, putLog } from './lake.ts';

const STAMP: WriterFeature = {
  name: 'stamps',
  since: '0.4.0',
  isUsedBy: (actions) => actions.some((action) => 'txn' in action && action.txn.appId.startsWith('stamp:')),
};
const stamp: Action = { txn: { appId: 'stamp:1', version: 1, lastUpdated: 1 } };

/** A table that takes a program of this version. */
async function stating(storage: Parameters<typeof newTable>[0], least: string) {
  const { metadata } = await newTable(storage);
  const configuration = { ...metadata.configuration, [LEAST_WRITER]: least };
  await putLog(storage, 1, [info(), { metaData: { ...metadata, configuration } }]);
  const snapshot = await openTable(storage, EVENTS.path);
  assert.ok(snapshot);
  return snapshot;
}

describe('a table that states the least version of the program', () => {
  for (const [least, program, isRefused] of [
    ['0.3.0', '0.2.9', true],
    ['0.10.0', '0.9.0', true],
    ['1.0.0', '0.99.99', true],
    ['0.3.1', '0.3.0', true],
    ['0.3.0', '0.3.0', false],
    ['0.3.0', '0.3.0-beta.1', false],
    ['0.3.0', '0.10.0', false],
    ['0.3.9', '1.0.0', false],
  ] as const) {
    it(
      `${least} ${isRefused ? 'refuses' : 'takes'} ${program}`,
      onLake(async (storage) => {
        const { path, metadata } = await stating(storage, least);
        if (!isRefused) checkWriterVersion(path, metadata, program);
        else {
          const text = new RegExp(`takes version ${least.replaceAll('.', '\\.')} .* this is ${program}`);
          assert.throws(
            () => checkWriterVersion(path, metadata, program),
            (error) => error instanceof OutdatedProgram && text.test(error.message),
          );
        }
      }),
    );
  }

  it(
    'is refused by every commit, and read as any other',
    onLake(async (storage) => {
      const snapshot = await stating(storage, '99.0.0');
      assert.equal(snapshot.version, 1);
      await assert.rejects(commit(storage, snapshot, [info()]), OutdatedProgram);
      const proposal = { subject: 'it', next: async () => ({ actions: [info()] }) };
      await assert.rejects(commitWithRetries({ storage, host: HOST }, snapshot, proposal), OutdatedProgram);
      assert.equal((await openTable(storage, EVENTS.path))?.version, 1);
    }),
  );

  for (const least of ['', 'new', '1', '1.2', '01.2.3', '1.2.3.4', '0.3.0 ', '9999999999.0.0']) {
    it(
      `in no version (${JSON.stringify(least)}) is not written to either, and says what is expected`,
      onLake(async (storage) => {
        const snapshot = await stating(storage, least);
        await assert.rejects(
          commit(storage, snapshot, [info()]),
          (error) =>
            error instanceof UnsupportedTable &&
            error.message.includes(`expected ${LEAST_WRITER} to be a version of this program such as 0.3.0`) &&
            error.message.includes(JSON.stringify(least)),
        );
      }),
    );
  }
});

describe('the least version', () => {
  it(
    'is raised by the first commit that uses a feature, and by no other',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const plain = [info()];
      assert.equal(withLeastWriter(before, plain, [STAMP]), plain);
      const [first, second, ...rest] = withLeastWriter(before, [info(), stamp], [STAMP]);
      assert.ok(first !== undefined && 'commitInfo' in first && second !== undefined && 'metaData' in second);
      assert.deepEqual(rest, [stamp]);
      const expected = { ...before.metadata.configuration, [LEAST_WRITER]: '0.4.0' };
      assert.deepEqual(second.metaData, { ...before.metadata, configuration: expected });
      const again = [info(), stamp];
      assert.equal(withLeastWriter({ metadata: second.metaData }, again, [STAMP]), again);
    }),
  );

  it(
    'is never lowered, and goes with another change of the metadata in one action',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const higher = { ...before.metadata, configuration: { [LEAST_WRITER]: '0.5.0', other: 'x' } };
      const actions = [info(), { metaData: higher }, stamp];
      assert.equal(withLeastWriter(before, actions, [STAMP]), actions);
      const lower = { ...higher, configuration: { [LEAST_WRITER]: '0.3.9', other: 'x' } };
      const raised = withLeastWriter(before, [info(), { metaData: lower }, stamp], [STAMP]);
      const changes = raised.flatMap((action) => ('metaData' in action ? [action.metaData.configuration] : []));
      assert.deepEqual(changes, [{ [LEAST_WRITER]: '0.4.0', other: 'x' }]);
    }),
  );

  it(
    'is raised by a raw file that did not come by the exporter',
    onLake(async (storage) => {
      const before = await newTable(storage);
      const taking = (way?: string): Action[] => [
        { commitInfo: { ...commitInfoOf([info()])!, sources: [way === undefined ? {} : { way }] } },
      ];
      const raised = (way?: string) => withLeastWriter(before, taking(way)).some((action) => 'metaData' in action);
      assert.deepEqual([undefined, 'exporter', 'nql', 'webhook', 'classic'].map(raised), [
        false,
        false,
        true,
        true,
        true,
      ]);
    }),
  );

  it('of every feature is one that this program has', () => {
    for (const { name, since } of WRITER_FEATURES) {
      const metadata = { configuration: { [LEAST_WRITER]: since } } as unknown as Parameters<
        typeof checkWriterVersion
      >[1];
      const said = `${name}: since ${since} is above package.json (${PROGRAM_VERSION}): raise the version there with it`;
      assert.doesNotThrow(() => checkWriterVersion('', metadata), said);
    }
  });
});
