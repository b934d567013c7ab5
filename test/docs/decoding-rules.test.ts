import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/index.ts';
import { decode } from '../decode/decoded.ts';
import { filesBelow, read, section } from './documents.ts';

const document = read('docs/decoding.md');

/** The rules that a text cites by number: `rule 6`, `rules 1 to 5`, `rules 2 and 4`. */
function citedIn(text: string): number[] {
  return [...text.matchAll(/\brules? (\d+)(?: (to|and) (\d+))?/gi)].flatMap(([, first, word, last]) => {
    const [from, to] = [Number(first), Number(last ?? first)];
    return word === 'to' ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : [from, to];
  });
}

describe('docs/decoding.md', () => {
  const rules = [...document.matchAll(/^### Rule (\d+)$/gm)].map(([, number]) => Number(number));

  it('numbers its rules without a gap', () => {
    assert.deepEqual(
      rules,
      rules.map((_, index) => index + 1),
    );
  });

  it('has every rule that it or the code cites, and the code says where they are', () => {
    assert.deepEqual(
      citedIn(document).filter((number) => !rules.includes(number)),
      [],
    );
    const citing = filesBelow('src', 'test/decode').filter((file) => citedIn(read(file)).length > 0);
    assert.ok(citing.length > 1, 'the decoder cites its rules');
    for (const file of citing) {
      const text = read(file);
      assert.deepEqual(
        citedIn(text).filter((number) => !rules.includes(number)),
        [],
        file,
      );
      assert.ok(text.includes('docs/decoding.md'), `${file} does not say whose rules it cites`);
    }
  });

  it('shows a template of the catalogue', () => {
    const [, shown] = /```\n(.*)\n```/.exec(section(document, '## Templates')) ?? [];
    const texts = CATALOGUE.flatMap(({ templates }) => templates.map(({ text }) => text));
    assert.ok(texts.includes(shown ?? ''), shown);
  });

  it('gives worked examples that are true', () => {
    const rows = section(document, '## Worked examples').match(/^\| \d.*$/gm) ?? [];
    assert.ok(rows.length > 15);
    for (const row of rows) {
      const [, code, message, said, columns] = /^\| (\d+) \| `(.*?)` \| (`.*?`) \| `(\{.*\})` \|/.exec(row) ?? [];
      const found = decode(Number(code), (message ?? '').replaceAll('\\|', '|'));
      const saying = [
        found.status,
        ...(found.detail?.split(';') ?? []),
        ...(found.template_id ? [found.template_id] : []),
      ];
      assert.deepEqual(
        said?.split(' '),
        saying.map((word) => `\`${word}\``),
        row,
      );
      assert.equal(
        columns?.replaceAll('\\|', '|'),
        JSON.stringify({ ...found.values, ...(found.unmapped && { unmapped: found.unmapped }) }),
        row,
      );
    }
  });
});
