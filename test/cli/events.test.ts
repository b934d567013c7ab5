import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { HEADER, record, run } from '../support/cli.ts';

let folder = '';
let lake = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'events-'));
  lake = join(folder, 'lake');
  const file = join(folder, 'a.csv');
  const sales = Array.from({ length: 60 }, (_, day) =>
    record(
      `Created dashboard, ID=d-${day}, name=Sales`,
      new Date(Date.UTC(2026, 2, 1 + (day % 3), 10, day)).toISOString(),
    ),
  );
  const granted = record(
    "Updated user, id=u-1, name=O'Neil 100%_x, roles_granted=[Ops], roles_revoked=[]",
    '2026-03-29T00:30:00Z',
    91011,
  );
  await writeFile(file, HEADER + sales.join('') + granted);
  assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
});

afterAll(() => rm(folder, { recursive: true }));

const events = (...rest: string[]) => run(['events', '--lake', lake, ...rest]);

describe('audit-lake events', () => {
  it('shows the newest events first, and says how many more there are and which zone their times are in', async () => {
    const { code, stdout } = await events();
    assert.equal(code, 0);
    const [header = '', , first = ''] = stdout.split('\n');
    assert.match(header, /^event_time +instance +actor_name +event_name/);
    assert.match(first, /^2026-03-29 00:30:00.*O'Neil 100%_x/);
    assert.match(stdout, /\n50 of 61 events, 11 more: --limit all has them all; times in UTC\n$/);
    assert.match((await events('--limit', '2')).stdout, /\n2 of 61 events, 59 more/);
    assert.match((await events('--limit', 'all')).stdout, /\n61 events; times in UTC\n$/);
  });

  it('has room on a terminal of 80 columns for when, who, what, and an id that show takes', async () => {
    const node = ['--import', 'data:text/javascript,process.stdout.isTTY=true;process.stdout.columns=80'];
    const { code, stdout, stderr } = await run(['events', '--lake', lake], { node });
    assert.equal(code, 0, stderr);
    const lines = stdout.split('\n');
    for (const line of lines.slice(0, 52)) assert.ok(line.length <= 80, `${line.length}: ${line}`);
    assert.match(lines[0] ?? '', /^event_time +event +actor_name +event_name +message$/);
    const rows = lines.slice(2, 52);
    for (const row of rows)
      assert.match(row, /^2026-03-\d\d \d\d:\d\d:00(?:\+00)? +[0-9a-f]{8} .*\b(?:dashboard\.|user\.)/);
    const [first = '', last = ''] = [rows[0], rows.at(-1)].map((row) => / ([0-9a-f]{8}) /.exec(row ?? '')?.[1]);
    for (const [id, when] of [
      [first, '2026-03-29 00:30:00'],
      [last, /^\S+ \S{8}/.exec(rows.at(-1) ?? '')?.[0] ?? 'none'],
    ] as const) {
      const shown = await run(['show', id, '--lake', lake]);
      assert.equal(shown.code, 0, shown.stderr);
      assert.ok(shown.stdout.includes(when), `${id}: ${when}`);
    }
  });

  it('gives machines every event and every column', async () => {
    const rows = JSON.parse((await events('--json')).stdout) as Record<string, unknown>[];
    assert.equal(rows.length, 61);
    assert.ok(Object.keys(rows[0] ?? {}).includes('source_file'));
    const csv = await events('--format', 'csv', '--columns', 'event_uid,code', '--columns', 'actor_name');
    assert.match(csv.stdout, /^event_uid,code,actor_name\r?\n/);
    assert.equal(csv.stdout.trim().split('\n').length, 62);
  });

  it('takes times gone by as values of an option, with a blank or an equals sign before them', async () => {
    for (const from of [['--from', '-7d'], ['--from=-7d'], ['--from', '-P1M'], ['--from=-36h']]) {
      const { code, stdout, stderr } = await events(...from);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /no event found; the lake has events from 2026-03-01 to 2026-03-29/);
    }
  });

  it('means days and shows times in the zone that is named', async () => {
    const zone = ['--time-zone', 'europe/zurich', '--columns', 'event_time'];
    const shown = await events('--from', '2026-03-29', '--to', '2026-03-29', ...zone);
    assert.match(shown.stdout, /2026-03-29 01:30:00\+01\n1 row\n1 event; times in Europe\/Zurich\n/);
    const none = await events('--from', '2026-03-28', '--to', '2026-03-28', ...zone);
    assert.match(none.stdout, /no event found/);
    const eastern = await events(
      '--from',
      '2026-03-28',
      '--to',
      '2026-03-28',
      '--time-zone',
      'America/New_York',
      '--columns',
      'event_time',
    );
    assert.match(eastern.stdout, /2026-03-28 20:30:00-04\n/);
  });

  it('finds by any of the values of one filter and all of the filters, whatever is typed', async () => {
    const ids = async (...filter: string[]) =>
      (JSON.parse((await events('--json', '--columns', 'code,object_id', ...filter)).stdout) as unknown[]).length;
    assert.equal(await ids('--code', '91011', '--code', 'dashboard.created'), 61);
    assert.equal(await ids('--code', '91011,92042', '--user', "o'NEIL 100%_"), 1);
    assert.equal(await ids('--user', '%', '--user', '__'), 1);
    assert.equal(await ids('--text', "'; DROP TABLE audit_events; --"), 0);
    assert.equal(
      await ids(
        '--actor',
        'li.wei',
        '--object',
        'd-7',
        '--object',
        '=D-8',
        '--from',
        '2026-03-01',
        '--to',
        '2026-03-03',
      ),
      2,
    );
    assert.equal(await ids('--text', 'x'.repeat(100_000)), 0);
  });

  it('says what is near where nothing is found', async () => {
    assert.match(
      (await events('--user', 'neil', '--to', '2026-03-05')).stdout,
      /without --from and --to it has 1 of these/,
    );
    assert.match((await events('--user', 'neil', '--code', '92042')).stdout, /without --code it has 1 of these/);
    assert.match(
      (await events('--actor', 'roles_granted')).stdout,
      /--text "roles_granted" finds 1 whose message has it/,
    );
  });

  it('refuses in one line what cannot be looked up', async () => {
    const wrong: [string[], RegExp][] = [
      [['--from', '2026-03-02', '--to', '2026-03-01'], /expected --from to be before --to/],
      [['--from', 'last week'], /--from: expected a day or month .*found "last week"/],
      [['--family', 'acces'], /--family: .*did you mean access\?/],
      [['--actor', ''], /--actor: .*found an empty text/],
      [['--limit', '0'], /--limit: expected a whole number above 0, or all; found "0"/],
      [['--sort', 'colour'], /--sort: expected one of/],
      [['--columns', 'actor_nam'], /did you mean actor_name\?/],
      [['--time-zone', 'Mars'], /--time-zone: expected an IANA time zone/],
    ];
    for (const [rest, message] of wrong) {
      const { code, stdout, stderr } = await events(...rest);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, message);
      assert.equal(stderr.trim().split('\n').length, 1);
    }
  });

  it('masks names where it is asked to, and still finds by them', async () => {
    const { stdout } = await events('--user', 'neil', '--mask', 'people');
    assert.match(stdout, /person-/);
    assert.doesNotMatch(stdout, /neil/i);
  });
});
