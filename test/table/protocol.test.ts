import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Metadata, Protocol } from '../../src/table/actions.ts';
import { UnsupportedTable } from '../../src/table/index.ts';
import { checkReadable, checkWritable, protocolFault } from '../../src/table/protocol.ts';

const METADATA: Metadata = {
  id: 'x',
  format: { provider: 'parquet', options: {} },
  schemaString: '{"type":"struct","fields":[{"name":"a","type":"string","nullable":true,"metadata":{"comment":"c"}}]}',
  partitionColumns: [],
  configuration: {},
};

const set = (configuration: Record<string, string>): Metadata => ({ ...METADATA, configuration });
const withField = (field: object): Metadata => ({
  ...METADATA,
  schemaString: JSON.stringify({ type: 'struct', fields: [{ name: 'b', nullable: true, metadata: {}, ...field }] }),
});
const marked = (key: string): Metadata => withField({ type: 'long', metadata: { [key]: 'x' } });

const forWriters = (...writerFeatures: string[]): Protocol => ({
  minReaderVersion: 1,
  minWriterVersion: 7,
  writerFeatures,
});
const forBoth = (feature: string): Protocol => ({
  minReaderVersion: 3,
  minWriterVersion: 7,
  readerFeatures: [feature],
  writerFeatures: [feature],
});

/** A refusal that names the feature and a way out that leads out, also where no engine can do anything. */
const refusal = (feature: string) => (error: unknown) =>
  error instanceof UnsupportedTable &&
  error.feature === feature &&
  error.message.includes(feature) &&
  /begin another lake/.test(error.message);

/** Features of readers, with metadata under which each is in force. */
const READER: readonly (readonly [feature: string, inForce: Metadata])[] = [
  ['columnMapping', set({ 'delta.columnMapping.mode': 'name' })],
  ['timestampNtz', withField({ type: 'timestamp_ntz' })],
  ['timestampNtz', withField({ type: { type: 'array', elementType: 'timestamp_ntz' } })],
  ['typeWidening', marked('delta.typeChanges')],
  ['variantType', withField({ type: { type: 'map', keyType: 'string', valueType: 'variant' } })],
  ['catalogManaged', METADATA],
  ['someFutureFeature', METADATA],
];

const WRITER: readonly (readonly [feature: string, inForce: Metadata])[] = [
  ['changeDataFeed', set({ 'delta.enableChangeDataFeed': 'true' })],
  ['checkConstraints', set({ 'delta.constraints.positive': 'a > 0' })],
  ['generatedColumns', marked('delta.generationExpression')],
  ['identityColumns', marked('delta.identity.start')],
  ['allowColumnDefaults', marked('CURRENT_DEFAULT')],
  ['inCommitTimestamp', set({ 'delta.enableInCommitTimestamps': 'true' })],
  ['icebergCompatV1', set({ 'delta.enableIcebergCompatV1': 'true' })],
  ['icebergCompatV2', set({ 'delta.enableIcebergCompatV2': 'true' })],
  ['rowTracking', METADATA],
  ['clustering', METADATA],
  ['domainMetadata', METADATA],
  ['someFutureFeature', METADATA],
];

describe('a table with features of readers', () => {
  for (const [feature, inForce] of READER) {
    it(`is neither read nor written where ${feature} is in force`, () => {
      assert.throws(() => checkReadable('t', forBoth(feature), inForce), refusal(feature));
      assert.throws(() => checkWritable('t', forBoth(feature), inForce), refusal(feature));
    });
    if (feature === 'someFutureFeature') continue;
    it(`is not read where ${feature} is in force and listed for writers only`, () => {
      assert.throws(() => checkReadable('t', forWriters(feature), inForce), refusal(feature));
    });
  }

  for (const feature of [
    'columnMapping',
    'timestampNtz',
    'typeWidening',
    'variantType',
    'deletionVectors',
    'v2Checkpoint',
  ]) {
    it(`is read and written where ${feature} is listed and not in force`, () => {
      checkWritable('t', forBoth(feature), set({ 'delta.columnMapping.mode': 'none' }));
      checkWritable('t', forWriters(feature), METADATA);
    });
  }

  it('is read and written with features that keep nobody out', () => {
    for (const feature of ['vacuumProtocolCheck', 'checkpointProtection'])
      checkWritable('t', forBoth(feature), METADATA);
  });

  it('is not read where its columns are mapped, whatever its protocol says', () => {
    for (const mode of ['name', 'id', 'NAME', 'later']) {
      for (const protocol of [{ minReaderVersion: 1, minWriterVersion: 2 }, forWriters(), forBoth('appendOnly')]) {
        const mapped = set({ 'delta.columnMapping.mode': mode });
        assert.throws(() => checkReadable('t', protocol, mapped), refusal('columnMapping'));
      }
    }
  });

  it('is not read where its files are not Parquet', () => {
    const metadata = { ...METADATA, format: { provider: 'csv', options: {} } };
    assert.throws(() => checkReadable('t', forWriters(), metadata), refusal('format'));
  });
});

