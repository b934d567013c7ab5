import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { maskingKey, PEOPLE_KEY } from '../../src/masking/index.ts';
import { localStorage } from '../../src/storage/index.ts';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

/** A lake with one event of li.wei. */
async function newLake(folder: string): Promise<string> {
  const lake = join(folder, 'lake');
  const file = join(folder, 'a.csv');
  await writeFile(file, HEADER + record('Created dashboard, ID=d-1, name=Sales of li.wei@corp.example'));
  assert.equal((await run(['ingest', file, '--lake', lake])).code, 0);
  return lake;
}

describe('the key by which names are masked', () => {
  it(
    'is destroyed by erase, which asks, and has a dry run; the rows of a person at once',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const storage = localStorage(lake);
      const erase = (...args: string[]) => run(['erase', ...args, '--lake', lake]);
      assert.match((await erase('--masking-key', '--yes')).stdout, /^no key by which names are masked/);
      const { id } = await maskingKey(storage);
      const dry = await erase('--masking-key', '--dry-run');
      assert.match(dry.stdout, /^would destroy the key .*people-1\.json; nothing was changed\n$/);
      const unasked = await erase('--masking-key');
      assert.deepEqual([unasked.code, unasked.stdout], [2, '']);
      assert.match(unasked.stderr, /destroys the key.*expected --yes/);
      assert.doesNotMatch(unasked.stderr, /--reason/);
      assert.equal((await maskingKey(storage)).id, id);
      const done = await erase('--masking-key', '--yes', '--json');
      assert.deepEqual(JSON.parse(done.stdout), { dry_run: false, masking_key: { files: [PEOPLE_KEY] } });
      assert.equal(await storage.head(PEOPLE_KEY), null);
      assert.notEqual((await maskingKey(storage)).id, id);

      const both = await erase('--masking-key', '--user', 'li.wei@corp.example', '--yes', '--reason', 'request 7');
      assert.equal(both.code, 0, both.stderr);
      assert.match(both.stdout, /^erased 1 row/);
      assert.match(both.stdout, /\ndestroyed the key by which names are masked, curated\/_masking\/people-1\.json: /);
      assert.match(both.stdout, /softDeleteDays/);
      assert.equal(await storage.head(PEOPLE_KEY), null);
      const neither = await erase('--yes', '--reason', 'x');
      assert.deepEqual([neither.code, neither.stdout], [2, '']);
      assert.match(neither.stderr, /expected --user VALUE.*or --masking-key/);
    }),
  );

  it(
    'is known to verify, which names it where it was altered, and to what keeps a lake',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const { id } = await maskingKey(localStorage(lake));
      const verified = async () => {
        const { code, stdout } = await run(['verify', '--json', '--lake', lake]);
        const { notes } = JSON.parse(stdout) as { notes: { kind: string; where: string }[] };
        return [
          code,
          notes.filter(({ kind }) => /unknown|masking/.test(kind)).map(({ kind, where }) => `${kind} ${where}`),
        ];
      };
      assert.deepEqual(await verified(), [0, []]);
      for (const keeping of [
        ['compact'],
        ['vacuum', '--yes', '--reason', 'x'],
        ['replay'],
        ['retain', '--older-than', '2020-01-01', '--yes', '--reason', 'x'],
      ]) {
        const { code, stderr } = await run([...keeping, '--lake', lake]);
        assert.equal(code, 0, stderr);
      }
      assert.equal((await maskingKey(localStorage(lake))).id, id);
      const file = join(lake, PEOPLE_KEY);
      await writeFile(file, (await readFile(file, 'utf8')).replace(/"key":"./, '"key":"x'));
      assert.deepEqual(await verified(), [0, [`masking_key_altered ${PEOPLE_KEY}`]]);
      await writeFile(join(lake, 'curated/_masking/people-9.json'), '{}');
      assert.deepEqual((await verified())[1], ['unknown_name curated/', `masking_key_altered ${PEOPLE_KEY}`]);
      assert.equal((await run(['erase', '--masking-key', '--yes', '--lake', lake])).code, 0);
      assert.deepEqual(await verified(), [0, []], 'whatever key there is goes');
    }),
  );
});

