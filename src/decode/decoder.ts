import { type CodeTemplates, inferAction, inferFamily, type SourceSystem } from '../catalogue/index.ts';
import { completeReading } from './completion.ts';
import { Fit, type Fitting, NO_WAY, ONE_WAY, UNSURE } from './fit.ts';
import { fieldName, type KeyFields, keyFields, keyFieldsOfUnknown, type ListWords, listWordsOf } from './known-keys.ts';
import { isOpenList } from './list.ts';
import { Message } from './message.ts';
import { afterOuterSpace, endBeforeOuterSpace, isInk } from './outer-space.ts';
import { type CommaPair, commaPairs, findPairs, type Pair, placePairs } from './pairs.ts';
import { type DecodeStatus, Reading } from './reading.ts';
import { compileTemplates, type Template, type Variant } from './template.ts';
import { isList, ValueSpan } from './value.ts';
import { readVariants, type TemplateReading } from './variants.ts';
import { WayFinder } from './ways.ts';

/** The templates of one code, newest first, and the fields that their keys fill. */
interface CompiledCode {
  readonly templates: readonly Template[];
  readonly keys: KeyFields;
  /** Every key of the templates in lower case: a field with another is new. */
  readonly words: ReadonlySet<string>;
  readonly listWords: readonly ListWords[];
  /** Whether it stands for two things, which a template tells apart or nothing. */
  readonly usedTwice: boolean;
}

/** Turns (code, message) into typed fields, driven by nothing but a catalogue. Rules are cited by their numbers in docs/decoding.md. */
export class Decoder {
  /** What the last message says; overwritten by the next. */
  readonly reading = new Reading();
  readonly #codes: ReadonlyMap<number, CompiledCode>;
  readonly #allKeys: KeyFields;
  /** Whether the digits of an unknown code say something: those of Infinity do. */
  readonly #infers: boolean;
  /** Whether white space at an end of the last message was left out. */
  #isTrimmed = false;
  readonly #message = new Message();
  readonly #value = new ValueSpan();
  readonly #ways = new WayFinder();
  /** The variant found to be the only way, and the one being tried: they change places. */
  #fitted: Fit;
  #trial: Fit;

  /** Of the codes of one source system. */
  constructor(catalogue: readonly CodeTemplates[], system: SourceSystem = 'infinity') {
    this.#infers = system === 'infinity';
    this.#codes = new Map(
      catalogue.map((row) => {
        const templates = compileTemplates(row.templates);
        const words = new Set(templates.flatMap((template) => [...template.keys]));
        const [keys, listWords] = [keyFields(templates), listWordsOf(templates)];
        return [row.code, { templates, keys, words, listWords, usedTwice: row.usedTwice === true }];
      }),
    );
    const templates = [...this.#codes.values()].flatMap((code) => code.templates);
    this.#allKeys = keyFields(templates);
    const mostSlots = Math.max(0, ...templates.flatMap(({ variants }) => variants.map(({ slots }) => slots.length)));
    this.#fitted = new Fit(mostSlots);
    this.#trial = new Fit(mostSlots);
  }

  /** Work done since the start: bytes and places looked at. Tests assert on it, not on a clock. */
  get steps(): number {
    return this.#ways.steps + this.#fitted.steps + this.#trial.steps;
  }

  /** Whether the last message may hold a control character or anything beyond ASCII. */
  get unusual(): boolean {
    return this.#isTrimmed || this.#message.unusual;
  }

