import {
  CATALOGUE,
  type CodeTemplates,
  catalogueOf,
  inferAction,
  inferFamily,
  type SourceSystem,
} from '../../src/catalogue/index.ts';
import type { ValueType } from '../../src/decode/value.ts';
import type { Decoded } from './decoded.ts';
import { type OraclePair, pairsOf, withoutQuotes } from './oracle-pairs.ts';
import { Result } from './oracle-result.ts';
import { isOpenList, readValue } from './oracle-values.ts';
import { holdsKey, type Part, spellings, type Way, waysOf } from './oracle-ways.ts';

const WORDS = /, ([A-Za-z_][A-Za-z0-9_]*)[ \t]*=/g;

interface OracleTemplate {
  readonly id: string;
  readonly spellings: readonly (readonly Part[])[];
  readonly keys: ReadonlySet<string>;
  /** Keys of newer templates that this one lacks, with the fields they fill. */
  readonly newer: ReadonlyMap<string, ReadonlySet<string>>;
}

interface OracleCode {
  readonly templates: readonly OracleTemplate[];
  readonly words: ReadonlySet<string>;
  readonly keyFields: KeyFields;
  /** Words that end in a blank, with the list behind them that ends a template. */
  readonly listWords: readonly { readonly words: string; readonly field: string }[];
  readonly usedTwice: boolean;
}

/** Which field and type each key stands for; null where for more than one. */
type KeyFields = ReadonlyMap<string, { readonly field: string; readonly type: ValueType } | null>;

/** Reads a message under a code. */
type Oracle = (code: number, message: string) => Decoded;

/** The rules of docs/decoding.md for a catalogue, taken literally: every way is enumerated, on strings. Slow, and obviously right. */
export function oracleFor(catalogue: readonly CodeTemplates[], system: SourceSystem = 'infinity'): Oracle {
  const codes = new Map(catalogue.map((row) => [row.code, prepare(row)]));
  const allKeys = keyFieldsOf([...codes.values()].flatMap(({ templates }) => templates));
  return (code, verbatim) => {
    const known = codes.get(code);
    const message = withoutOuterSpace(known, verbatim);
    const found =
      known === undefined
        ? readUnknown(system === 'infinity' ? code : null, message, allKeys)
        : readKnown(known, message);
    if (message === verbatim) return found;
    return { ...found, detail: [...(found.detail?.split(';') ?? []), 'outer_white_space'].sort().join(';') };
  };
}

/** The oracle for the catalogue. */
export const oracle = oracleFor(CATALOGUE);

/** The oracle for one source system. */
export function oracleOf(system: SourceSystem): Oracle {
  return oracleFor(catalogueOf(system), system);
}

/** White space at the ends is left out; but a blank of the words that stand before an empty list is theirs. */
function withoutOuterSpace(code: OracleCode | undefined, message: string): string {
  const text = message.replace(/^[\p{White_Space}\ufeff]+/u, '');
  const trimmed = text.replace(/[\p{White_Space}\ufeff]+$/u, '');
  const words = code?.listWords ?? [];
  return text.startsWith(`${trimmed} `) && words.some((each) => `${trimmed} `.endsWith(each.words))
    ? `${trimmed} `
    : trimmed;
}

/** The digits of a code say something in Infinity alone. */
function readUnknown(code: number | null, message: string, allKeys: KeyFields): Decoded {
  const result = new Result();
  const inferred = Object.entries(code === null ? {} : { action: inferAction(code), family: inferFamily(code) });
  for (const [column, value] of inferred) if (value !== null) result.detail('inferred', column);
  placePairs(result, pairsOf(message), code === null ? allKeys : keyFieldsOfUnknown(code, allKeys));
  return result.as('unknown_code', null);
}

function readKnown(code: OracleCode, message: string): Decoded {
  return (
    readWhole(code, message) ?? readWithTail(code, message) ?? readContested(code, message) ?? readPairs(code, message)
  );
}

/** Rules 1 to 5. */
function readWhole(code: OracleCode, message: string): Decoded | null {
  for (const template of code.templates) {
    const ways = distinct(template.spellings.flatMap((parts) => allowedWays(parts, template, message)));
    if (ways.length === 0) continue;
    const result = new Result();
    const ambiguous = fill(result, ways);
    if (!ambiguous) for (const word of newWords(code, ways[0]!, message)) result.detail('possible_new_field', word);
    return result.as(ambiguous ? 'ambiguous' : 'decoded', template.id);
  }
  return null;
}

