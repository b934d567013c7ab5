import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { visible, visibleJson } from '../../src/present/visible.ts';
import { assertVisible, HEADER, inFolder, record, run } from '../support/cli.ts';

/** One of each kind of character that nobody sees. */
const UNSEEN = [
  '\u0007 \u001b[31m \u007f \u009b31m',
  '\u200b \u200d \u2060 \ufeff \u00ad \u061c',
  '\u202e \u2066 \u2069',
  '\u115f \u1160 \u3164 \uffa0 \u2800 \u034f \u17b4',
  '\ufe0f \u{e0100} \u{e0041} \u{e0001}',
  '\ue000 \u{f0000} \u{10fffd} \uffff',
  '\u2028 \u2029 \ufff9',
];

describe('a text on the terminal', () => {
  for (const text of UNSEEN) {
    it(`shows what is unseen in ${JSON.stringify(visible(text))}`, () => {
      assertVisible(visible(text));
      assertVisible(visibleJson({ [text]: [text] }));
      assert.deepEqual(JSON.parse(visibleJson({ [text]: [text] })), { [text]: [text] });
    });
  }

  it('leaves alone what can be seen', () => {
    for (const text of ['bö.müller@corp.example', '山田　太郎', 'Zoë 🙂', 'עברית عربي', 'a\u0301']) {
      assert.equal(visible(text), text);
      assert.equal(visibleJson(text), JSON.stringify(text));
    }
  });

  it(
    'is so in every output, in messages about the command line too',
    inFolder(async (folder) => {
      const text = UNSEEN.join(' ').replaceAll('\u2028', '').replaceAll('\u2029', '');
      const lake = join(folder, 'lake');
      await writeFile(join(folder, 'a.csv'), HEADER + record(`Created dashboard, ID=d-1, name=${text}`));
      assert.equal((await run(['ingest', join(folder, 'a.csv'), '--lake', lake])).code, 0);
      for (const [code, ...args] of [
        [0, 'query', 'SELECT object_name FROM audit_events', '--lake', lake],
        [0, 'query', '--json', 'SELECT object_name FROM audit_events', '--lake', lake],
        [0, 'explain', '92042', `Created dashboard, ID=d-1, name=${text}`],
        [2, 'ask', '1', '--dialect', text],
        [2, 'ask', text, '--lake', lake],
        [2, text],
        [2, 'status', `--${text}`],
        [2, 'status', '--lake', `${lake}${text.replaceAll('/', '')}`],
        [2, 'query', `SELECT "${text}" FROM audit_events`, '--lake', lake],
      ] as const) {
        const found = await run(args);
        assert.equal(found.code, code, found.stderr);
        assertVisible(found.stdout + found.stderr);
        assert.ok(found.stdout + found.stderr !== '');
      }
    }),
  );
});
