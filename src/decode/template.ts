import { FIELDS, fieldIndex, type TemplateRow } from '../catalogue/index.ts';
import { couldMistake, Literal } from './literal.ts';
import { parseTemplate, type TemplateNode } from './template-syntax.ts';
import { endsRun, isList, type ValueType } from './value.ts';

/** A value's place in a variant. */
export interface Slot {
  /** Position in `FIELDS`. */
  readonly field: number;
  readonly type: ValueType;
  /** Whether an equals sign stands before the value, so that blanks there may be dropped. */
  readonly afterEquals: boolean;
  /** Keys in lower case that the value must not hold as `, <key>=`: those of optional segments left out just after it (rule 2 of docs/decoding.md). */
  readonly forbidden: readonly string[];
  /** The same for keys that only a newer template has (rule 4); set on the last text or quoted value. */
  readonly forbiddenNewer: readonly string[];
  /** Whether there are keys of either kind. */
  readonly forbids: boolean;
  /** Whether the value can stand in quotes or brackets. */
  readonly isEnclosed: boolean;
  /** Whether the value is a run of characters that ends before the next literal begins, so that it can end at one place only. */
  readonly endsAtLimit: boolean;
  /** The slot whose value this one must repeat; -1 where the field occurs for the first time. */
  readonly repeats: number;
}

/** One way to spell out a template: each optional segment there or not, one of each alternative. */
export interface Variant {
  /** One before each slot and one after the last. */
  readonly literals: readonly Literal[];
  readonly slots: readonly Slot[];
  readonly constants: readonly { readonly field: number; readonly value: string }[];
  /** Equals signs its literals hold at the least. */
  readonly equals: number;
}

export interface Template {
  readonly id: string;
  readonly text: string;
  readonly variants: readonly Variant[];
  /** Every key of its literals in lower case. */
  readonly keys: ReadonlySet<string>;
  /** The keys that only newer templates of the code have, and the fields that they fill there. */
  readonly newer: ReadonlyMap<string, ReadonlySet<number>>;
  /**
   * Whether a variant that fits and uses up every equals sign of a message leaves no way for the others: they differ in
   * optional segments alone, each with a `, key=`, no key occurs twice, and nothing but keys parts the values.
   */
  readonly decisive: boolean;
}

/** Compiles the templates of one code, newest first. Throws where a text is not a template. */
export function compileTemplates(rows: readonly TemplateRow[]): readonly Template[] {
  const newer = new Map<string, Set<number>>();
  return rows.map((row) => {
    const template = compileTemplate(row, newer);
    for (const key of template.keys) if (!newer.has(key)) newer.set(key, new Set());
    for (const { literals, slots } of template.variants) {
      for (const [index, { field }] of slots.entries()) {
        for (const key of literals[index]!.keys) newer.get(key)!.add(field);
      }
    }
    return template;
  });
}

interface Spelling {
  readonly texts: readonly (readonly string[])[];
  readonly slots: readonly { field: number; type: ValueType; forbidden: readonly string[] }[];
  readonly constants: Variant['constants'];
  /** Whether it differs from the others of its template in optional segments alone, each beginning with a `, key=`. */
  readonly isPlain: boolean;
}

const EMPTY: Spelling = { texts: [['']], slots: [], constants: [], isPlain: true };

function compileTemplate(row: TemplateRow, newer: ReadonlyMap<string, ReadonlySet<number>>): Template {
  const nodes = parseTemplate(row);
  const spellings = spellOut(nodes, [EMPTY]);
  const literals = spellings.map((spelling) => spelling.texts.map((texts) => new Literal(texts)));
  const keys = new Set(literals.flat().flatMap((literal) => literal.keys));
  const strange = new Map([...newer].filter(([key]) => !keys.has(key)).map(([key, fields]) => [key, new Set(fields)]));
  const variants = spellings.map((spelling, index) => {
    const variant = variantOf(spelling, literals[index]!, [...strange.keys()]);
    const problem = problemOf(variant);
    if (problem !== null) throw new Error(`template ${row.id}: ${problem}`);
    return variant;
  });
  // The first variant has every optional segment.
  const occurrences = literals[0]!.flatMap((literal) => literal.keys);
  return {
    id: row.id,
    text: row.text,
    variants,
    keys,
    newer: strange,
    decisive:
      spellings.every((spelling) => spelling.isPlain) &&
      literals[0]!.slice(1).every((literal) => literal.keyed || literal.isEmpty) &&
      new Set(occurrences).size === occurrences.length,
  };
}