describe('a table with features of writers', () => {
  for (const [feature, inForce] of WRITER) {
    it(`is read but not written where ${feature} is in force`, () => {
      checkReadable('t', forWriters(feature), inForce);
      assert.throws(() => checkWritable('t', forWriters('invariants', feature), inForce), refusal(feature));
    });
    if (inForce === METADATA) continue;
    it(`is written where ${feature} is listed and not in force`, () => {
      checkWritable('t', forWriters(feature), METADATA);
      checkWritable('t', forWriters(feature), set({ 'delta.enableChangeDataFeed': 'false' }));
    });
  }

  it('is written by the legacy versions that stand for features, where none is in force', () => {
    for (const minWriterVersion of [1, 2, 3, 4, 5, 6]) {
      checkWritable('t', { minReaderVersion: 1, minWriterVersion }, METADATA);
      checkWritable('t', { minReaderVersion: 2, minWriterVersion }, METADATA);
    }
  });

  for (const [minReaderVersion, minWriterVersion, feature] of [
    [1, 3, 'checkConstraints'],
    [1, 4, 'changeDataFeed'],
    [1, 4, 'generatedColumns'],
    [2, 6, 'identityColumns'],
    [1, 6, 'checkConstraints'],
    [2, 5, 'columnMapping'],
  ] as const) {
    it(`is not written by version ${minWriterVersion} where ${feature} is in force`, () => {
      const [, inForce = METADATA] = [...WRITER, ...READER].find(([name]) => name === feature) ?? [];
      assert.throws(() => checkWritable('t', { minReaderVersion, minWriterVersion }, inForce), refusal(feature));
    });
  }

  it('says what the engines can do about it', () => {
    const saying = (feature: string, metadata: Metadata, words: RegExp) =>
      assert.throws(() => checkWritable('t', forWriters(feature), metadata), words);
    saying('changeDataFeed', set({ 'delta.enableChangeDataFeed': 'true' }), /delta-rs: alter\.set_table_properties/);
    saying('checkConstraints', set({ 'delta.constraints.x': 'a' }), /DROP CONSTRAINT.*alter\.drop_constraint/);
    saying('rowTracking', METADATA, /DROP FEATURE rowTracking; delta-rs and DuckDB cannot/);
  });

  it('is not written where a column, at any depth, has an invariant', () => {
    const column = '{"name":"deep","type":"long","nullable":true,"metadata":{"delta.invariants":"{}"}}';
    for (const schemaString of [
      `{"type":"struct","fields":[${column}]}`,
      `{"type":"struct","fields":[{"name":"s","type":{"type":"struct","fields":[${column}]},"metadata":{}}]}`,
      `{"type":"struct","fields":[{"name":"l","type":{"type":"array","elementType":{"type":"struct","fields":[${column}]}}}]}`,
      `{"type":"struct","fields":[{"name":"m","type":{"type":"map","keyType":"string","valueType":{"type":"struct","fields":[${column}]}}}]}`,
    ]) {
      const write = () =>
        checkWritable('t', { minReaderVersion: 1, minWriterVersion: 2 }, { ...METADATA, schemaString });
      assert.throws(write, /column deep has an invariant.*metadata and run again/);
    }
  });
});

describe('a protocol', () => {
  const versions = (minReaderVersion: number, minWriterVersion: number, rest: Partial<Protocol> = {}) =>
    protocolFault({ minReaderVersion, minWriterVersion, ...rest });
  const lists = { readerFeatures: [], writerFeatures: [] };

  it('is one of the versions that there are, with the lists that they have', () => {
    for (const [reader, writer] of [
      [1, 1],
      [1, 2],
      [2, 5],
      [1, 6],
    ] as const)
      assert.equal(versions(reader, writer), null);
    assert.equal(versions(1, 7, { writerFeatures: [] }), null);
    assert.equal(versions(2, 7, { writerFeatures: ['columnMapping'], readerFeatures: [] }), null);
    assert.equal(versions(3, 7, lists), null);
  });

  it('is wrong with lists that are missing, or out of place, and with versions that do not go together', () => {
    assert.match(versions(3, 7, { writerFeatures: [] }) ?? '', /expected readerFeatures/);
    assert.match(versions(1, 7) ?? '', /expected writerFeatures/);
    assert.match(versions(3, 2, { readerFeatures: [] }) ?? '', /writer 7 with reader 3, found 2/);
    assert.match(versions(1, 7, { readerFeatures: ['x'], writerFeatures: ['x'] }) ?? '', /no readerFeatures before/);
    assert.match(versions(1, 2, { writerFeatures: ['x'] }) ?? '', /no writerFeatures before/);
    assert.match(versions(0, 2) ?? '', /from 1 on/);
  });

  it('of a newer version is unsupported, and not wrong', () => {
    for (const [reader, writer, feature] of [
      [4, 8, 'reader version 4'],
      [1, 8, 'writer version 8'],
    ] as const) {
      assert.equal(versions(reader, writer), null);
      const write = () => checkWritable('t', { minReaderVersion: reader, minWriterVersion: writer }, METADATA);
      assert.throws(write, refusal(feature));
      assert.throws(write, /newer version of this program/);
    }
    checkReadable('t', { minReaderVersion: 1, minWriterVersion: 8 }, METADATA);
  });
});
