import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textTable } from '../src/present/text-table.ts';
import { makeAgedLake } from './aged-lake.ts';

/**
 * What a lake of many small commits costs: `verify`, `status` and a count over files that nobody compacted, against a
 * loop that opens, reads and hashes every file of the lake with the same driver.
 * `npm run bench -- growth [commits] [rounds] [folder]`; a lake that the folder holds already is taken as it is, and stays.
 */
const commits = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 3);
const ROWS = 100;
const VERIFY_LIMIT = 3;
const QUERY_LIMIT_MB = 500;

interface Usage {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
}

const COMMAND = path.join(import.meta.dirname, '../bin/audit-lake.js');
const PRELOAD = path.join(import.meta.dirname, 'usage-at-exit.ts');
const HASH_ALL = path.join(import.meta.dirname, 'hash-all.ts');
const COUNT = 'SELECT count(*) AS n, count(DISTINCT user_id) AS users FROM audit_events';

const given = process.argv[4];
const folder = given ?? mkdtempSync(path.join(tmpdir(), 'audit-lake-growth-'));
try {
  const lake = path.join(folder, 'lake');
  if (!existsSync(lake)) {
    mkdirSync(folder, { recursive: true });
    await makeAgedLake(lake, commits, ROWS);
  }
  const measured: readonly (readonly [string, readonly string[]])[] = [
    ['open, read and hash all files', [HASH_ALL, lake]],
    ['verify', [COMMAND, 'verify', '--lake', lake, '--json']],
    ['status', [COMMAND, 'status', '--lake', lake, '--json']],
    ['query', [COMMAND, 'query', COUNT, '--lake', lake, '--json']],
  ];
  const runs = new Map<string, Usage[]>();
  // The first round fills the compile cache and the page cache.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, command] of measured) {
      const usage = run(command);
      if (round > 0) runs.set(name, [...(runs.get(name) ?? []), usage]);
    }
  }
  print(runs);
} finally {
  if (given === undefined) rmSync(folder, { recursive: true, force: true });
}

function run(command: readonly string[]): Usage {
  const { status, output } = spawnSync(process.execPath, ['--import', PRELOAD, ...command], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    maxBuffer: 1 << 30,
  });
  const [, stdout = '', stderr = '', usage = ''] = output;
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}${stdout}`.slice(0, 2000));
  return JSON.parse(usage ?? '') as Usage;
}

function print(runs: ReadonlyMap<string, readonly Usage[]>): void {
  const best = (usages: readonly Usage[], pick: (usage: Usage) => number) => Math.min(...usages.map(pick));
  const [floor = []] = runs.values();
  const rows = [...runs].map(([name, usages]) => [
    name,
    best(usages, ({ cpuSeconds }) => cpuSeconds).toFixed(2),
    (best(usages, ({ cpuSeconds }) => cpuSeconds) / best(floor, ({ cpuSeconds }) => cpuSeconds)).toFixed(2),
    best(usages, ({ wallSeconds }) => wallSeconds).toFixed(2),
    best(usages, ({ peakMegabytes }) => peakMegabytes).toFixed(0),
  ]);
  const header = [`${commits} commits`, 'CPU s', 'ratio', 'wall s', 'peak MB'];
  process.stdout.write(`${textTable(header, rows, [false, true, true, true, true])}\n`);
  const goal = `verify at most ${VERIFY_LIMIT} times the loop, query under ${QUERY_LIMIT_MB} MB`;
  process.stdout.write(`minima of ${rounds} runs; goal: ${goal}\n`);
}