/** Rule 6. */
function readWithTail(code: OracleCode, message: string): Decoded | null {
  const beginsTail = (at: number): boolean => {
    const word = /^, ([A-Za-z_][A-Za-z0-9_]*)[ \t]*=/.exec(message.slice(at))?.[1];
    return word !== undefined && !code.words.has(word.toLowerCase());
  };
  for (const template of code.templates) {
    if (waysWithNewerKeys(template, message).length > 0) continue;
    const ways = distinct(template.spellings.flatMap((parts) => allowedWays(parts, template, message, beginsTail)));
    if (ways.length !== 1) continue;
    const result = new Result();
    fill(result, ways);
    const pairs = pairsOf(message.slice(ways[0]!.end + 2));
    for (const { key } of pairs) if (!code.words.has(key.toLowerCase())) result.detail('possible_new_field', key);
    placePairs(result, pairs, new Map());
    return result.as('partial', template.id);
  }
  return null;
}

/** Rule 7. */
function readContested(code: OracleCode, message: string): Decoded | null {
  for (const template of code.templates) {
    const ways = waysWithNewerKeys(template, message);
    if (ways.length === 0) continue;
    const result = new Result();
    for (const way of ways) {
      const last = [...way.values].findLast(([field]) => isFreeText(template, field));
      if (last === undefined) continue;
      result.contest(last[0]);
      for (const [key, fields] of template.newer) {
        if (holdsKey(message, [key])) for (const field of fields) result.contest(field);
      }
    }
    fill(result, ways);
    const last = [...message.matchAll(WORDS)].at(-1);
    const key = code.keyFields.get(last?.[1]?.toLowerCase() ?? '');
    if (last !== undefined && key && /^(list|tokens)$/.test(key.type)) {
      if (isOpenList(message.slice(last.index + last[0].length))) result.detail('possibly_cut', key.field);
    }
    return result.as('ambiguous', null);
  }
  return null;
}

/** Rule 8. */
function readPairs(code: OracleCode, message: string): Decoded {
  const result = new Result();
  const pairs = pairsOf(message);
  placePairs(result, pairs, code.keyFields);
  for (const { words, field } of code.listWords) {
    const at = message.lastIndexOf(words);
    if (at !== -1 && isOpenList(message.slice(at + words.length))) result.detail('possibly_cut', field);
  }
  if (code.usedTwice) {
    result.detail('code_used_twice');
    return result.as('ambiguous', null);
  }
  return result.as(pairs.length === 0 ? 'unmatched' : 'partial', null);
}

/** The ways that rule 2 leaves; where rule 4 leaves none of them, it has struck the template. */
function waysWithNewerKeys(template: OracleTemplate, message: string): Way[] {
  const mayEnd = (at: number) => at === message.length;
  return distinct(template.spellings.flatMap((parts) => waysOf(parts, message, mayEnd, () => true)));
}

/** The ways of a spelling that rules 2 and 4 leave. */
function allowedWays(
  parts: readonly Part[],
  template: OracleTemplate,
  message: string,
  mayEnd = (at: number): boolean => at === message.length,
): Way[] {
  const last = parts.findLast((part) => part.kind === 'value' && (part.type === 'text' || part.type === 'quoted'));
  return waysOf(parts, message, mayEnd, (part, content) => part !== last || !holdsKey(content, template.newer.keys()));
}

function isFreeText(template: OracleTemplate, field: string): boolean {
  return template.spellings.some((parts) =>
    parts.some((part) => part.kind === 'value' && part.field === field && /^(text|quoted)$/.test(part.type)),
  );
}

/** Unknown words in a free text that ends the message. */
function newWords(code: OracleCode, way: Way, message: string): string[] {
  if (way.tail === null) return [];
  return [...message.slice(way.tail).matchAll(WORDS)]
    .map((match) => match[1]!)
    .filter((word) => !code.words.has(word.toLowerCase()));
}

