import { FIELDS } from '../catalogue/index.ts';

/** How a field's value stands in the message. */
export const ABSENT = 0;
/** The span is the value. */
export const TEXT = 1;
/** The span is the content of a list that stood in brackets. */
export const BRACKETED = 2;
/** The span is the content of a list that stood in quotes, or bare. */
export const SEPARATED = 3;
/** A whole number, in {@link Reading.numbers}. */
export const NUMBER = 4;
/** A value that the template's wording implies, in {@link Reading.constants}. */
export const CONSTANT = 5;

export const DECODE_STATUSES = ['decoded', 'ambiguous', 'partial', 'unknown_code', 'unmatched'] as const;
export type DecodeStatus = (typeof DECODE_STATUSES)[number];

/** The closed list of what `decode_detail` can name. */
export type DetailName =
  | 'code_used_twice'
  | 'contested'
  | 'count_mismatch'
  | 'empty_element'
  | 'inferred'
  | 'not_an_ip'
  | 'null_value'
  | 'out_of_range'
  | 'outer_white_space'
  | 'possible_new_field'
  | 'possibly_cut'
  | 'repeated_key'
  | 'time_ambiguous'
  | 'time_nonexistent';

/** What one message says: spans of its bytes, one per field. Reused from message to message. */
export class Reading {
  status: DecodeStatus = 'unmatched';
  /** Which template matched, `90211.B`; null where none did. */
  templateId: string | null = null;
  bytes: Uint8Array = new Uint8Array(0);
  /** By position in `FIELDS`: how the value stands, and its span. */
  readonly forms = new Uint8Array(FIELDS.length);
  readonly starts = new Int32Array(FIELDS.length);
  readonly ends = new Int32Array(FIELDS.length);
  readonly numbers = new Float64Array(FIELDS.length);
  readonly constants: (string | null)[] = FIELDS.map(() => null);
  /** The fields that have a value, in the order they were filled; the first {@link filledCount} count. */
  readonly filled = new Uint8Array(FIELDS.length);
  filledCount = 0;
  /** Pairs that no field holds: key to value, or to all values of a repeated key. Null where there are none. */
  unmapped: Map<string, string | string[]> | null = null;
  #details: Map<DetailName, Set<string>> | null = null;

  reset(bytes: Uint8Array): void {
    for (let index = 0; index < this.filledCount; index++) this.forms[this.filled[index]!] = ABSENT;
    this.filledCount = 0;
    this.status = 'unmatched';
    this.templateId = null;
    this.bytes = bytes;
    this.unmapped = null;
    this.#details = null;
  }

  /** Fills a field with a span of the message. */
  fill(field: number, form: number, start: number, end: number): void {
    if (this.forms[field] === ABSENT) this.filled[this.filledCount++] = field;
    this.forms[field] = form;
    this.starts[field] = start;
    this.ends[field] = end;
  }

  fillNumber(field: number, value: number): void {
    this.fill(field, NUMBER, 0, 0);
    this.numbers[field] = value;
  }

  fillConstant(field: number, value: string): void {
    this.fill(field, CONSTANT, 0, 0);
    this.constants[field] = value;
  }

  has(field: number): boolean {
    return this.forms[field] !== ABSENT;
  }

  /** Takes a field's value away again. */
  clear(field: number): void {
    if (this.forms[field] === ABSENT) return;
    this.forms[field] = ABSENT;
    const place = this.filled.indexOf(field);
    this.filled.copyWithin(place, place + 1, this.filledCount);
    this.filledCount--;
  }

  addUnmapped(key: string, value: string): void {
    this.unmapped ??= new Map();
    const known = this.unmapped.get(key);
    if (known === undefined) this.unmapped.set(key, value);
    else if (typeof known === 'string') this.unmapped.set(key, [known, value]);
    else known.push(value);
  }

  addDetail(name: DetailName, item?: string): void {
    this.#details ??= new Map();
    const items = this.#details.get(name) ?? new Set();
    if (item !== undefined) items.add(item);
    this.#details.set(name, items);
  }

  /** Whether a detail is there; with an item, whether it names that one. */
  hasDetail(name: DetailName, item?: string): boolean {
    const items = this.#details?.get(name);
    return items !== undefined && (item === undefined || items.has(item));
  }

  /** `name` or `name:item,item`, sorted and joined by `;`; null where there is nothing to say. */
  detail(): string | null {
    if (this.#details === null) return null;
    return [...this.#details]
      .map(([name, items]) => (items.size === 0 ? name : `${name}:${[...items].sort().join(',')}`))
      .sort()
      .join(';');
  }

  /** The text of a span of the message. */
  text(start: number, end: number): string {
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, end - start).toString('utf8');
  }
}
