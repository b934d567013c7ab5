import {
  type Action,
  type AddFile,
  fileKey,
  type Metadata,
  type Protocol,
  type RemoveFile,
  type Transaction,
} from './actions.ts';
import { CorruptLog } from './errors.ts';
import { asciiJson, Fields, type JsonObject } from './json.ts';
import { type LogContent, type LogLine, logLines, unreadable } from './log-lines.ts';
import { logPath } from './log-path.ts';
import { strictJson } from './strict-json.ts';

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

/** The actions that make up a table's state. */
const STATE_KINDS: ReadonlySet<string> = new Set(['protocol', 'metaData', 'add', 'remove', 'txn']);

/** Numbers of actions; a writer that puts a fraction or an exponent into one is read differently everywhere. */
const WHOLE_NUMBERS: ReadonlySet<string> = new Set([
  'size',
  'modificationTime',
  'deletionTimestamp',
  'version',
  'lastUpdated',
  'createdTime',
  'minReaderVersion',
  'minWriterVersion',
]);

/** A line of a commit with the action that it holds; null for one that is not known here. */
export interface CommitLine {
  readonly line: LogLine;
  readonly action: Action | null;
}

/**
 * The lines of a commit: one at least, and no two whose actions would override each other.
 * Source: Delta protocol, "Delta Log Entries", "Action Reconciliation".
 * @throws CorruptLog naming `file`, and the line that cannot be read
 */
export function commitLines(table: string, file: string, content: LogContent): CommitLine[] {
  const lines = [...parsedLines(table, file, content)];
  if (lines.length === 0) {
    const found = content.length === 0 ? 'a file of 0 bytes' : 'nothing but blanks';
    throw new CorruptLog(table, `${file} cannot be read: expected a commit of one action at least, found ${found}`);
  }
  const twice = overriddenKey(known(lines));
  if (twice === null) return lines;
  throw new CorruptLog(table, `${file} cannot be read: expected one action for ${twice} in a commit, found two`);
}

/** The actions of a commit; unknown actions and fields are left out. @throws CorruptLog as {@link commitLines} does */
export function parseCommit(table: string, file: string, content: LogContent): Action[] {
  return known(commitLines(table, file, content));
}

/**
 * The actions of lines that were taken from a commit, of which there may be none; unknown actions and fields are left out.
 * @throws CorruptLog naming `file` and the line that cannot be read
 */
export function parseActions(table: string, file: string, content: LogContent): Action[] {
  return known([...parsedLines(table, file, content)]);
}

function known(lines: readonly CommitLine[]): Action[] {
  return lines.flatMap(({ action }) => action ?? []);
}

function* parsedLines(table: string, file: string, content: LogContent): Generator<CommitLine> {
  for (const line of logLines(table, file, content)) yield { line, action: actionOf(table, file, line) };
}

/** The first file, transaction or part of the table's state for which two of a commit's actions stand; null if none. */
export function overriddenKey(actions: readonly Action[]): string | null {
  const seen = new Set<string>();
  for (const action of actions) {
    const key = reconciliationKey(action);
    if (seen.has(key)) return key;
    seen.add(key);
  }
  return null;
}

/** Two actions of one key would override each other, in no defined order. */
function reconciliationKey(action: Action): string {
  if ('add' in action) return `file ${fileKey(action.add)}`;
  if ('remove' in action) return `file ${fileKey(action.remove)}`;
  if ('txn' in action) return `txn ${action.txn.appId}`;
  return Object.keys(action).join();
}

function actionOf(table: string, file: string, line: LogLine): Action | null {
  const { number, text, value, kind, hasFraction } = line;
  try {
    if (hasFraction && STATE_KINDS.has(kind)) checkWholeNumbers(text, kind);
    const action = parseAction(new Fields('action', value));
    return action !== null && 'txn' in action ? { txn: withDigits(action.txn, text) } : action;
  } catch (error) {
    throw unreadable(table, file, number, error);
  }
}

function checkWholeNumbers(text: string, kind: string): void {
  const found: { readonly holder: unknown; readonly fault: string }[] = [];
  const root = JSON.parse(text, function (this: unknown, key, value, ...context: readonly { source?: string }[]) {
    const digits = context[0]?.source ?? '';
    if (typeof value === 'number' && WHOLE_NUMBERS.has(key) && !/^-?\d+$/.test(digits)) {
      found.push({ holder: this, fault: `${kind}.${key}: expected a whole number, found ${digits}` });
    }
    return value;
  }) as JsonObject;
  // Members further down are none of ours.
  const own = found.find(({ holder }) => holder === root[kind]);
  if (own !== undefined) throw new TypeError(own.fault);
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
    minReaderVersion: fields.count('minReaderVersion'),
    minWriterVersion: fields.count('minWriterVersion'),
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
    ...logPath(fields.text('path')),
    ...(fields.has('deletionVector') && { deletionVector: parseVector(fields.object('deletionVector')) }),
    partitionValues: fields.textMap('partitionValues'),
    size: fields.count('size'),
    modificationTime: fields.number('modificationTime'),
    dataChange: fields.flag('dataChange'),
    ...(fields.has('stats') && { stats: fields.text('stats') }),
    ...(fields.has('tags') && { tags: fields.textMap('tags') }),
  };
}

function parseRemove(fields: Fields): RemoveFile {
  return {
    ...logPath(fields.text('path')),
    ...(fields.has('deletionVector') && { deletionVector: parseVector(fields.object('deletionVector')) }),
    dataChange: fields.flag('dataChange'),
    ...(fields.has('deletionTimestamp') && { deletionTimestamp: fields.number('deletionTimestamp') }),
    ...(fields.has('extendedFileMetadata') && { extendedFileMetadata: fields.flag('extendedFileMetadata') }),
    ...(fields.has('partitionValues') && { partitionValues: fields.textMap('partitionValues') }),
    ...(fields.has('size') && { size: fields.count('size') }),
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
  const fields = new Fields('schemaString', strictJson(schema));
  if (!fields.has('fields')) throw new TypeError('schemaString: expected a struct with fields');
  return schema;
}

/** What tells one deletion vector of a file from another. Source: Delta protocol, "Deletion Vectors", `uniqueId`. */
function parseVector(fields: Fields): string {
  const place = `${fields.text('storageType')}${fields.text('pathOrInlineDv')}`;
  return fields.has('offset') ? `${place}@${fields.number('offset')}` : place;
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
