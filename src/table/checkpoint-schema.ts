import type { Protocol } from './actions.ts';

/** What a field of a checkpoint holds: a scalar, a list of strings, a map of strings, or further fields. */
export type CheckpointType =
  | 'string'
  | 'integer'
  | 'long'
  | 'boolean'
  | 'strings'
  | 'stringMap'
  | readonly CheckpointField[];

/** A field of a checkpoint. Every one may be null. */
export interface CheckpointField {
  readonly name: string;
  readonly type: CheckpointType;
  /** Whether text is left as it is stored on reading: long ones of which few are ever looked at. */
  readonly isStored?: boolean;
}

/** One kind of action: a row of a checkpoint fills exactly one. Rows of that kind always have `key`. */
export interface ActionField extends CheckpointField {
  readonly key: string;
  readonly type: readonly CheckpointField[];
}

/** What tells the deletion vectors of a file apart. Other writers have it; files of ours never do. */
const DELETION_VECTOR: CheckpointField = {
  name: 'deletionVector',
  type: [
    { name: 'storageType', type: 'string' },
    { name: 'pathOrInlineDv', type: 'string' },
    { name: 'offset', type: 'integer' },
  ],
};

/**
 * The actions of the table's state.
 * Source: Delta protocol, "Checkpoint Schema".
 */
export const STATE_FIELDS: readonly ActionField[] = [
  {
    name: 'txn',
    key: 'appId',
    type: [
      { name: 'appId', type: 'string' },
      { name: 'version', type: 'long' },
      { name: 'lastUpdated', type: 'long' },
    ],
  },
  {
    name: 'add',
    key: 'path',
    type: [
      { name: 'path', type: 'string' },
      { name: 'partitionValues', type: 'stringMap' },
      { name: 'size', type: 'long' },
      { name: 'modificationTime', type: 'long' },
      { name: 'dataChange', type: 'boolean' },
      { name: 'stats', type: 'string', isStored: true },
      { name: 'tags', type: 'stringMap' },
      DELETION_VECTOR,
    ],
  },
  {
    name: 'remove',
    key: 'path',
    type: [
      { name: 'path', type: 'string' },
      { name: 'deletionTimestamp', type: 'long' },
      { name: 'dataChange', type: 'boolean' },
      { name: 'extendedFileMetadata', type: 'boolean' },
      { name: 'partitionValues', type: 'stringMap' },
      { name: 'size', type: 'long' },
      DELETION_VECTOR,
    ],
  },
  {
    name: 'metaData',
    key: 'id',
    type: [
      { name: 'id', type: 'string' },
      { name: 'name', type: 'string' },
      { name: 'description', type: 'string' },
      {
        name: 'format',
        type: [
          { name: 'provider', type: 'string' },
          { name: 'options', type: 'stringMap' },
        ],
      },
      { name: 'schemaString', type: 'string' },
      { name: 'partitionColumns', type: 'strings' },
      { name: 'createdTime', type: 'long' },
      { name: 'configuration', type: 'stringMap' },
    ],
  },
  {
    name: 'protocol',
    key: 'minReaderVersion',
    type: [
      { name: 'minReaderVersion', type: 'integer' },
      { name: 'minWriterVersion', type: 'integer' },
      { name: 'readerFeatures', type: 'strings' },
      { name: 'writerFeatures', type: 'strings' },
    ],
  },
];

/** A further file that a checkpoint of the second kind leads to. */
export const SIDECAR: ActionField = { name: 'sidecar', key: 'path', type: [{ name: 'path', type: 'string' }] };

/** What only a checkpoint of the protocol's second kind has. */
export const V2_FIELDS: readonly ActionField[] = [
  { name: 'checkpointMetadata', key: 'version', type: [{ name: 'version', type: 'long' }] },
  SIDECAR,
];

/** The fields of a checkpoint to be written: the feature lists are there only in the protocol versions that have them. */
export function writtenFields(protocol: Protocol): readonly ActionField[] {
  return STATE_FIELDS.map((field) => ({
    ...field,
    type: field.type.filter((inner) => {
      const isListed = !inner.name.endsWith('Features') || Object.hasOwn(protocol, inner.name);
      return isListed && inner !== DELETION_VECTOR;
    }),
  }));
}
