import type { Metadata } from './actions.ts';
import { columnWithMetadata, hasType } from './schema.ts';

/** A table feature that this program knows. */
export interface Feature {
  /** Whether the table makes use of it, as its metadata tells: one that is listed and not in force asks for nothing. */
  readonly isInForce: (metadata: Metadata) => boolean;
  /** What a person does so that it is not in force any more, by engine. */
  readonly wayOut: string;
}

const never = () => false;
const always = () => true;

const property = (name: string, isOn: (value: string) => boolean) => (metadata: Metadata) => {
  const value = metadata.configuration[name];
  return value !== undefined && isOn(value.toLowerCase());
};
const isTrue = (value: string) => value === 'true';
const column =
  (...keys: readonly string[]) =>
  ({ schemaString }: Metadata) =>
    keys.some((key) => columnWithMetadata(schemaString, key) !== null);
const type =
  (name: string) =>
  ({ schemaString }: Metadata) =>
    hasType(schemaString, name);

const dropFeature = (name: string) =>
  `Spark with Delta Lake 4 and Databricks drop it with ALTER TABLE … DROP FEATURE ${name}; delta-rs and DuckDB cannot`;
const setProperty = (name: string, value: string) =>
  `set ${name} to ${value} (Spark and Databricks: ALTER TABLE … SET TBLPROPERTIES; delta-rs: alter.set_table_properties)`;
const noColumn = (what: string) => `no engine makes a ${what} an ordinary one again: restore the metadata of before`;

const COLUMN_MAPPING: Feature = {
  isInForce: property('delta.columnMapping.mode', (value) => value !== 'none'),
  wayOut:
    "Spark with Delta Lake 3.3 or later and Databricks take it off with ALTER TABLE … SET TBLPROPERTIES ('delta.columnMapping.mode' = 'none'), which writes the files anew; delta-rs and DuckDB cannot",
};

const TYPE_WIDENING: Feature = { isInForce: column('delta.typeChanges'), wayOut: dropFeature('typeWidening') };
const VARIANT: Feature = { isInForce: type('variant'), wayOut: 'drop the columns of type variant' };

/** Features that a reader must know. */
const READER: Readonly<Record<string, Feature>> = {
  columnMapping: COLUMN_MAPPING,
  // In force where a file has a deletion vector: see `checkReadable`.
  deletionVectors: {
    isInForce: never,
    wayOut: `${setProperty('delta.enableDeletionVectors', 'false')}, then write the files anew without them (Spark and Databricks: REORG TABLE … APPLY (PURGE))`,
  },
  timestampNtz: { isInForce: type('timestamp_ntz'), wayOut: 'drop the columns of type timestamp_ntz' },
  typeWidening: TYPE_WIDENING,
  'typeWidening-preview': TYPE_WIDENING,
  // In force where a checkpoint of the second kind has to be read: see `readCheckpoint`.
  v2Checkpoint: { isInForce: never, wayOut: dropFeature('v2Checkpoint') },
  // It asks for the check of the protocol before a vacuum, which ours always makes.
  vacuumProtocolCheck: { isInForce: never, wayOut: dropFeature('vacuumProtocolCheck') },
  variantType: VARIANT,
  'variantType-preview': VARIANT,
  variantShredding: VARIANT,
  'variantShredding-preview': VARIANT,
  catalogManaged: { isInForce: always, wayOut: dropFeature('catalogManaged') },
  'catalogOwned-preview': { isInForce: always, wayOut: dropFeature('catalogOwned-preview') },
};

/** Features that only a writer must know. */
const WRITER: Readonly<Record<string, Feature>> = {
  appendOnly: { isInForce: never, wayOut: dropFeature('appendOnly') },
  // Those of a column are looked for in the schema: see `checkWritable`.
  invariants: { isInForce: never, wayOut: dropFeature('invariants') },
  checkConstraints: {
    isInForce: ({ configuration }) => Object.keys(configuration).some((key) => key.startsWith('delta.constraints.')),
    wayOut:
      'drop the constraints (Spark and Databricks: ALTER TABLE … DROP CONSTRAINT name; delta-rs: alter.drop_constraint)',
  },
  changeDataFeed: {
    isInForce: property('delta.enableChangeDataFeed', isTrue),
    wayOut: setProperty('delta.enableChangeDataFeed', 'false'),
  },
  generatedColumns: { isInForce: column('delta.generationExpression'), wayOut: noColumn('generated column') },
  identityColumns: {
    isInForce: column('delta.identity.start', 'delta.identity.step', 'delta.identity.allowExplicitInsert'),
    wayOut: noColumn('identity column'),
  },
  allowColumnDefaults: {
    isInForce: column('CURRENT_DEFAULT'),
    wayOut: 'drop the defaults (Spark and Databricks: ALTER TABLE … ALTER COLUMN name DROP DEFAULT)',
  },
  inCommitTimestamp: {
    isInForce: property('delta.enableInCommitTimestamps', isTrue),
    wayOut: setProperty('delta.enableInCommitTimestamps', 'false'),
  },
  icebergCompatV1: {
    isInForce: property('delta.enableIcebergCompatV1', isTrue),
    wayOut: setProperty('delta.enableIcebergCompatV1', 'false'),
  },
  icebergCompatV2: {
    isInForce: property('delta.enableIcebergCompatV2', isTrue),
    wayOut: setProperty('delta.enableIcebergCompatV2', 'false'),
  },
  // It forbids to remove old checkpoints and commits, which this program never does; DROP FEATURE itself leaves it behind.
  checkpointProtection: { isInForce: never, wayOut: dropFeature('checkpointProtection') },
};

/** Whatever is not known is in force. */
function featureNamed(name: string): Feature {
  const known = Object.hasOwn(READER, name) ? READER[name] : Object.hasOwn(WRITER, name) ? WRITER[name] : undefined;
  return known ?? { isInForce: always, wayOut: dropFeature(name) };
}

/** Whether a reader may pass over a feature: one of writers, in whichever list it stands. */
export function isWriterOnly(name: string): boolean {
  return Object.hasOwn(WRITER, name);
}

/** Whether it is a feature of readers, so that it counts for them in whichever list it stands. */
export function isReaderFeature(name: string): boolean {
  return Object.hasOwn(READER, name);
}

/** The first of the features that the table makes use of; null where it makes use of none. */
export function featureInForce(names: readonly string[], metadata: Metadata): string | null {
  return names.find((name) => featureNamed(name).isInForce(metadata)) ?? null;
}

/** What a person does about a feature. */
export function wayOutOf(name: string): string {
  return featureNamed(name).wayOut;
}
