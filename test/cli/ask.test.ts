import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { questionFiles } from '../../src/asking/index.ts';
import { assertVisible, HEADER, record, run } from '../support/cli.ts';

let folder = '';
let lake = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ask o'clock-"));
  lake = join(folder, 'lake');
  const file = join(folder, 'a.csv');
  await writeFile(
    file,
    HEADER +
      record('Created dashboard, ID=d-1, name=Sales') +
      record('Updated dashboard, ID=d-1, name=\u202eselaS\u202c', '2026-03-02T10:00:00Z', 92041) +
      record('SSO Configuration update', '2026-03-03T10:00:00Z', 91051),
  );
  await run(['ingest', file, '--lake', lake]);
});

afterAll(() => rm(folder, { recursive: true }));

describe('audit-lake ask', () => {
  it('lists the questions, each with its number and name, without needing a lake', async () => {
    const { code, stdout } = await run(['ask']);
    assert.equal(code, 0);
    assert.match(stdout, /^ 5 {2}self-granted-roles\n {4}Who gave a role to their own account in the last 90 days\?$/m);
    assert.equal(stdout.match(/\?$/gm)?.length, questionFiles().length);
    const listed = JSON.parse((await run(['ask', '--json'])).stdout) as Record<string, unknown>[];
    assert.deepEqual(Object.keys(listed[21] ?? {}), [
      ...['number', 'name', 'file', 'question', 'finds', 'why', 'normal', 'limits', 'change', 'argument'],
    ]);
  });

  it('asks one by its name, and prints the question, the rows and how many', async () => {
    const { code, stdout } = await run([
      'ask',
      'sso-and-provisioning-changes',
      '--lake',
      lake,
      '--as-of',
      '2026-03-31',
    ]);
    assert.equal(code, 0);
    const lines = stdout.split('\n');
    assert.equal(lines[0], 'What was changed in single sign-on and in account provisioning in the last 90 days?');
    assert.match(stdout, /2026-03-03 10:00:00\+00 {2}∅ .*sso\.configuration_updated/);
    assert.equal(lines.at(-2), '1 row');
  });

  it('asks one by its number; --json prints the rows alone', async () => {
    const { stdout } = await run(['ask', '09', '--lake', lake, '--as-of', '2026-03-31', '--json']);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    assert.deepEqual(
      rows.map((row) => [row['event_time'], row['event_name']]),
      [['2026-03-03 10:00:00+00', 'sso.configuration_updated']],
    );
  });

  it('looks no further than the day that stands for today, and says of an empty answer which days the lake has', async () => {
    const { code, stdout } = await run(['ask', '9', '--lake', lake, '--as-of', '2026-03-02']);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^0 rows\nasked as of 2026-03-02; the lake has events from 2026-03-01 to 2026-03-03\. .*--as-of YYYY-MM-DD\n$/m,
    );
    const today = await run(['ask', '9', '--lake', lake]);
    assert.match(today.stdout, /^asked as of today, \d{4}-\d\d-\d\d; the lake has events from 2026-03-01/m);
  });

  it('asks about one object by its id, whatever the id holds', async () => {
    const ask = (object: string) =>
      run(['ask', 'history-of-one-object', '--object', object, '--lake', lake, '--as-of', '2026-03-31']);
    const { stdout } = await ask('D-1');
    assert.match(stdout, /\n2 rows\n$/);
    assert.ok(stdout.includes('\\u{202e}selaS\\u{202c}'), stdout);
    assertVisible(stdout);
    assert.match((await ask("d-1' OR 'a'='a")).stdout, /\n0 rows\n/);
  });

  it('--sql prints the text, in a dialect, as it would be run', async () => {
    const { code, stdout } = await run([
      'ask',
      '22',
      '--object',
      "it's",
      '--sql',
      '--dialect',
      'tsql',
      '--as-of',
      '2026-03-31',
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /^-- Question: What is the whole history of one object\?\n/);
    assert.match(stdout, /SELECT LOWER\('it''s'\) AS id/);
    assert.match(stdout, /event_date <= CAST\('2026-03-31' AS date\)/);
    assert.match((await run(['ask', '22', '--sql', '--dialect', 'spark'])).stdout, /<= DATE_SUB\(TO_DATE\(/);
  });

  it('refuses what it cannot ask, and says what to do', async () => {
    const refused: readonly [readonly string[], RegExp][] = [
      [['5.0', '--lake', lake], /there is no question "5\.0"; audit-lake ask lists them/],
      [
        ['22', '--lake', lake],
        /history-of-one-object is about one object; give it with --object ID\. An id as in object_id/,
      ],
      [['5', '--object', 'd-1', '--lake', lake], /self-granted-roles is not about one object; leave out --object/],
      [
        ['5', '--as-of', '31.03.2026', '--lake', lake],
        /--as-of: expected a day such as 2026-03-31, found "31\.03\.2026"/,
      ],
      [['5', '--dialect', 'spark', '--lake', lake], /--dialect goes with --sql/],
      [
        ['5', '--lake', join(folder, 'nowhere')],
        /there is no table in .*nowhere yet; make one with: audit-lake ingest/,
      ],
      [['5'], /--lake/],
    ];
    const asked = async ([args, message]: (typeof refused)[number]) => {
      const { code, stderr, stdout } = await run(['ask', ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
      assert.equal(stdout, '');
    };
    await Promise.all(refused.map(asked));
  });
});
