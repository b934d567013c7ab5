import type { Action, AddFile, Metadata, Protocol, RemoveFile, Transaction } from './actions.ts';
import { CorruptLog } from './errors.ts';
import { asciiJson, Fields, type JsonValue } from './json.ts';

/** A commit as the log stores it: one action per line, ASCII but for the characters that `asciiJson` leaves as they are. */
export function serialiseActions(actions: readonly Action[]): string {
  return actions.map((action) => `${asciiJson(asLogged(action))}\n`).join('');
}

/** The action with the fields that the log has for it: a file under the path that the log spells. */
export function asLogged(action: Action): Action {
  if ('add' in action) return { add: spelled(action.add) };
  if ('remove' in action) return { remove: spelled(action.remove) };
  return action;
}

function spelled<T extends AddFile | RemoveFile>(file: T): T {
  const { rawPath, ...fields } = file;
  return rawPath === undefined ? file : ({ ...fields, path: rawPath } as T);
}

/**
 * The actions of a log file; unknown actions and fields are left out.
 * @throws CorruptLog naming `file` and the line that cannot be read
 */
export function parseActions(table: string, file: string, text: string): Action[] {
  const actions: Action[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      const action = parseAction(new Fields('action', JSON.parse(line) as JsonValue));
      if (action !== null) actions.push('txn' in action ? { txn: withDigits(action.txn, line) } : action);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new CorruptLog(table, `${file}, line ${index + 1} cannot be read: ${detail}`, { cause: error });
    }
  }
  return actions;
}

/**
 * The action that `line` holds in a field of that action's name; null for one that is not known here.
 * @throws TypeError saying what was expected where
 */
export function parseAction(line: Fields): Action | null {
  if (line.has('commitInfo')) return { commitInfo: line.object('commitInfo').values };
  if (line.has('protocol')) return { protocol: parseProtocol(line.object('protocol')) };
  if (line.has('metaData')) return { metaData: parseMetadata(line.object('metaData')) };
  if (line.has('add')) return { add: parseAdd(line.object('add')) };
  if (line.has('remove')) return { remove: parseRemove(line.object('remove')) };
  if (line.has('txn')) return { txn: parseTransaction(line.object('txn')) };
  return null;
}

function parseProtocol(fields: Fields): Protocol {
  return {
    minReaderVersion: fields.number('minReaderVersion'),
    minWriterVersion: fields.number('minWriterVersion'),
    ...(fields.has('readerFeatures') && { readerFeatures: fields.texts('readerFeatures') }),
    ...(fields.has('writerFeatures') && { writerFeatures: fields.texts('writerFeatures') }),
  };
}

function parseMetadata(fields: Fields): Metadata {
  const format = fields.object('format');
  return {
    id: fields.text('id'),
    ...(fields.has('name') && { name: fields.text('name') }),
    ...(fields.has('description') && { description: fields.text('description') }),
    format: { provider: format.text('provider'), options: format.has('options') ? format.textMap('options') : {} },
    schemaString: checkedSchema(fields.text('schemaString')),
    partitionColumns: fields.texts('partitionColumns'),
    configuration: fields.has('configuration') ? fields.textMap('configuration') : {},
    ...(fields.has('createdTime') && { createdTime: fields.number('createdTime') }),
  };
}

function parseAdd(fields: Fields): AddFile {
  return {
    ...parsePath(fields.text('path')),
    partitionValues: fields.textMap('partitionValues'),
    size: fields.number('size'),
    modificationTime: fields.number('modificationTime'),
    dataChange: fields.flag('dataChange'),
    ...(fields.has('stats') && { stats: fields.text('stats') }),
    ...(fields.has('tags') && { tags: fields.textMap('tags') }),
  };
}

function parseRemove(fields: Fields): RemoveFile {
  return {
    ...parsePath(fields.text('path')),
    dataChange: fields.flag('dataChange'),
    ...(fields.has('deletionTimestamp') && { deletionTimestamp: fields.number('deletionTimestamp') }),
    ...(fields.has('extendedFileMetadata') && { extendedFileMetadata: fields.flag('extendedFileMetadata') }),
    ...(fields.has('partitionValues') && { partitionValues: fields.textMap('partitionValues') }),
    ...(fields.has('size') && { size: fields.number('size') }),
  };
}

function parseTransaction(fields: Fields): Transaction {
  return {
    appId: fields.text('appId'),
    version: fields.number('version'),
    ...(fields.has('lastUpdated') && { lastUpdated: fields.number('lastUpdated') }),
  };
}

/** Schemas are read far from the line they stand in, so a broken one is found here. */
function checkedSchema(schema: string): string {
  const fields = new Fields('schemaString', JSON.parse(schema) as JsonValue);
  if (!fields.has('fields')) throw new TypeError('schemaString: expected a struct with fields');
  return schema;
}

/** Paths are URIs, percent-encoded once. */
function parsePath(rawPath: string): { readonly path: string; readonly rawPath?: string } {
  if (!rawPath.includes('%')) return { path: rawPath };
  try {
    const path = decodeURIComponent(rawPath);
    return path === rawPath ? { path } : { path, rawPath };
  } catch (error) {
    throw new TypeError(`path: expected a percent-encoded URI, found ${JSON.stringify(rawPath)}`, { cause: error });
  }
}

/** A version beyond 2^53 has lost its last digits to JSON.parse; the line still has them. */
function withDigits(txn: Transaction, line: string): Transaction {
  if (Number.isSafeInteger(txn.version)) return txn;
  const exact = JSON.parse(line, (key, value, ...source: readonly { readonly source?: string }[]) => {
    const digits = source[0]?.source ?? '';
    return key === 'version' && /^-?\d+$/.test(digits) ? BigInt(digits) : value;
  }) as { readonly txn: { readonly version: number | bigint } };
  return { ...txn, version: exact.txn.version };
}
