import type { AddFile, Metadata, Protocol } from './actions.ts';
import { UnsupportedTable } from './errors.ts';
import { featureInForce, isReaderFeature, isWriterOnly, wayOutOf } from './features.ts';
import { columnWithMetadata } from './schema.ts';
import { checkWriterVersion } from './writer-version.ts';

/** The protocol of the tables this program makes: what every reader in use understands. */
export const PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

/** The versions from which on features are listed by name. */
const LISTED = { reader: 3, writer: 7 } as const;

/** What a legacy version number brings; a reader's or writer's number includes all lower ones. */
const LEGACY_READER: readonly (readonly [version: number, feature: string])[] = [[2, 'columnMapping']];
const LEGACY_WRITER: readonly (readonly [version: number, feature: string])[] = [
  [2, 'appendOnly'],
  [2, 'invariants'],
  [3, 'checkConstraints'],
  [4, 'changeDataFeed'],
  [4, 'generatedColumns'],
  [5, 'columnMapping'],
  [6, 'identityColumns'],
];

/** Where it is known that nothing else helps. */
const OTHER_LAKE =
  'or begin another lake: ingest the raw files into another folder, and run there again what was erased or retained';

/**
 * What is wrong with a protocol; null where nothing is. Versions that are newer than the protocol are none of its faults.
 * Source: Delta protocol, "Protocol Evolution", "Table Features".
 */
export function protocolFault(protocol: Protocol): string | null {
  const { minReaderVersion: reader, minWriterVersion: writer, readerFeatures, writerFeatures } = protocol;
  if (reader < 1 || writer < 1) return `expected versions from 1 on, found reader ${reader} and writer ${writer}`;
  if (reader === LISTED.reader && readerFeatures === undefined) return 'expected readerFeatures, which reader 3 has';
  if (writer === LISTED.writer && writerFeatures === undefined) return 'expected writerFeatures, which writer 7 has';
  if (reader === LISTED.reader && writer < LISTED.writer) return `expected writer 7 with reader 3, found ${writer}`;
  if (reader < LISTED.reader && (readerFeatures ?? []).length > 0) {
    return `expected no readerFeatures before reader 3, found them at reader ${reader}`;
  }
  if (writer < LISTED.writer && (writerFeatures ?? []).length > 0) {
    return `expected no writerFeatures before writer 7, found them at writer ${writer}`;
  }
  return null;
}

/** Whether a table of this protocol may have deletion vectors. */
export function allowsDeletionVectors({ readerFeatures = [], writerFeatures = [] }: Protocol): boolean {
  return readerFeatures.includes('deletionVectors') || writerFeatures.includes('deletionVectors');
}

/** @throws UnsupportedTable if rows read from the table could be wrong */
export function checkReadable(table: string, protocol: Protocol, metadata: Metadata): void {
  if (protocol.minReaderVersion > LISTED.reader) throw newer(table, 'reader', protocol.minReaderVersion);
  const { provider } = metadata.format;
  if (provider !== 'parquet') {
    const detail = `its files are ${JSON.stringify(provider)}, and only parquet is read (format.provider)`;
    throw new UnsupportedTable(table, 'format', `${detail}; restore the metadata of before, ${OTHER_LAKE}`);
  }
  // Whoever listed the feature for writers only, or for nobody, still wrote files under other names.
  const feature = featureInForce([...readFeatures(protocol), 'columnMapping'], metadata);
  if (feature !== null) throw refusal(table, feature, 'reading it');
}

/** @throws UnsupportedTable for a file that has a deletion vector */
export function checkReadableFile(table: string, { path, deletionVector }: AddFile): void {
  if (deletionVector === undefined) return;
  const detail = `${path} has a deletion vector, and reading it needs deletionVectors, which this program does not do`;
  throw new UnsupportedTable(table, 'deletionVectors', `${detail}; ${wayOutOf('deletionVectors')}, ${OTHER_LAKE}`);
}

/** @throws UnsupportedTable, OutdatedProgram if a commit of ours could break a promise the table makes */
export function checkWritable(table: string, protocol: Protocol, metadata: Metadata): void {
  checkReadable(table, protocol, metadata);
  checkWriterVersion(table, metadata);
  if (protocol.minWriterVersion > LISTED.writer) throw newer(table, 'writer', protocol.minWriterVersion);
  const feature = featureInForce(writtenFeatures(protocol), metadata);
  if (feature !== null) throw refusal(table, feature, 'writing to it');
  const column = columnWithMetadata(metadata.schemaString, 'delta.invariants');
  if (column !== null) {
    const detail = `column ${column} has an invariant (delta.invariants), which this program does not check`;
    throw new UnsupportedTable(table, 'invariants', `${detail}; remove it from the column's metadata and run again`);
  }
}

/** The features that a reader must know: those listed for readers, and those of readers that are listed for writers only. */
function readFeatures({ minReaderVersion, readerFeatures = [], writerFeatures = [] }: Protocol): readonly string[] {
  const legacy = LEGACY_READER.filter(([version]) => version <= minReaderVersion).map(([, feature]) => feature);
  const listed = readerFeatures.filter((feature) => !isWriterOnly(feature));
  const names = minReaderVersion === LISTED.reader ? listed : legacy;
  return [...names, ...writerFeatures.filter(isReaderFeature)];
}

function writtenFeatures({ minWriterVersion, readerFeatures = [], writerFeatures = [] }: Protocol): readonly string[] {
  if (minWriterVersion === LISTED.writer) return [...writerFeatures, ...readerFeatures];
  return LEGACY_WRITER.filter(([version]) => version <= minWriterVersion).map(([, feature]) => feature);
}

function newer(table: string, role: 'reader' | 'writer', version: number): UnsupportedTable {
  const feature = `${role} version ${version}`;
  const detail = `it needs ${feature}, and this program knows versions up to ${LISTED[role]}`;
  return new UnsupportedTable(table, feature, `${detail}; use a newer version of this program, ${OTHER_LAKE}`);
}

function refusal(table: string, feature: string, doing: string): UnsupportedTable {
  const detail = `${doing} needs ${feature}, which this program does not do`;
  return new UnsupportedTable(table, feature, `${detail}; ${wayOutOf(feature)}; ${OTHER_LAKE}`);
}