  /**
   * Reads the message in `bytes` from `start` to `end`, valid UTF-8, under a code. White space at either end is no part of
   * what is read, and flagged. Never throws.
   */
  decode(code: number, bytes: Uint8Array, start: number, end: number): Reading {
    const known = this.#codes.get(code);
    let [from, to] = [start, end];
    if (!isInk(bytes[start]!) || !isInk(bytes[end - 1]!)) {
      from = afterOuterSpace(bytes, start, end);
      to = endBeforeOuterSpace(bytes, from, end, known?.listWords ?? []);
    }
    this.#isTrimmed = from > start || to < end;
    this.#message.set(bytes, from, to);
    this.reading.reset(bytes);
    if (this.#isTrimmed) this.reading.addDetail('outer_white_space');
    if (known === undefined) this.#readUnknown(code);
    else if (!this.#readTemplates(known)) this.#readPairsOf(known);
    return this.reading;
  }

  #readTemplates(code: CompiledCode): boolean {
    return this.#readWhole(code) || this.#readWithTail(code) || this.#readContested(code);
  }

  /** The newest template that fits in at least one way (rules 1 to 5). */
  #readWhole(code: CompiledCode): boolean {
    let begun = false;
    for (const template of code.templates) {
      const fitting = this.#fit(template);
      if (fitting === NO_WAY) continue;
      if (fitting === ONE_WAY) {
        const { variant, lastStart } = this.#fitted;
        this.#fitted.fill(this.reading);
        if (this.#message.equalsCount > variant!.equals) this.#flagNewFields(variant!, lastStart, code);
        return this.#accept(template, 'decoded');
      }
      if (!begun) this.#ways.begin(this.#message);
      begun = true;
      const found = readVariants(
        this.#ways,
        template.variants,
        { tails: null, ignoreNewerKeys: false },
        this.#message.bytes,
      );
      if (found === null) continue;
      this.#fill(found);
      this.#contest(found.contested);
      const last = found.spans.at(-1);
      if (found.contested.size === 0 && last !== undefined && last !== 'many') {
        this.#flagNewFields(found.variant, last.start, code);
      }
      return this.#accept(template, found.contested.size === 0 ? 'decoded' : 'ambiguous');
    }
    return false;
  }

  /** Tries the variants one after the other; where one alone fits, in one way, it is the fitted one. */
  #fit(template: Template): Fitting {
    const { equalsCount } = this.#message;
    let fitting: Fitting = NO_WAY;
    for (const variant of template.variants) {
      if (variant.equals > equalsCount) continue;
      const next = this.#trial.try(variant, this.#message);
      if (next === NO_WAY) continue;
      if (next === UNSURE || fitting === ONE_WAY) return UNSURE;
      [this.#fitted, this.#trial] = [this.#trial, this.#fitted];
      if (template.decisive && variant.equals === equalsCount) return ONE_WAY;
      fitting = ONE_WAY;
    }
    return fitting;
  }

  /** A template followed by fields that no template of the code knows (rule 6): nothing goes dark on the day one is added. */
  #readWithTail(code: CompiledCode): boolean {
    const tails = this.#unknownPairs(this.#message.start, code);
    if (tails.length === 0) return false;
    this.#ways.begin(this.#message);
    for (const template of code.templates) {
      // A template that newer keys alone keep from fitting is out: what its text holds is no tail (rule 7).
      if (this.#fitsButForNewerKeys(template) !== null) continue;
      const found = readVariants(
        this.#ways,
        template.variants,
        {
          tails: tails.map((tail) => tail.comma),
          ignoreNewerKeys: false,
        },
        this.#message.bytes,
      );
      if (found === null || found.contested.size > 0) continue;
      this.#fill(found);
      this.#accept(template, 'partial');
      const { bytes, end } = this.#message;
      const pairs = findPairs(bytes, found.end + 2, end);
      placePairs(this.reading, pairs, new Map());
      for (const { keyStart, keyEnd } of pairs) {
        const word = this.reading.text(keyStart, keyEnd);
        if (!code.words.has(word.toLowerCase())) this.reading.addDetail('possible_new_field', word);
      }
      return true;
    }
    return false;
  }

  #fitsButForNewerKeys(template: Template): TemplateReading | null {
    return readVariants(this.#ways, template.variants, { tails: null, ignoreNewerKeys: true }, this.#message.bytes);
  }

  /** An older template whose last text holds a newer key (rule 7): perhaps a forgery, so what it contests stays null. */
  #readContested(code: CompiledCode): boolean {
    this.#ways.begin(this.#message);
    for (const template of code.templates) {
      const found = this.#fitsButForNewerKeys(template);
      if (found === null) continue;
      this.#fill(found);
      const contested = new Set(found.contested);
      const last = found.variant.slots.findLast((slot) => slot.forbiddenNewer.length > 0);
      if (last === undefined) continue;
      contested.add(last.field);
      const { bytes, start, end } = this.#message;
      const pairs = commaPairs(bytes, start, end);
      this.#flagOpenList(pairs.at(-1), code);
      for (const pair of pairs) {
        for (const field of template.newer.get(pair.word.toLowerCase()) ?? []) contested.add(field);
      }
      this.#contest(contested);
      this.reading.status = 'ambiguous';
      completeReading(this.reading);
      return true;
    }
    return false;
  }

