import type { Metadata, Protocol } from './actions.ts';
import { UnsupportedTable } from './errors.ts';
import { columnWithMetadata } from './schema.ts';

/** The protocol of the tables this program makes: what every reader in use understands. */
export const PROTOCOL: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };

/** Features of writer version 2; as names they appear from version 7 on. */
const WRITTEN_FEATURES: ReadonlySet<string> = new Set(['appendOnly', 'invariants']);

/** What a legacy version number brings; a reader's or writer's number includes all lower ones. */
const LEGACY_READER: Readonly<Record<number, string>> = { 2: 'columnMapping' };
const LEGACY_WRITER: Readonly<Record<number, string>> = {
  3: 'checkConstraints',
  4: 'changeDataFeed, generatedColumns',
  5: 'columnMapping',
  6: 'identityColumns',
};

/** @throws UnsupportedTable if rows read from the table could be wrong */
export function checkReadable(table: string, protocol: Protocol): void {
  const feature = unreadFeature(protocol);
  if (feature !== null) {
    throw refusal(table, feature, `reading it needs ${feature}, which this program does not do`);
  }
}

/** @throws UnsupportedTable if a commit of ours could break a promise the table makes */
export function checkWritable(table: string, protocol: Protocol, metadata: Metadata): void {
  checkReadable(table, protocol);
  const feature = unwrittenFeature(protocol);
  if (feature !== null) {
    throw refusal(table, feature, `writing to it needs ${feature}, which this program does not do`);
  }
  const column = columnWithMetadata(metadata.schemaString, 'delta.invariants');
  if (column !== null) {
    const detail = `column ${column} has an invariant (delta.invariants), which this program does not check`;
    throw new UnsupportedTable(table, 'invariants', `${detail}; remove it from the column's metadata and run again`);
  }
}

function unreadFeature({ minReaderVersion: version, readerFeatures = [] }: Protocol): string | null {
  if (version <= 1) return null;
  if (version !== 3) return LEGACY_READER[version] ?? `reader version ${version}`;
  return readerFeatures.find((feature) => !WRITTEN_FEATURES.has(feature)) ?? null;
}

function unwrittenFeature({ minWriterVersion: version, writerFeatures = [] }: Protocol): string | null {
  if (version <= 2) return null;
  if (version !== 7) return LEGACY_WRITER[version] ?? `writer version ${version}`;
  return writerFeatures.find((feature) => !WRITTEN_FEATURES.has(feature)) ?? null;
}

function refusal(table: string, feature: string, detail: string): UnsupportedTable {
  const wayOut = 'drop it with the engine that switched it on (ALTER TABLE … DROP FEATURE), or name another folder';
  return new UnsupportedTable(table, feature, `${detail}; ${wayOut}`);
}