describe('names in what a command prints', () => {
  it(
    'are masked where asked for, and the output says so in its own way',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const query = (...args: string[]) =>
        run(['query', 'SELECT actor_name, message FROM audit_events', '--lake', lake, ...args]);
      const said = /names masked with key [0-9a-f]{8}; nobody is shown unmasked(?:\. names in the SQL .*)?\n/;
      for (const format of ['table', 'lines', 'markdown', 'html', 'csv', 'json', 'jsonl']) {
        const { code, stdout, stderr } = await query('--mask', 'people', '--format', format);
        assert.equal(code, 0, stderr);
        assert.doesNotMatch(stdout, /li\.wei/i, format);
        assert.match(stdout, /person-[0-9a-f]{15}/, format);
        const isTelling = ['table', 'lines', 'markdown', 'html'].includes(format);
        assert.match(isTelling ? stdout.replaceAll('</p>', '') : stderr, said, format);
        if (!isTelling) assert.doesNotMatch(stdout, /names masked/);
      }
      const revealed = await query('--mask', 'people', '--reveal', 'LI.WEI@corp.example');
      assert.match(revealed.stdout, /li\.wei@corp\.example/);
      assert.match(revealed.stdout, /; shown unmasked on purpose: li\.wei@corp\.example\n$/);
      assert.match((await query()).stdout, /li\.wei@corp\.example/);
    }),
  );

  it(
    'are compared in SQL as they are shown, which is said with where to look somebody up instead',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const sql = "SELECT event_uid FROM audit_events WHERE actor_name = 'li.wei@corp.example'";
      const query = (...args: string[]) => run(['query', sql, '--lake', lake, ...args]);
      const said = /names in the SQL are compared with pseudonyms.*audit-lake events --actor NAME --mask people/;
      for (const format of ['table', 'csv', 'html', 'markdown']) {
        const { code, stdout, stderr } = await query('--mask', 'people', '--format', format);
        assert.equal(code, 0, stderr);
        assert.match(stderr, said);
        assert.equal(said.test(stdout), ['html', 'markdown'].includes(format), format);
      }
      assert.equal((await query('--mask', 'people', '--quiet')).stderr, '');
      assert.equal((await query()).stderr, '');
      const found = ['events', '--actor', 'li.wei@corp.example', '--mask', 'people', '--lake', lake, '--json'];
      assert.equal(JSON.parse((await run(found)).stdout).length, 1, 'as it says, names are looked for there');
    }),
  );

  it(
    'are shown of nobody where one of them is mistyped, however quiet it is to be',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const reveal = ['--mask', 'people', '--reveal', 'LI.WEI@corp.example', '--reveal', 'li.wie', '--reveal', 'zed'];
      const where = ['--lake', lake, ...reveal, '--quiet'];
      for (const call of [
        ['query', 'FROM audit_events', ...where],
        ['events', ...where],
        ['report', ...where, '--output', join(folder, 'report.html'), '--no-verify'],
      ]) {
        const { code, stdout, stderr } = await run(call);
        assert.deepEqual([code, stdout], [2, ''], stderr);
        assert.match(stderr, /^audit-lake: --reveal "li\.wie": .* nobody is called so.*\n--reveal "zed": .*\n$/);
        assert.doesNotMatch(stderr, /li\.wei/i, 'whoever is to be masked is not suggested');
      }
      for (const nobody of ['', ' ']) {
        const { code, stderr } = await run(['events', '--lake', lake, '--mask', 'people', '--reveal', nobody]);
        assert.equal(code, 2);
        assert.match(stderr, /^audit-lake: --reveal: expected a name .*; found an empty text\. /);
      }
    }),
  );

  it(
    'are masked in the account of one event, and in what a question finds',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      const [event] = JSON.parse(
        (await run(['query', 'SELECT event_uid FROM audit_events', '--lake', lake, '--json'])).stdout,
      );
      const calls = [
        ['show', event.event_uid],
        ['show', event.event_uid, '--format', 'json'],
        ['show', event.event_uid, '--format', 'html'],
        ['ask', '23', '--person', 'li.wei@corp.example', '--as-of', '2026-03-02'],
      ];
      for (const call of calls) {
        const masked = await run([...call, '--mask', 'people', '--lake', lake]);
        assert.equal(masked.code, 0, masked.stderr);
        assert.doesNotMatch(masked.stdout, /li\.wei/i, call.join(' '));
        assert.match(masked.stdout, /names masked with key [0-9a-f]{8}; nobody is shown unmasked/, call.join(' '));
        assert.match((await run([...call, '--lake', lake])).stdout, /li\.wei/i);
      }
    }),
  );

  it(
    'are masked or refused, and never shown by mistake',
    inFolder(async (folder) => {
      const lake = await newLake(folder);
      for (const [args, expected] of [
        [['--mask', 'poeple'], /--mask.*'poeple' is invalid.*people/],
        [['--reveal', 'li.wei@corp.example'], /it goes with --mask people/],
        [['--mask', 'people', '--unrestricted'], /exclude each other/],
      ] as const) {
        const { code, stdout, stderr } = await run(['query', 'FROM audit_events', '--lake', lake, ...args]);
        assert.deepEqual([code, stdout], [2, ''], stderr);
        assert.match(stderr, expected);
      }
    }),
  );
});
