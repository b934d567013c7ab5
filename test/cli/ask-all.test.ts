import assert from 'node:assert/strict';
import { afterAll, beforeAll, it } from 'vitest';
import { questionFiles } from '../../src/asking/index.ts';
import { askAll } from '../../src/cli/ask-all.ts';
import { parseQuestion } from '../../src/questions/index.ts';
import { MaskedLake } from '../asking/masked-lake.ts';

const HEADER = '-- Question: Q?\n-- Finds: F.\n-- Why it matters: W.\n-- Normal: N.\n-- Period: all\n';
const FAILS = parseQuestion('90-fails.sql', `${HEADER}\nSELECT\n    CAST(message AS int) AS one\nFROM {{events}}\n`);

let lake: MaskedLake;
beforeAll(async () => {
  lake = await MaskedLake.make([{ actor: 'li', code: 91051, message: 'SSO Configuration update' }]);
});
afterAll(() => lake.remove());

it('asks the others where a question fails, says at the end which, and ends with another exit code', async () => {
  const questions = [FAILS, ...questionFiles().filter(({ number }) => number === 9 || number === 22)];
  const asked = { lake: lake.asked, rights: {}, check: async () => {} };
  const { exitCode, text, json } = await askAll(asked, questions, () => ({ to: '2026-03-31' }));
  assert.equal(exitCode, 1);
  const lines = text?.().split('\n') ?? [];
  assert.match(lines[2] ?? '', /^90 {2}fails +failed: see below$/);
  assert.match(lines[3] ?? '', /^ 9 {2}sso-and-provisioning-changes +1 {2}event_time 2026-03-01 /);
  assert.match(lines[4] ?? '', /^22 {2}history-of-one-object +left out: needs --object$/);
  assert.match(lines.slice(5).join('\n'), /^the lake has events from .*\n90 fails failed: Conversion Error/);
  const rows = json?.() as { question: string; rows: number | null; failed: string | null }[];
  assert.deepEqual(
    rows.map(({ question, rows: count, failed }) => [question, count, failed === null]),
    [
      ['fails', null, false],
      ['sso-and-provisioning-changes', 1, true],
      ['history-of-one-object', null, true],
    ],
  );
});
