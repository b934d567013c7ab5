import assert from 'node:assert/strict';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { assertVisible, HEADER, inFolder, record, run } from '../support/cli.ts';

const EVENT = 'Created dashboard, ID=d-1, name=Sales';

describe('audit-lake ingest', () => {
  it(
    '--json prints one object of a fixed shape; a rejected file makes the exit code 1, the others go in',
    inFolder(async (folder) => {
      const files = ['good.csv', 'again.csv', 'bad.csv'].map((name) => join(folder, name));
      const [good = '', again = '', bad = ''] = files;
      await writeFile(
        good,
        `${HEADER}${record(EVENT)}${record(EVENT)}broken\n${record('Frobnicated', undefined, 97001)}`,
      );
      await writeFile(again, `${HEADER}${record(EVENT)}`);
      await writeFile(bad, 'no,export\n');
      const lake = join(folder, 'lake');
      const result = await run(['ingest', good, again, bad, '--lake', lake, '--json']);
      assert.equal(result.code, 1);
      assert.match(result.stdout, /^\{.*\}\n$/);
      const { files: found, totals, table_version, ...rest } = JSON.parse(result.stdout);
      assert.deepEqual(rest, {});
      assert.equal(table_version, 1, 'small files go into one commit');
      const usual = { format: 'csv', encoding: 'utf-8', delimiter: ',', time_format: 'auto' };
      const recognised = [{ ...usual, columns: null, leading_lines: 0 }];
      const none = { decoded: 0, ambiguous: 0, partial: 0, unknown_code: 0, unmatched: 0 };
      assert.deepEqual(found, [
        {
          path: 'raw/good.csv',
          outcome: 'ingested',
          reason: null,
          explanation: null,
          recognised,
          rows: 4,
          committed: 3,
          duplicates: 0,
          quarantined: 1,
          withheld: 0,
          statuses: { ...none, decoded: 2, unknown_code: 1 },
          families: { content: 2, unknown: 1 },
          quarantine_reasons: { column_count: 1 },
          repeated_headers: 0,
          possible_new_fields: 0,
          warnings: [],
          advice: found[0].advice,
        },
        {
          path: 'raw/again.csv',
          outcome: 'ingested',
          reason: null,
          explanation: null,
          recognised,
          rows: 1,
          committed: 0,
          duplicates: 1,
          quarantined: 0,
          withheld: 0,
          statuses: none,
          families: {},
          quarantine_reasons: {},
          repeated_headers: 0,
          possible_new_fields: 0,
          warnings: [],
          advice: [],
        },
        {
          ...found[2],
          path: 'raw/bad.csv',
          outcome: 'rejected',
          reason: 'header_not_understood',
          recognised: [],
          rows: 0,
          committed: 0,
          duplicates: 0,
          quarantined: 0,
          statuses: none,
        },
      ]);
      assert.deepEqual(found[0].advice.length, 1);
      assert.match(found[0].advice[0], /^1 with .*\(column_count\): "broken" \(record 3\); .*--delimiter/);
      assert.match(found[2].explanation, /AUDIT_LAKE_COLUMN_ALIASES/);
      assert.deepEqual(totals, {
        files: 3,
        ingested: 2,
        rejected: 1,
        skipped: 0,
        rows: 5,
        committed: 3,
        duplicates: 1,
        quarantined: 1,
        withheld: 0,
        statuses: { ...none, decoded: 2, unknown_code: 1 },
        families: { content: 2, unknown: 1 },
        quarantine_reasons: { column_count: 1 },
      });

      const rest2 = await run(['ingest', '--lake', lake, '--json']);
      assert.equal(rest2.code, 0, 'nobody asked for the rejected file again');
      assert.deepEqual(
        JSON.parse(rest2.stdout).files.map((file: { outcome: string; reason: string }) => [file.outcome, file.reason]),
        [
          ['skipped', 'already_ingested'],
          ['skipped', 'rejected_before'],
          ['skipped', 'already_ingested'],
        ],
      );
      const again2 = await run(['ingest', bad, '--lake', lake]);
      assert.equal(again2.code, 1, 'who asks for it is told again');
      assert.doesNotMatch(again2.stdout, /names tried for time/);
      assert.match(
        (await run(['ingest', bad, '--lake', lake, '--verbose'])).stdout,
        /\n {4}names tried for time: time,/,
      );
      const lines = again2.stdout.split('\n');
      const from = lines.indexOf('rejected raw/bad.csv:') + 1;
      const said = lines.slice(from, lines.indexOf('', from));
      assert.ok(from > 0 && said.length <= 5 && said.every((line) => line.length <= 100), said.join('\n'));
    }),
  );

  it(
    'prints a summary for people: results on stdout, progress on stderr',
    inFolder(async (folder) => {
      const file = join(folder, 'a.csv');
      await writeFile(file, `${HEADER}${record(EVENT)}broken\n`);
      const { code, stdout, stderr } = await run(['ingest', file, '--lake', join(folder, 'lake')]);
      assert.equal(code, 0);
      for (const part of [
        'raw/a.csv',
        'decoded',
        'content',
        'column_count',
        '1 of 2 rows committed',
        'curated/audit_events',
      ]) {
        assert.ok(stdout.includes(part), `${stdout}\nlacks ${part}`);
      }
      assert.equal(stderr, 'ingested: raw/a.csv, 2 rows\n');
    }),
  );

  it(
    'shows hostile file names with their characters spelled out',
    inFolder(async (folder) => {
      const file = join(folder, 'x\u202e\u001b[31m.csv');
      await writeFile(file, HEADER);
      const { code, stdout, stderr } = await run(['ingest', file, '--lake', join(folder, 'lake')]);
      assert.equal(code, 0);
      for (const output of [stdout, stderr]) {
        assertVisible(output);
        assert.ok(output.includes('x\\u{202e}\\u{1b}[31m.csv'));
      }
    }),
  );

  it(
    'with wrong usage or settings does nothing and exits with 2',
    inFolder(async (folder) => {
      const missing = await run([
        'ingest',
        join(folder, 'a.csv'),
        join(folder, 'b.csv'),
        '--lake',
        join(folder, 'lake'),
      ]);
      assert.equal(missing.code, 2);
      assert.match(missing.stderr, /no such file: .*a\.csv, .*b\.csv/);
      assert.equal(missing.stdout, '');
      assert.equal((await run(['ingest', '--lake', folder, '--unknown'])).code, 2);

      const wrong = await run(['ingest', '--time-zone', 'Mars/Olympus', '--max-record-bytes', '3'], {
        environment: { AUDIT_LAKE_DELIMITER: 'ab', AUDIT_LAKE_TYPO: '1' },
      });
      assert.equal(wrong.code, 2);
      for (const name of [
        'AUDIT_LAKE_LAKE',
        '--time-zone',
        '--max-record-bytes',
        'AUDIT_LAKE_DELIMITER',
        'AUDIT_LAKE_TYPO',
      ]) {
        assert.ok(wrong.stderr.includes(name), `${wrong.stderr}\nlacks ${name}`);
      }
      assert.ok(!/\n\s+at /.test(wrong.stderr), 'no stack trace for what a user can put right');
    }),
  );

  it(
    'exits with 3 where the lake cannot be used, says what to do, and works when run again',
    inFolder(async (folder) => {
      const [file, lake] = [join(folder, 'a.csv'), join(folder, 'lake')];
      await writeFile(file, `${HEADER}${record(EVENT)}`);
      await mkdir(lake);
      await writeFile(join(lake, 'curated'), 'a file in the way');
      const fault = await run(['ingest', file, '--lake', lake]);
      assert.equal(fault.code, 3);
      assert.match(fault.stderr, /a file stands where the path needs a folder/);
      assert.ok(!/\n\s+at /.test(fault.stderr));
    }),
  );

  for (const year of [1970, 2100, 2400]) {
    it(
      `takes in a file whose own time was ${year === 2100 ? 'right' : `${year}`} once that is corrected, beside others`,
      inFolder(async (folder) => {
        const [wrong, good, lake] = ['wrong.csv', 'good.csv', 'lake'].map((name) => join(folder, name)) as [
          string,
          string,
          string,
        ];
        await writeFile(wrong, `${HEADER}${record(EVENT)}`);
        await writeFile(good, `${HEADER}${record(EVENT, '2026-03-02T10:00:00Z')}`);
        await utimes(wrong, new Date(Date.UTC(year, 0, 2)), new Date(Date.UTC(year, 0, 2)));
        const first = await run(['ingest', good, wrong, '--lake', lake]);
        assert.equal(first.code, year === 2100 ? 0 : 1, first.stderr);
        if (year !== 2100) assert.match(first.stdout, new RegExp(`the file's own time is ${year}-01-02T00:00`));
        await utimes(wrong, new Date(), new Date());
        const second = await run(['ingest', good, wrong, '--lake', lake]);
        assert.equal(second.code, 0, second.stdout);
        const answer = await run(['query', 'SELECT count(*) AS n FROM audit_events', '--lake', lake, '--json']);
        assert.deepEqual(JSON.parse(answer.stdout), [{ n: 2 }]);
        assert.equal((await run(['verify', '--deep', '--lake', lake])).code, 0);
      }),
    );
  }
});
