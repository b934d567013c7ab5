import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Emulator, hoursAndCodes, startNexthink, type TrailRecord } from 'nexthink-emulator';
import { describe, it } from 'vitest';
import { HEADER, inFolder, type Result, record, run } from '../support/cli.ts';

const HOUR = 3_600_000;
const SECRET = 'client-secret';
const QUERIES = readFileSync(new URL('../../docs/query.md', import.meta.url), 'utf8');
const EXAMPLE = /proved complete, and which are not\?[\s\S]*?```sql\n([\s\S]*?)```/.exec(QUERIES)?.[1] ?? '';

/** A trail of the last 20 hours, two events an hour. The first and the last hour, and what is younger than 6 hours, are not judged. */
function trail(): TrailRecord[] {
  const now = Math.floor(Date.now() / HOUR) * HOUR;
  return Array.from({ length: 40 }, (_, index) => {
    const time = now - 20 * HOUR + index * (HOUR / 2);
    const message = `Created dashboard, ID=d-${index}, name=Sales`;
    return { id: `${index}`, time, visibleFrom: time, code: 92042, message, actor: 'li.wei@corp.example' };
  });
}

function csv(records: readonly TrailRecord[]): string {
  return HEADER + records.map(({ message, time }) => record(message, new Date(time).toISOString())).join('');
}

function countsOf(records: readonly TrailRecord[]): string {
  const hours = Map.groupBy(records, ({ time }) => new Date(Math.floor(time / HOUR) * HOUR).toISOString());
  return `hour,code,events\n${[...hours].map(([hour, each]) => `${hour},92042,${each.length}\n`).join('')}`;
}

/** The event that is missing, in an hour that is judged. */
const GONE = 20;

interface Lake {
  readonly lake: string;
  readonly folder: string;
  readonly records: readonly TrailRecord[];
  readonly compare: (more: readonly string[], environment?: Readonly<Record<string, string>>) => Promise<Result>;
  readonly ingest: (name: string, records: readonly TrailRecord[]) => Promise<void>;
}

function onLake(body: (lake: Lake) => Promise<void>): () => Promise<void> {
  return inFolder(async (folder) => {
    const lake = join(folder, 'lake');
    const records = trail();
    const ingest = async (name: string, some: readonly TrailRecord[]) => {
      writeFileSync(join(folder, name), csv(some));
      const { code, stderr } = await run(['ingest', join(folder, name), '--lake', lake]);
      assert.equal(code, 0, stderr);
    };
    await ingest(
      'export.csv',
      records.filter((_, index) => index !== GONE),
    );
    const compare: Lake['compare'] = (more, environment = {}) =>
      run(['compare', 'nql', '--lake', lake, ...more], { environment });
    await body({ lake, folder, records, compare, ingest });
  });
}

function environment(server: Emulator, given: Readonly<Record<string, string>> = {}) {
  return {
    AUDIT_LAKE_NQL_URL: server.apiUrl,
    AUDIT_LAKE_NQL_TOKEN_URL: server.tokenUrl,
    AUDIT_LAKE_NQL_CLIENT_ID: 'client',
    AUDIT_LAKE_NQL_CLIENT_SECRET: SECRET,
    AUDIT_LAKE_NQL_COUNT_QUERY: '#counts',
    AUDIT_LAKE_ALLOW_LOOPBACK: 'true',
    ...given,
  };
}