  /** The list that a message ends with, where nothing closes it. */
  #flagOpenList(pair: CommaPair | undefined, { keys }: CompiledCode): void {
    const key = keys.get(pair?.word.toLowerCase() ?? '');
    if (pair === undefined || !key || !isList(key.type)) return;
    const { bytes, end } = this.#message;
    if (isOpenList(bytes, pair.valueStart, end)) this.reading.addDetail('possibly_cut', fieldName(key.field));
  }

  #readUnknown(code: number): void {
    this.#readPairs(this.#infers ? keyFieldsOfUnknown(code, this.#allKeys) : this.#allKeys, 'unknown_code');
    if (!this.#infers) return;
    if (inferFamily(code) !== null) this.reading.addDetail('inferred', 'family');
    if (inferAction(code) !== null) this.reading.addDetail('inferred', 'action');
  }

  /** The pairs of a message that no template fits (rule 8); a list behind words may be what was cut off. */
  #readPairsOf({ keys, listWords, usedTwice }: CompiledCode): void {
    this.#readPairs(keys, 'partial');
    if (usedTwice) {
      this.reading.status = 'ambiguous';
      this.reading.addDetail('code_used_twice');
    }
    const { bytes, start, end } = this.#message;
    const message = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    for (const { words, field } of listWords) {
      const at = message.lastIndexOf(words);
      if (at !== -1 && isOpenList(message, at + words.length, message.length))
        this.reading.addDetail('possibly_cut', fieldName(field));
    }
  }

  #readPairs(keys: KeyFields, status: 'partial' | 'unknown_code'): void {
    const { bytes, start, end } = this.#message;
    const pairs: readonly Pair[] = findPairs(bytes, start, end);
    placePairs(this.reading, pairs, keys);
    completeReading(this.reading);
    this.reading.status = status === 'partial' && pairs.length === 0 ? 'unmatched' : status;
  }

  #accept(template: Template, status: DecodeStatus): true {
    this.reading.templateId = template.id;
    this.reading.status = status;
    completeReading(this.reading);
    return true;
  }

  #fill(found: TemplateReading): void {
    const { bytes } = this.#message;
    for (const [index, slot] of found.variant.slots.entries()) {
      const span = found.spans[index]!;
      if (span === 'many' || slot.repeats !== -1) continue;
      if (this.#value.read(slot.type, bytes, span.start, span.end, slot.afterEquals)) {
        this.reading.fill(slot.field, this.#value.form, this.#value.start, this.#value.end);
      }
    }
    for (const { field, value } of found.variant.constants) this.reading.fillConstant(field, value);
  }

  #contest(fields: ReadonlySet<number>): void {
    for (const field of fields) {
      this.reading.clear(field);
      this.reading.addDetail('contested', fieldName(field));
    }
  }

  /** A free text that ends the message and holds `, word=` with a word no template knows: Nexthink may have added a field. */
  #flagNewFields(variant: Variant, lastStart: number, code: CompiledCode): void {
    const last = variant.slots.at(-1);
    if (!variant.literals.at(-1)!.isEmpty || (last?.type !== 'text' && last?.type !== 'quoted')) return;
    for (const { word } of this.#unknownPairs(lastStart, code)) this.reading.addDetail('possible_new_field', word);
  }

  #unknownPairs(from: number, code: CompiledCode): CommaPair[] {
    const { bytes, end } = this.#message;
    return commaPairs(bytes, from, end).filter((pair) => !code.words.has(pair.word.toLowerCase()));
  }
}
