import { isDeepStrictEqual } from 'node:util';
import { readAll, type Storage } from '../storage/index.ts';
import { type Action, CorruptLog, parseActions, strictJson } from '../table/index.ts';
import type { Findings } from './findings.ts';
import type { ReplayedState } from './replayed-state.ts';

type Json = Readonly<Record<string, unknown>>;

/** Bytes of a side file beyond which it is not read: ours are none, and other engines' are small. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * Compares a version checksum, which engines take schema, protocol, transactions and even files from, with the state of
 * its version.
 * Source: Delta protocol, "Version Checksum File".
 */
export async function checkChecksumFile(
  storage: Storage,
  table: string,
  path: string,
  state: ReplayedState,
  findings: Findings,
): Promise<void> {
  const content = await jsonOf(storage, path);
  const found = content === null ? ['it is no JSON object'] : [...differences(table, path, content, state)];
  if (found.length === 0) return;
  const text = `it does not hold the state of version ${state.version}: ${found.slice(0, 3).join('; ')}; engines go by it: remove it`;
  findings.problem('side_file_differs', path, text);
}

/** The JSON object that a file holds; null where it holds none, or is too large for one. */
export async function jsonOf(storage: Storage, path: string): Promise<Json | null> {
  const text = await sideText(storage, path);
  try {
    const value: unknown = text === null ? null : strictJson(text);
    return isJsonObject(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

/** The text of a side file; null where it is too large for one, or no UTF-8. */
export async function sideText(storage: Storage, path: string): Promise<string | null> {
  const info = await storage.head(path);
  if (info === null || info.size > MOST_BYTES) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readAll(storage, path));
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function* differences(table: string, path: string, content: Json, state: ReplayedState): Generator<string> {
  const { files } = state;
  const bytes = [...files.values()].reduce((sum, { add }) => sum + add.size, 0);
  const counts = { numFiles: files.size, tableSizeBytes: bytes, numMetadata: 1, numProtocol: 1 };
  for (const [name, expected] of Object.entries(counts)) {
    const found = content[name];
    if (found !== undefined && found !== null && found !== expected) {
      yield `${name} is ${JSON.stringify(found)}, expected ${expected}`;
    }
  }
  const { metadata, protocol, allFiles, setTransactions } = content;
  try {
    if (isThere(metadata) && !holds(table, path, { metaData: metadata }, 'metaData', state.metadata)) {
      yield 'the schema or the properties differ';
    }
    if (isThere(protocol) && !holds(table, path, { protocol }, 'protocol', state.protocol))
      yield 'the protocol differs';
    if (Array.isArray(setTransactions)) yield* transactionDifferences(setTransactions, state);
    else if (isThere(setTransactions)) yield 'setTransactions is no list';
    if (Array.isArray(allFiles)) {
      const actions = linesOf(
        table,
        path,
        allFiles.map((add: unknown) => ({ add })),
      );
      yield* state.filesDifferent(
        new Map(actions.flatMap((action) => ('add' in action ? [[action.add.path, action.add]] : []))),
      );
    } else if (isThere(allFiles)) yield 'allFiles is no list';
  } catch (error) {
    if (!(error instanceof CorruptLog)) throw error;
    yield error.detail;
  }
}

function* transactionDifferences(
  found: readonly unknown[],
  { transactions, mayDropTransactions }: ReplayedState,
): Generator<string> {
  const stated = new Map(found.map((each) => (isJsonObject(each) ? [each['appId'], each['version']] : [null, null])));
  for (const [appId, { version }] of transactions) {
    if (mayDropTransactions && !stated.has(appId)) continue;
    if (Number(stated.get(appId)) !== Number(version)) yield `txn ${JSON.stringify(appId)} differs`;
  }
  for (const appId of stated.keys()) {
    if (typeof appId !== 'string' || !transactions.has(appId)) yield `txn ${JSON.stringify(appId)} is in no commit`;
  }
}

function holds(table: string, path: string, line: object, kind: 'metaData' | 'protocol', expected: unknown): boolean {
  const [action] = linesOf(table, path, [line]);
  return isDeepStrictEqual((action as Readonly<Record<string, unknown>> | undefined)?.[kind], expected);
}

/** Actions as a log file would hold them. @throws CorruptLog */
function linesOf(table: string, path: string, lines: readonly object[]): readonly Action[] {
  return parseActions(table, path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Whether a JSON value is an object, and no list. */
export function isJsonObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
