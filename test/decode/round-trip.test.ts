import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { render } from '../../src/decode/render.ts';
import { KINDS, type Rendering, renderingOf } from './arbitrary.ts';
import { decode } from './decoded.ts';

const COUNT_OF = new Map([
  ['device_ids', 'device_count'],
  ['device_names', 'device_count'],
  ['user_ids', 'user_count'],
]);

/** The values, and the length of a list as its count where none is given. */
function withCounts(values: Rendering['values']): Map<string, unknown> {
  const all = new Map<string, unknown>(Object.entries(values));
  for (const [list, count] of COUNT_OF) {
    const elements = values[list];
    if (Array.isArray(elements) && !all.has(count)) all.set(count, elements.length);
  }
  return all;
}

function assertComesBack({ row, template, values }: Rendering): void {
  const message = render(template, values);
  const decoded = decode(row.code, message);
  const ids = row.templates.map(({ id }) => id);
  if (decoded.template_id !== null && ids.indexOf(decoded.template_id) < ids.indexOf(template.id)) return;

  const expected = withCounts(values);
  const contested = /contested:([^;]*)/.exec(decoded.detail ?? '')?.[1]?.split(',') ?? [];
  assert.equal(decoded.status, contested.length > 0 ? 'ambiguous' : 'decoded', message);
  if (contested.length === 0) assert.equal(decoded.template_id, template.id, message);
  for (const [field, value] of Object.entries(decoded.values)) assert.deepEqual(value, expected.get(field), message);
  for (const field of expected.keys()) {
    const count = contested.some((list) => COUNT_OF.get(list) === field);
    assert.ok(field in decoded.values || contested.includes(field) || count, `${field} is lost: ${message}`);
  }
  assert.equal(decoded.unmapped, null, message);
}

test('decoding a rendered message gives its values back, or leaves out what it cannot know', () => {
  const renderings = KINDS.flatMap((row) => row.templates.map((template) => renderingOf(row, template)));
  for (const rendering of renderings) fc.assert(fc.property(rendering, assertComesBack), { numRuns: 150 });
});

test('harmless values come back from the newest template of every code', () => {
  for (const row of CATALOGUE.filter(({ templates }) => templates.length > 0)) {
    const template = row.templates[0]!;
    fc.assert(
      fc.property(renderingOf(row, template), ({ values }) => {
        const harmless = Object.fromEntries(
          Object.entries(values).map(([field, value]) => [
            field,
            typeof value === 'string' && /[^\w.:-]/.test(value) ? 'x' : value,
          ]),
        );
        const decoded = decode(row.code, render(template, harmless));
        assert.equal(decoded.status, 'decoded');
        assert.equal(decoded.template_id, template.id);
        assert.deepEqual(new Map(Object.entries(decoded.values)), withCounts(harmless));
      }),
      { numRuns: 20 },
    );
  }
});
