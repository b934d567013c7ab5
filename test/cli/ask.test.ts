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
  const wrong = { 'mass-remote-action': {}, 'mass-remote-actions': { device: 1, minutes: 'soon' } };
  await writeFile(join(folder, 'wrong.json'), JSON.stringify(wrong));
  await writeFile(join(folder, 'shape.json'), JSON.stringify({ 'daily-volume': { a: { b: 1 } } }));
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
      ...['number', 'name', 'file', 'question', 'finds', 'why', 'normal', 'limits', 'change', 'period', 'parameters'],
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
        ['self-grants-roles', '--lake', lake],
        /^audit-lake: there is no question "self-grants-roles"; did you mean self-granted-roles\?\n$/,
      ],
      [['al', '--lake', lake], /there is no question "al"; did you mean all\?/],
      [
        ['10', '--set', 'device=3', '--lake', lake],
        /mass-remote-actions takes no parameter "device"; did you mean devices\?\n$/,
      ],
      [['10', '--set', 'devices', '--lake', lake], /--set: expected name=value, found "devices"/],
      [
        ['10', '--set', 'devices=3', '--set', 'devices=4', '--lake', lake],
        /devices: expected a whole number, found "3,4"/,
      ],
      [['all', '--set', 'device=3', '--lake', lake], /no question takes parameter "device"; did you mean devices\?/],
      [
        ['5', '--instance', 'elsewhere', '--lake', lake],
        /--instance: the lake has no events of "elsewhere"; its events are of none\n$/,
      ],
      [['all', '--sql', '--lake', lake], /expected one question with --sql, found all/],
      [['5', '--limit', '0', '--lake', lake], /--limit: expected a number of rows from 1, found "0"/],
      [['5', '--from', 'soon', '--lake', lake], /--from: expected a day or month/],
      [['5', '--from', '2026-03-02', '--to', '2026-03-01', '--lake', lake], /expected --from to be before --to/],
      [['5', '--as-of', '2026-03-02', '--to', '2026-03-01', '--lake', lake], /cannot be used with option/],
      [['5', '--parameters', join(folder, 'no.json'), '--lake', lake], /--parameters: .*no\.json cannot be read/],
      [['5', '--parameters', join(folder, 'a.csv'), '--lake', lake], /--parameters: .*a\.csv is no JSON/],
      [
        ['5', '--parameters', join(folder, 'wrong.json'), '--lake', lake],
        /there is no question "mass-remote-action"; did you mean mass-remote-actions\?\n.*takes no parameter "device"; did you mean devices\?\n.*minutes: expected a whole number, found "soon"\n$/,
      ],
      [
        ['5', '--parameters', join(folder, 'shape.json'), '--lake', lake],
        /shape\.json: daily-volume\.a: expected \{"question"/,
      ],
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

  it('takes days as people write them, and says which', async () => {
    const days = async (...args: string[]) =>
      (await run(['ask', 'sso-and-provisioning-changes', '--lake', lake, ...args])).stdout;
    const found = await days('--from', '2026-03-03', '--to', '2026-03');
    assert.match(found, /^asked about 2026-03-03 to 2026-03-31, whole days in UTC$/m);
    assert.match(found, /\n1 row\n$/);
    assert.match(await days('--from', '2026-03-03T23:00', '--to', '2026-03-03T23:30Z'), /\n1 row\n/);
    assert.match(await days('--from', '2026-03-01', '--to', '2026-03-02'), /\n0 rows\n/);
    assert.match(await days('--from', '2026-03-01', '--limit', '1'), /\n1 row\nthere may be more: --limit is 1\n$/);
  });

  it('takes values of parameters, from the command line before a file', async () => {
    const file = join(folder, 'values.json');
    await writeFile(
      file,
      JSON.stringify({
        'mass-remote-actions': { devices: 7, minutes: 5 },
        all: { leave_out: ['a, b'], devices: 1 },
        'daily-volume': {},
      }),
    );
    const sql = ['ask', 'mass-remote-actions', '--sql', '--parameters', file];
    const { code, stdout } = await run([
      ...sql,
      '--set',
      'minutes=9',
      '--set',
      "leave_out=it's",
      '--set',
      'leave_out=c',
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /h\.devices_then >= 7 /);
    assert.match(stdout, /CAST\(9 AS bigint\) \* 60/);
    assert.match(stdout, /NOT IN \(LOWER\('it''s'\), LOWER\('c'\)\)/);
    assert.match((await run(sql)).stdout, /NOT IN \(LOWER\('a, b'\)\)/);
  });

  it('says what a question finds and takes', async () => {
    const { code, stdout } = await run(['ask', '21', '--describe']);
    assert.equal(code, 0);
    for (const part of [
      'Who has stolen an account uses it when its owner sleeps.',
      '30 days before the last, and that one; --from and --to give others',
      '  zone (a time zone such as Europe/Berlin; default: UTC)\n      The time zone of the office.',
      '  leave_out (a list of texts, with commas between them; default: none)',
    ])
      assert.ok(stdout.includes(part), `${part}\n${stdout}`);
    const missing = await run(['ask', 'history-of-one-person', '--lake', lake]);
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /is about one person; give it with --person WORD\./);
    assert.match(missing.stderr, /what it cannot see\n {2}A word or a name finds everybody/);
  });

  it('tells what one person did and what was done to them', async () => {
    const { stdout } = await run(['ask', '23', '--person', 'LI', '--lake', lake, '--as-of', '2026-03-31', '--json']);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    assert.deepEqual(
      rows.map((row) => [row['direction'], row['found_by']]),
      [1, 2, 3].map(() => ['did', 'name']),
    );
  });

  it('asks all of them, and prints one line each', async () => {
    const { code, stdout } = await run(['ask', 'all', '--lake', lake, '--as-of', '2026-03-31', '--set', 'devices=1']);
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split('\n');
    assert.equal(lines.length, questionFiles().length + 3);
    assert.match(stdout, /^ 9 {2}sso-and-provisioning-changes +1 {2}event_time 2026-03-03 10:00:00\+00, actor_name /m);
    assert.match(stdout, /^14 {2}retention-shortened +0 {2}nothing$/m);
    assert.match(stdout, /^22 {2}history-of-one-object +left out: needs --object$/m);
    assert.equal(lines.at(-1), 'the lake has events from 2026-03-01 to 2026-03-03');
    assertVisible(stdout);
    const asked = await run(['ask', 'all', '--lake', lake, '--to', '2026-03-31', '--object', 'd-1', '--json']);
    const rows = JSON.parse(asked.stdout) as Record<string, unknown>[];
    assert.deepEqual(
      rows.filter(({ rows }) => rows !== 0).map(({ question, rows }) => [question, rows]),
      [
        ['sso-and-provisioning-changes', 1],
        ['ambiguous-or-hostile-text', 1],
        ['daily-volume', 3],
        ['gaps-in-the-export', 1],
        ['history-of-one-object', 2],
        ['history-of-one-person', null],
      ],
    );
  });
});