function variantOf(spelling: Spelling, literals: readonly Literal[], strangeKeys: readonly string[]): Variant {
  const lastText = spelling.slots.findLastIndex((slot) => slot.type === 'text' || slot.type === 'quoted');
  const slots = spelling.slots.map((slot, index) => {
    const first = spelling.slots.findIndex((other) => other.field === slot.field);
    return {
      ...slot,
      afterEquals: literals[index]!.endsWithEquals,
      forbiddenNewer: index === lastText ? strangeKeys : [],
      forbids: slot.forbidden.length > 0 || (index === lastText && strangeKeys.length > 0),
      isEnclosed: slot.type === 'quoted' || isList(slot.type),
      endsAtLimit: literals[index + 1]!.texts.every((text) =>
        endsRun(slot.type, text, literals[index]!.endsWithEquals),
      ),
      repeats: first < index ? first : -1,
    };
  });
  return {
    literals,
    slots,
    constants: spelling.constants,
    equals: literals.filter((literal) => literal.keyed).length,
  };
}

/** What keeps a variant from being read; null where nothing does. */
function problemOf({ literals, slots, constants }: Variant): string | null {
  for (const [index, { field, type, repeats }] of slots.entries()) {
    const { name } = FIELDS[field]!;
    if (index > 0 && literals[index]!.isEmpty) return `expected text between ${name} and the value before it`;
    if (constants.some((constant) => constant.field === field)) return `${name} is both a value and implied`;
    if (repeats === -1) continue;
    // Else there would be as many values to look for as there are places where the first could end.
    if (slots[repeats]!.type !== type || !slots.slice(0, repeats + 1).every((slot) => slot.endsAtLimit)) {
      return `${name} occurs again: expected the same type, and one that ends where the text after it begins, as all before it`;
    }
  }
  return null;
}

/** All variants of the nodes, each appended to each of the spellings. */
function spellOut(nodes: readonly TemplateNode[], spellings: readonly Spelling[]): readonly Spelling[] {
  return nodes.reduce<readonly Spelling[]>(
    (all, node, index) => all.flatMap((spelling) => append(spelling, node, nodes[index + 1])),
    spellings,
  );
}

function append(spelling: Spelling, node: TemplateNode, next: TemplateNode | undefined): readonly Spelling[] {
  switch (node.kind) {
    case 'text':
      return [appendTexts(spelling, [node.text])];
    case 'constant':
      return [
        { ...spelling, constants: [...spelling.constants, { field: fieldIndex(node.field), value: node.value }] },
      ];
    case 'value': {
      const slot = { field: fieldIndex(node.field), type: node.type, forbidden: [] };
      return [{ ...spelling, texts: [...spelling.texts, ['']], slots: [...spelling.slots, slot] }];
    }
    case 'optional':
      return [...spellOut(node.nodes, [spelling]), withoutSegment(spelling, node.nodes)];
    case 'alternatives': {
      const wordings = wordingsOf(spelling, node, next);
      return wordings === null
        ? node.choices.flatMap((choice) => spellOut(choice, [{ ...spelling, isPlain: false }]))
        : [appendTexts(spelling, wordings)];
    }
  }
}

/** The choices of a node where they are but wordings of one literal: fixed text, of which one fits at most; else null. */
function wordingsOf(
  spelling: Spelling,
  node: TemplateNode & { kind: 'alternatives' },
  next: TemplateNode | undefined,
): readonly string[] | null {
  const texts = node.choices.map((choice) =>
    choice.every((part) => part.kind === 'text') ? choice.map((part) => part.text).join('') : null,
  );
  if (texts.some((text) => text === null)) return null;
  const after = next?.kind === 'text' ? next.text : '';
  const wordings = spelling.texts.at(-1)!.flatMap((start) => texts.map((text) => `${start}${text}${after}`));
  return couldMistake(wordings) ? null : (texts as string[]);
}

function appendTexts(spelling: Spelling, texts: readonly string[]): Spelling {
  const last = spelling.texts.at(-1)!;
  return {
    ...spelling,
    texts: [...spelling.texts.slice(0, -1), last.flatMap((start) => texts.map((text) => start + text))],
  };
}

/** A spelling that leaves an optional segment out: the value before the gap must not hold the segment's key. */
function withoutSegment(spelling: Spelling, segment: readonly TemplateNode[]): Spelling {
  const beginnings = spellOut(segment, [EMPTY]).flatMap(({ texts }) => texts[0]!);
  const keys = new Literal(beginnings).keys;
  const isPlain = spelling.isPlain && beginnings.every((text) => /^, \w+=$/.test(text));
  const last = spelling.slots.at(-1);
  if (last === undefined) return { ...spelling, isPlain };
  return {
    ...spelling,
    isPlain,
    slots: [...spelling.slots.slice(0, -1), { ...last, forbidden: [...last.forbidden, ...keys] }],
  };
}
