import { flattened, type JsonPaths } from './json-paths.ts';

/** Records at the head of a JSON text, and the names of their values. */
export interface JsonTable {
  /** In the order in which they come; each once. */
  readonly names: readonly string[];
  /** The values as text, by name; what a record lacks is empty. */
  readonly records: readonly (readonly string[])[];
}

/** As deep as the reader goes. */
const MOST_LEVELS = 64;
/** Records of a table that are looked at. */
const MOST_RECORDS = 200;
/** Names that an object of a table has at least: a time, a code and a message. */
const FEWEST_NAMES = 3;
const PAIRS: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

/**
 * The tables at the head of a JSON document, whatever they hold: lists of objects, lists of lists whose names another list
 * gives, or the objects that stand one behind the other; what paths lead into is given under its whole name. What is cut off at the end of the head is left out.
 * @param head in UTF-8; it may be cut anywhere
 * @param paths what they lead into is given under its whole name
 */
export function jsonTables(head: Uint8Array, paths: JsonPaths): JsonTable[] {
  const texts = valuesOf(Buffer.from(head).toString('utf8'));
  const tables: JsonTable[] = [];
  const objects = texts.filter(isObject);
  if (objects.length > 0) addObjects(objects, tables, paths);
  for (const text of texts) {
    const found: Found = { lists: [], names: [], paths };
    collect(text, found, tables, MOST_LEVELS);
    for (const rows of found.lists) for (const names of found.names) addRows(rows, names, tables);
  }
  return tables;
}

/** The JSON values that stand one behind the other, the last one perhaps cut; those that are no JSON are left out. */
function valuesOf(text: string): unknown[] {
  const values: unknown[] = [];
  let open: string[] = [];
  let start = -1;
  /** Behind the last value within the text that is whole, and what is open there. */
  let whole = { end: -1, open: '' };
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') {
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
    } else if (character in PAIRS) {
      if (open.length === 0) start = at;
      open.push(PAIRS[character]!);
      if (open.length > MOST_LEVELS) return values;
    } else if (character === '}' || character === ']') {
      if (open.pop() !== character) open = [];
      whole = { end: at + 1, open: open.toReversed().join('') };
      if (open.length === 0 && start !== -1) {
        values.push(...parsed(text.slice(start, at + 1)));
        start = -1;
      }
    }
  }
  if (start !== -1 && whole.end > start) values.push(...parsed(text.slice(start, whole.end) + whole.open));
  return values;
}

function parsed(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

/** What was found so far in a text, and what paths lead into. */
interface Found {
  readonly lists: unknown[][];
  readonly names: (readonly string[])[];
  readonly paths: JsonPaths;
}

function collect(value: unknown, found: Found, tables: JsonTable[], levels: number): void {
  if (levels === 0 || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const names = namesOf(value);
    if (names !== null) found.names.push(names);
    if (Array.isArray(value[0])) {
      found.lists.push(value);
      const first = namesOf(value[0]);
      if (first !== null) addRows(value.slice(1), first, tables);
      return;
    }
    const objects = value.filter(isObject);
    if (objects.length > 0) addObjects(objects, tables, found.paths);
  }
  for (const each of Object.values(value).slice(0, MOST_RECORDS)) collect(each, found, tables, levels - 1);
}

/** The texts of a list, or the names of the objects in it; null where it is something else. */
function namesOf(list: readonly unknown[]): readonly string[] | null {
  const names = list.map((each) => (isObject(each) && 'name' in each ? each['name'] : each));
  return names.length >= FEWEST_NAMES && names.every((name) => typeof name === 'string') ? names : null;
}

function addObjects(
  objects: readonly Readonly<Record<string, unknown>>[],
  tables: JsonTable[],
  paths: JsonPaths,
): void {
  const looked = objects.slice(0, MOST_RECORDS).map((object) => flattened(object, paths));
  const names = [...new Set(looked.flatMap((each) => Object.keys(each)))];
  if (names.length < FEWEST_NAMES) return;
  tables.push({ names, records: looked.map((each) => names.map((name) => textOf(each[name]))) });
}

function addRows(rows: readonly unknown[], names: readonly string[], tables: JsonTable[]): void {
  const records = rows
    .slice(0, MOST_RECORDS)
    .filter((row): row is unknown[] => Array.isArray(row) && row.length === names.length);
  if (records.length > 0) tables.push({ names, records: records.map((row) => row.map(textOf)) });
}

/** As a record's value is read: a string is its text, null is empty, anything else its JSON text. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