/** Fills what all ways agree on; whether there is anything they do not agree on. */
function fill(result: Result, ways: readonly Way[]): boolean {
  const columns = ways.map(columnsOf);
  const names = new Set(columns.flatMap((each) => [...each.keys()]));
  let contested = false;
  for (const name of names) {
    if (new Set(columns.map((each) => each.get(name))).size === 1) continue;
    result.contest(name);
    contested = true;
  }
  const [first] = ways;
  for (const [field, found] of first!.values) result.set(field, found);
  for (const [field, value] of first!.constants) result.set(field, { value });
  return contested;
}

/** Which span of the message each column is. */
function columnsOf(way: Way): ReadonlyMap<string, string> {
  return new Map([
    ...[...way.values].map(([field, { start, end }]) => [field, `${start}-${end}`] as const),
    ...[...way.constants].map(([field, value]) => [field, `=${value}`] as const),
  ]);
}

function distinct(ways: readonly Way[]): Way[] {
  return [...new Map(ways.map((way) => [JSON.stringify([...columnsOf(way)].sort()), way])).values()];
}

function placePairs(result: Result, pairs: readonly OraclePair[], keys: KeyFields): void {
  const same = (key: string) => pairs.filter((pair) => pair.key.toLowerCase() === key.toLowerCase());
  for (const { key, value } of pairs) {
    const all = same(key);
    if (all.length > 1) result.detail('repeated_key');
    const target = all.length > 1 ? undefined : keys.get(key.toLowerCase());
    if (target && !result.has(target.field)) {
      const enclosed = /^(list|tokens|quoted)$/.test(target.type);
      const text = enclosed ? value : withoutQuotes(value);
      const found = readValue(target.type, text, 0, text.length, true);
      if (found !== null) {
        result.set(target.field, found, text !== value);
        continue;
      }
      if (/^(list|tokens)$/.test(target.type) && isOpenList(value)) result.detail('possibly_cut', target.field);
    }
    result.unmap(all[0]!.key, withoutQuotes(value));
  }
}

function prepare(row: CodeTemplates): OracleCode {
  const templates: OracleTemplate[] = [];
  const newer = new Map<string, ReadonlySet<string>>();
  for (const template of row.templates) {
    const parts = spellings(template);
    const keys = new Set(
      parts.flat().flatMap((part) => (part.kind === 'literal' && part.key ? [part.key.toLowerCase()] : [])),
    );
    const lacking = new Map([...newer].filter(([key]) => !keys.has(key)));
    templates.push({ id: template.id, spellings: parts, keys, newer: lacking });
    for (const key of keys) {
      const fields = placements(parts).flatMap((each) => (each.key === key ? [each.field] : []));
      newer.set(key, new Set([...(newer.get(key) ?? []), ...fields]));
    }
  }
  return {
    templates,
    words: new Set(newer.keys()),
    keyFields: keyFieldsOf(templates),
    listWords: listWordsOf(templates),
    usedTwice: row.usedTwice === true,
  };
}

function listWordsOf(templates: readonly OracleTemplate[]): OracleCode['listWords'] {
  return templates.flatMap((template) =>
    template.spellings.flatMap((parts) => {
      const [literal, last] = parts.slice(-2);
      const isList = last?.kind === 'value' && /^(list|tokens)$/.test(last.type);
      return isList && literal?.kind === 'literal' && literal.key === '' && literal.words.endsWith(' ')
        ? [{ words: literal.words, field: last.field }]
        : [];
    }),
  );
}

/** Each key that stands just before a value, with the value's field and type. */
function placements(all: readonly (readonly Part[])[]): { key: string; field: string; type: ValueType }[] {
  return all.flatMap((parts) =>
    parts.flatMap((part, index) => {
      const next = parts[index + 1];
      if (part.kind !== 'literal' || part.key === '' || next?.kind !== 'value') return [];
      return [{ key: part.key.toLowerCase(), field: next.field, type: next.type }];
    }),
  );
}

function keyFieldsOf(templates: readonly OracleTemplate[]): KeyFields {
  const all = templates.flatMap((template) => placements(template.spellings));
  return new Map(
    all.map(({ key }) => {
      const same = all.filter((each) => each.key === key);
      return [key, same.every(({ field }) => field === same[0]!.field) ? same[0]! : null];
    }),
  );
}

function keyFieldsOfUnknown(code: number, all: KeyFields): KeyFields {
  if (inferFamily(code) !== 'content') return all;
  return new Map([
    ...all,
    ['id', { field: 'object_id', type: 'token' }],
    ['name', { field: 'object_name', type: 'text' }],
  ]);
}
