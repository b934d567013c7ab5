import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'vitest';
import { type CodeTemplates, catalogueOf } from '../../src/catalogue/index.ts';
import { Decoder, decoderOf } from '../../src/decode/index.ts';
import { SOURCE_SYSTEMS } from '../../src/source/index.ts';
import { decodeWith } from './decoded.ts';

const CODE = 20101;
const INFINITY: readonly CodeTemplates[] = [
  { code: CODE, templates: [{ id: '20101.A', text: 'Did it, id={object_id:token}, name={object_name:text}' }] },
];

test('a number that two systems use means in each what that system says', () => {
  const [infinity, portal] = [new Decoder(INFINITY), decoderOf('portal')];
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  fc.assert(
    fc.property(word, word, (a, b) => {
      const did = `Did it, id=${a}, name=${b}`;
      const login = `User ${a} logged with session id ${b}`;
      assert.deepEqual(decodeWith(infinity, CODE, did).values, { object_id: a, object_name: b });
      assert.deepEqual(decodeWith(portal, CODE, login).values, { user_name: a, session_id: b });
      assert.equal(decodeWith(infinity, CODE, login).status, 'unmatched');
      assert.equal(decodeWith(portal, CODE, did).status, 'partial');
    }),
    { numRuns: 50 },
  );
});

test('a code of one system is unknown in every other, and only in Infinity do its digits say anything', () => {
  for (const system of SOURCE_SYSTEMS) {
    const own = new Set(catalogueOf(system).map(({ code }) => code));
    for (const { code } of SOURCE_SYSTEMS.flatMap(catalogueOf)) {
      const { status, detail } = decodeWith(decoderOf(system), code, 'Did it');
      if (own.has(code)) assert.notEqual(status, 'unknown_code', `${system} ${code}`);
      else {
        assert.equal(status, 'unknown_code', `${system} ${code}`);
        if (system !== 'infinity') assert.equal(detail, null);
      }
    }
  }
});
