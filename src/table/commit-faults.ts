import { type Action, type AddFile, fileKey, type Metadata, type Protocol, type RemoveFile } from './actions.ts';
import { allowsDeletionVectors, protocolFault } from './protocol.ts';

/** The table before a commit. */
export interface StateBefore {
  readonly protocol: Protocol | null;
  readonly metadata: Metadata | null;
  /** The live file of that key, which for a file without a deletion vector is its path. */
  readonly file: (key: string) => AddFile | undefined;
  /** Whether the actions are those of a checkpoint, in which files that are long removed may still have deletion vectors. */
  readonly isCheckpoint?: boolean;
}

/**
 * What in a commit does not fit the table as the commit leaves it, so that readers take it for different things.
 * Source: Delta protocol, "Add File and Remove File", "Deletion Vectors", "Partition Values".
 */
export function* commitFaults(actions: readonly Action[], before: StateBefore): Generator<string> {
  let { protocol, metadata } = before;
  for (const action of actions) {
    if ('metaData' in action) metadata = action.metaData;
    if (!('protocol' in action)) continue;
    protocol = action.protocol;
    const fault = protocolFault(protocol);
    if (fault !== null) yield `protocol: ${fault}`;
  }
  // Where columns are mapped, partition values go by names that no reader of this program knows: it is refused as such.
  const isMapped = (metadata?.configuration['delta.columnMapping.mode'] ?? 'none') !== 'none';
  const columns = metadata?.partitionColumns ?? [];
  for (const action of actions) {
    const file = 'add' in action ? action.add : 'remove' in action ? action.remove : null;
    if (file === null) continue;
    const isOld = before.isCheckpoint === true && 'remove' in action;
    if (!isOld && file.deletionVector !== undefined && protocol !== null && !allowsDeletionVectors(protocol)) {
      yield `${file.path} has a deletion vector, and the table's protocol does not list deletionVectors`;
    }
    const live = before.file(fileKey(file));
    if (live !== undefined && spelling(live) !== spelling(file)) {
      yield `expected ${spelling(live)} under the spelling that it was added with, found ${spelling(file)}: some engines take the two for two files`;
    }
    const fault = 'add' in action && !isMapped ? partitionFault(action.add, columns) : null;
    if (fault !== null) yield fault;
  }
}

/** How the partition values of a file differ from the table's partition columns; null where they do not. */
export function partitionFault({ path, partitionValues }: AddFile, columns: readonly string[]): string | null {
  const found = Object.keys(partitionValues);
  if (found.length === columns.length && columns.every((name) => Object.hasOwn(partitionValues, name))) return null;
  return `${path}: expected partitionValues of [${columns.join()}], found [${found.join()}]`;
}

function spelling({ path, rawPath }: AddFile | RemoveFile): string {
  return rawPath ?? path;
}
