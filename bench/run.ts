import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textTable } from '../src/cli/text-table.ts';
import { type Order, writeExport } from './export.ts';
import { hostileTable } from './hostile.ts';
import type { Usage } from './usage.ts';

/**
 * The goals of the project as one table: this pipeline against DuckDB on the same export in the same run, each as a whole
 * process pinned to one core, in turn, medians of the rounds. `npm run bench -- [rows] [rounds]`.
 */
const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
/** parquetjs-lite is so slow that it gets fewer rows; its figures are scaled up and say so. */
const SLOW_ROWS = Math.min(rows, 50_000);

interface Run extends Usage {
  readonly megabytesWritten: number;
}

interface Contestant {
  readonly name: string;
  readonly rows: number;
  readonly run: () => Run;
}

const folder = mkdtempSync(path.join(tmpdir(), 'audit-lake-bench-'));
try {
  const sorted = await exportOf(rows, 'sorted');
  const shuffled = await exportOf(rows, 'shuffled');
  const few = await exportOf(SLOW_ROWS, 'sorted');
  const contestants: Contestant[] = [
    { name: 'this pipeline', rows, run: () => pipeline(sorted) },
    { name: 'DuckDB, one thread', rows, run: () => peer('duckdb.ts', sorted) },
    { name: 'this pipeline, dates shuffled over a year', rows, run: () => pipeline(shuffled) },
    { name: `parquetjs-lite (${SLOW_ROWS} rows, scaled)`, rows: SLOW_ROWS, run: () => peer('parquetjs.ts', few) },
  ];
  const runs = new Map<string, Run[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contestants) runs.get(name)!.push(run());
  }
  print(contestants, runs);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function print(contestants: readonly Contestant[], runs: ReadonlyMap<string, readonly Run[]>): void {
  const base = median(runs.get('DuckDB, one thread')!.map(({ cpuSeconds }) => cpuSeconds));
  const cells = contestants.map((contestant) => {
    const each = runs.get(contestant.name)!;
    const scale = rows / contestant.rows;
    const figure = (pick: (run: Run) => number) => median(each.map(pick));
    const cpu = figure(({ cpuSeconds }) => cpuSeconds) * scale;
    return [
      contestant.name,
      cpu.toFixed(1),
      (cpu / base).toFixed(2),
      (figure(({ wallSeconds }) => wallSeconds) * scale).toFixed(1),
      figure(({ peakMegabytes }) => peakMegabytes).toFixed(0),
      (figure(({ megabytesWritten }) => megabytesWritten) * scale).toFixed(0),
    ];
  });
  const header = [`${rows} rows, median of ${rounds}`, 'CPU s', 'of DuckDB', 'wall s', 'peak MB', 'MB written'];
  process.stdout.write(`${textTable(header, cells, [false, true, true, true, true, true])}\n`);
  const limit = 300 + (32 * rows) / 1e6;
  process.stdout.write(`goals: CPU at most 0.70 of DuckDB's (aim 0.55), peak at most ${limit.toFixed(0)} MB\n\n`);
  process.stdout.write(`${hostileTable()}\n`);
}

async function exportOf(count: number, order: Order): Promise<string> {
  const file = path.join(folder, `${order}-${count}.csv`);
  if (!existsSync(file)) await writeExport(file, count, order);
  return file;
}

function pipeline(csv: string): Run {
  const lake = mkdtempSync(path.join(folder, 'lake-'));
  mkdirSync(path.join(lake, 'raw'));
  copyFileSync(csv, path.join(lake, 'raw/export.csv'));
  const usage = run('pipeline.ts', [lake, 'raw/export.csv']);
  const written = megabytes(path.join(lake, 'curated'));
  rmSync(lake, { recursive: true });
  return { ...usage, megabytesWritten: written };
}

function peer(script: string, csv: string): Run {
  const target = path.join(mkdtempSync(path.join(folder, 'peer-')), 'out');
  const usage = run(script, [target, csv]);
  const written = megabytes(target);
  rmSync(path.dirname(target), { recursive: true });
  return { ...usage, megabytesWritten: written };
}

/** One contestant as a process of its own, on one core where the system can pin it. */
function run(script: string, args: readonly string[]): Usage {
  const command = [process.execPath, path.join(import.meta.dirname, 'contestants', script), ...args];
  const pinned = process.platform === 'linux' ? ['taskset', '-c', '0', ...command] : command;
  const { status, stdout, stderr } = spawnSync(pinned[0]!, pinned.slice(1), { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return JSON.parse(stdout) as Usage;
}

function megabytes(target: string): number {
  if (!statSync(target).isDirectory()) return statSync(target).size / 1e6;
  return readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size / 1e6, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