describe('audit-lake compare nql', () => {
  it(
    'tells with 1 what a file of counts has and the table lacks, keeps the file, and with 0 that nothing is missing any more',
    onLake(async ({ lake, folder, records, compare, ingest }) => {
      const counts = join(folder, 'counts.csv');
      writeFileSync(counts, countsOf(records));
      const found = await compare(['--counts', counts]);
      assert.equal(found.code, 1, found.stderr);
      assert.match(found.stdout, /code 92042: counted 2, found 1: the table lacks 1 event/);
      assert.match(found.stdout, /1 not_exported: no raw file holds them/);
      assert.match(found.stdout, /to heal:\n {4}audit-lake pull nql --from \S+ --to \S+/);
      const again = await compare(['--landed', '--json']);
      assert.equal(again.code, 1, again.stderr);
      const { compared, findings, refused, findings_standing: standing } = JSON.parse(again.stdout);
      assert.equal(compared.length, 1);
      assert.match(compared[0].path, /^raw\/landed\/counts\/(.*\/)?counts\.csv$/);
      assert.deepEqual([findings.length, refused.length, standing], [1, 0, 1]);
      const [{ code, source_count, lake_count, difference, hour_start: start }] = findings;
      assert.deepEqual([code, source_count, lake_count, difference], [92042, 2, 1, 1]);
      assert.equal(Date.parse(start), Math.floor(records[GONE]!.time / HOUR) * HOUR);
      await ingest('late.csv', [records[GONE]!]);
      const healed = await compare(['--landed', '--json']);
      assert.equal(healed.code, 0, healed.stderr);
      assert.deepEqual(JSON.parse(healed.stdout).hours.differs, 0);
      // The question of docs/query.md which hours are proved complete.
      const asked = await run(['query', EXAMPLE, '--lake', lake, '--json']);
      assert.equal(asked.code, 0, asked.stderr);
      const days = JSON.parse(asked.stdout) as { proved: number | string; not_proved: number | string }[];
      const sum = (of: 'proved' | 'not_proved') => days.reduce((total, day) => total + Number(day[of]), 0);
      const { reconciled, single_source: single } = JSON.parse(healed.stdout).hours;
      assert.deepEqual([sum('proved'), sum('not_proved')], [reconciled, single]);
      assert.ok(reconciled > 0);
    }),
  );

  it(
    'says that nothing was counted yet, refuses a file that is none with 1, and wrong words with 2',
    onLake(async ({ folder, compare }) => {
      const nothing = await compare(['--landed']);
      assert.equal(nothing.code, 0, nothing.stderr);
      assert.match(nothing.stdout, /no counts were landed yet[\s\S]+single source +\d+/);
      const json = JSON.parse((await compare(['--landed', '--json'])).stdout);
      assert.deepEqual([json.compared, json.findings, json.hours.reconciled], [[], [], 0]);
      const none = join(folder, 'none.csv');
      writeFileSync(none, 'hour,code,events\nnever,92042,some\n');
      const refused = await compare(['--counts', none]);
      assert.equal(refused.code, 1, refused.stderr);
      assert.match(refused.stdout, /not compared: .*expected counts by hour and code/);
      const both = await compare(['--counts', none, '--landed']);
      assert.deepEqual([both.code, both.stdout], [2, '']);
      assert.match(both.stderr, /expected --counts FILE or --landed, found both/);
      assert.equal((await run(['compare', 'classic', '--lake', join(folder, 'lake')])).code, 2);
      assert.equal((await run(['compare', 'nql', '--landed', '--lake', join(folder, 'elsewhere')])).code, 2);
      const unset = await compare([]);
      assert.equal(unset.code, 2);
      assert.match(unset.stderr, /AUDIT_LAKE_NQL_\w+/);
    }),
  );

  it(
    'has Nexthink count, ends with 3 where that fails, and shows and keeps no secret',
    onLake(async ({ folder, records, compare }) => {
      const nql = { queries: { '#counts': hoursAndCodes(24) } };
      await using server = await startNexthink({ records, nql });
      const found = await compare(['--json'], environment(server));
      assert.equal(found.code, 1, found.stderr);
      assert.equal(JSON.parse(found.stdout).findings.length, 1);
      server.nexthink.nql.failNext = 1;
      const failed = await compare(['--json'], environment(server));
      assert.equal(failed.code, 3, failed.stderr);
      assert.equal(JSON.parse(failed.stdout).counting.outcome, 'failed');
      const told = await compare([], environment(server, { AUDIT_LAKE_NQL_CLIENT_SECRET: 'wr0ng-secret' }));
      assert.equal(told.code, 3, told.stderr);
      assert.match(told.stdout, /the trail was not counted \(failed\): .+ --landed/);
      // Nothing was counted, so the finding stands.
      const standing = await compare(['--landed', '--json']);
      assert.equal(JSON.parse(standing.stdout).findings_standing, 1);
      for (const { stdout, stderr } of [found, failed, told, standing]) {
        assert.doesNotMatch(stdout + stderr, /client-secret|wr0ng-secret|eyJ|X-Amz/);
      }
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const file = join(entry.parentPath, entry.name);
        assert.doesNotMatch(file + readFileSync(file).toString('latin1'), /client-secret|eyJ\.token|X-Amz/, file);
      }
    }),
  );
});
