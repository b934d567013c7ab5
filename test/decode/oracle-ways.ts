import type { TemplateRow } from '../../src/catalogue/index.ts';
import { parseTemplate, type TemplateNode } from '../../src/decode/template-syntax.ts';
import type { ValueType } from '../../src/decode/value.ts';
import { type FoundValue, readValue } from './oracle-values.ts';

/** A template spelled out: no choice left. */
export type Part =
  | { readonly kind: 'literal'; readonly words: string; readonly key: string; readonly sign: '' | '=' | '?=' }
  | { readonly kind: 'constant'; readonly field: string; readonly value: string }
  | {
      readonly kind: 'value';
      readonly field: string;
      readonly type: ValueType;
      readonly afterEquals: boolean;
      /** Keys of optional segments that are left out after this value. */
      readonly omitted: readonly string[];
    };

/** One way to read a message. */
export interface Way {
  readonly values: ReadonlyMap<string, FoundValue>;
  readonly constants: ReadonlyMap<string, string>;
  readonly end: number;
  /** Where the last part begins where that is a text or quoted value; else null. */
  readonly tail: number | null;
}

type Loose = TemplateNode | { readonly kind: 'gap'; readonly keys: readonly string[] };

/** Every spelling of a template. */
export function spellings(row: TemplateRow): readonly (readonly Part[])[] {
  return expand(parseTemplate(row)).map(toParts);
}

function expand(nodes: readonly TemplateNode[]): readonly (readonly Loose[])[] {
  let all: readonly (readonly Loose[])[] = [[]];
  for (const node of nodes) {
    const choices: readonly (readonly Loose[])[] =
      node.kind === 'optional'
        ? [...expand(node.nodes), [{ kind: 'gap', keys: expand(node.nodes).flatMap((each) => firstKey(each)) }]]
        : node.kind === 'alternatives'
          ? node.choices.flatMap((choice) => expand(choice))
          : [[node]];
    all = all.flatMap((start) => choices.map((choice) => [...start, ...choice]));
  }
  return all;
}

function firstKey(segment: readonly Loose[]): readonly string[] {
  const part = toParts(segment).find(({ kind }) => kind !== 'constant');
  return part?.kind === 'literal' && part.key !== '' ? [part.key] : [];
}

function toParts(nodes: readonly Loose[]): readonly Part[] {
  const constants: Part[] = [];
  const parts: Part[] = [];
  let text = '';
  const endLiteral = (): Part | null => {
    if (text === '') return null;
    const [, words = text, key = '', sign = ''] = /^(.*?)([A-Za-z_][A-Za-z0-9_]*)(\?=|=)$/s.exec(text) ?? [];
    text = '';
    const literal: Part = { kind: 'literal', words, key, sign: sign as '' | '=' | '?=' };
    parts.push(literal);
    return literal;
  };
  for (const node of nodes) {
    if (node.kind === 'text') text += node.text;
    // Nothing stands for it in a message, so it parts no words.
    if (node.kind === 'constant') constants.push(node);
    if (node.kind === 'value') {
      const literal = endLiteral();
      const afterEquals = literal?.kind === 'literal' && literal.sign !== '';
      parts.push({ kind: 'value', field: node.field, type: node.type, afterEquals, omitted: [] });
    }
    if (node.kind === 'gap') {
      const place = parts.findLastIndex((part) => part.kind === 'value');
      const last = parts[place];
      if (last?.kind === 'value') parts[place] = { ...last, omitted: [...last.omitted, ...node.keys] };
    }
  }
  endLiteral();
  return [...constants, ...parts];
}

/** Whether a text holds `, <key>=` of one of the keys. */
export function holdsKey(text: string, keys: Iterable<string>): boolean {
  return [...keys].some((key) => new RegExp(`, ${key}[ \\t]*=`, 'i').test(text));
}

/** Every way to read a message as one spelling, where the template may end at the positions that `mayEnd` accepts. */
export function waysOf(
  parts: readonly Part[],
  message: string,
  mayEnd: (at: number) => boolean,
  accepts: (part: Part & { kind: 'value' }, content: string) => boolean,
): Way[] {
  const found: Way[] = [];
  const values = new Map<string, FoundValue>();
  const constants = new Map<string, string>();
  const walk = (index: number, at: number): void => {
    const part = parts[index];
    if (part === undefined) {
      const last = parts.at(-1);
      const isFree = last?.kind === 'value' && (last.type === 'text' || last.type === 'quoted');
      const tail = isFree ? values.get(last.field)!.start : null;
      if (mayEnd(at)) found.push({ values: new Map(values), constants: new Map(constants), end: at, tail });
    } else if (part.kind === 'literal') {
      for (const end of literalEnds(part, message, at)) walk(index + 1, end);
    } else if (part.kind === 'constant') {
      constants.set(part.field, part.value);
      walk(index + 1, at);
    } else {
      for (let end = at; end <= message.length; end++) {
        if (!couldFollow(parts[index + 1], end)) continue;
        const value = readValue(part.type, message, at, end, part.afterEquals);
        if (value === null) continue;
        const content = message.slice(value.start, value.end);
        const inBrackets = part.type === 'list' && /^[ \t]*[[{]/.test(message.slice(at, end));
        if ((!inBrackets && holdsKey(content, part.omitted)) || !accepts(part, content)) continue;
        const earlier = values.get(part.field);
        if (earlier !== undefined && earlier.value !== value.value) continue;
        if (earlier === undefined) values.set(part.field, value);
        walk(index + 1, end);
        if (earlier === undefined) values.delete(part.field);
      }
    }
  };
  const couldFollow = (next: Part | undefined, at: number): boolean =>
    next === undefined ? mayEnd(at) : next.kind !== 'literal' || literalEnds(next, message, at).length > 0;
  walk(0, 0);
  return found;
}

/** Where a literal that begins at `at` ends; nowhere where it does not stand there. */
function literalEnds(literal: Part & { kind: 'literal' }, message: string, at: number): number[] {
  const { words, key, sign } = literal;
  if (!message.startsWith(words, at)) return [];
  const keyStart = at + words.length;
  const keyEnd = keyStart + key.length;
  if (asciiLower(message.slice(keyStart, keyEnd)) !== key.toLowerCase()) return [];
  if (sign === '') return [keyEnd];
  const blanks = /^[ \t]*/.exec(message.slice(keyEnd))![0].length;
  const next = message[keyEnd + blanks] ?? '';
  if (next === '=') return [keyEnd + blanks + 1];
  return sign === '?=' && /^["“”„]$/.test(next) ? [keyEnd + blanks] : [];
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
