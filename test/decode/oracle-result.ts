import { isIP } from 'node:net';
import { FIELDS } from '../../src/catalogue/index.ts';
import type { PlainValue } from '../../src/decode/plain.ts';
import type { Decoded } from './decoded.ts';
import type { FoundValue } from './oracle-values.ts';

const COUNT_OF: Readonly<Record<string, string>> = {
  device_ids: 'device_count',
  device_names: 'device_count',
  user_ids: 'user_count',
};

/** What is found out about one message, and the rules that look at it as a whole. */
export class Result {
  readonly #values = new Map<string, PlainValue>();
  readonly #unmapped = new Map<string, string | string[]>();
  readonly #details = new Map<string, Set<string>>();

  /** `isUnquoted`: whether quotes stood around the value. */
  set(field: string, { value, list }: Pick<FoundValue, 'value' | 'list'>, isUnquoted = false): void {
    if (this.#details.get('contested')?.has(field)) return;
    if (list?.isNull === true || (field === 'ip_address' && value === 'null' && !isUnquoted)) {
      this.detail('null_value', field);
      return;
    }
    for (const name of list?.details ?? []) this.detail(name, field);
    const isNumber = FIELDS.find(({ name }) => name === field)!.kind === 'number';
    if (isNumber && BigInt(value as string) > 2_147_483_647n) {
      this.unmap(field, value as string);
      this.detail('out_of_range', field);
    } else {
      this.#values.set(field, isNumber ? Number(value) : (list?.elements ?? value));
    }
  }

  has(field: string): boolean {
    return this.#values.has(field);
  }

  contest(field: string): void {
    this.detail('contested', field);
  }

  unmap(key: string, value: string | string[]): void {
    const earlier = this.#unmapped.get(key);
    this.#unmapped.set(key, earlier === undefined ? value : [earlier, value].flat());
  }

  detail(name: string, item?: string): void {
    const items = this.#details.get(name) ?? new Set();
    if (item !== undefined) items.add(item);
    this.#details.set(name, items);
  }

  as(status: string, templateId: string | null): Decoded {
    const address = this.#values.get('ip_address');
    if (typeof address === 'string' && address !== '' && isIP(address) === 0) this.detail('not_an_ip', 'ip_address');
    for (const [list, elements] of [...this.#values]) {
      const count = COUNT_OF[list];
      if (count === undefined || !Array.isArray(elements) || this.#details.get('contested')?.has(count)) continue;
      if (this.#details.get('out_of_range')?.has(count)) continue;
      const stated = this.#values.get(count);
      if (stated === undefined) this.#values.set(count, elements.length);
      else if (stated !== elements.length) this.detail('count_mismatch', count);
    }
    const details = [...this.#details].map(([name, items]) => [name, [...items].sort().join(',')].filter(Boolean));
    return {
      status,
      detail:
        details
          .map((parts) => parts.join(':'))
          .sort()
          .join(';') || null,
      template_id: templateId,
      values: Object.fromEntries(
        FIELDS.flatMap(({ name }) => {
          const value = this.#values.get(name);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
      unmapped: this.#unmapped.size === 0 ? null : Object.fromEntries(this.#unmapped),
    };
  }
}
