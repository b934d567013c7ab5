import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textTable } from '../src/present/text-table.ts';
import { type Order, writeExport } from './export.ts';
import { hostileTable } from './hostile.ts';
import type { Usage } from './usage.ts';

/**
 * The goals of the project as one table: this pipeline against DuckDB on the same export in the same run, each as a whole
 * process pinned to one core, in turn, medians of the rounds. `npm run bench -- [rows] [rounds]`.
 */
const rows = Number(process.argv[2] ?? 1_000_000);
const rounds = Number(process.argv[3] ?? 3);
/** Peak memory: so much, and so much for each row of the export and each id of the files that it overlaps. */
const BASE_MEGABYTES = 300;
const BYTES_PER_ID = 32;
/** parquetjs-lite is so slow that it gets fewer rows; its figures are scaled up and say so. */
const SLOW_ROWS = Math.min(rows, 50_000);

interface Run extends Usage {
  readonly megabytesWritten: number;
}

interface Contestant {
  readonly name: string;
  readonly rows: number;
  /** Ids that the table holds beforehand, in files that the export overlaps; null for who has no limit to keep. */
  readonly known: number | null;
  readonly run: () => Run;
}

const folder = mkdtempSync(path.join(tmpdir(), 'audit-lake-bench-'));
try {
  const sorted = await exportOf(rows, 'sorted');
  const shuffled = await exportOf(rows, 'shuffled');
  const few = await exportOf(SLOW_ROWS, 'sorted');
  const filled = filledLake(sorted);
  const contestants: Contestant[] = [
    { name: 'this pipeline', rows, known: 0, run: () => pipeline(sorted, null) },
    { name: 'DuckDB, one thread', rows, known: null, run: () => peer('duckdb.ts', sorted) },
    { name: 'this pipeline, dates shuffled over a year', rows, known: 0, run: () => pipeline(shuffled, null) },
    { name: 'this pipeline, half of it in the table', rows, known: known(rows), run: () => pipeline(sorted, filled) },
    {
      name: `parquetjs-lite (${SLOW_ROWS} rows, scaled)`,
      rows: SLOW_ROWS,
      known: null,
      run: () => peer('parquetjs.ts', few),
    },
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
      limitOf(contestant),
      (figure(({ megabytesWritten }) => megabytesWritten) * scale).toFixed(0),
    ];
  });
  const header = [
    `${rows} rows, median of ${rounds}`,
    'CPU s',
    'of DuckDB',
    'wall s',
    'peak MB',
    'at most',
    'MB written',
  ];
  process.stdout.write(`${textTable(header, cells, [false, true, true, true, true, true, true])}\n`);
  process.stdout.write("goals: CPU at most 0.70 of DuckDB's (aim 0.55), peak memory as said\n\n");
  process.stdout.write(`${hostileTable()}\n`);
}

async function exportOf(count: number, order: Order): Promise<string> {
  const file = path.join(folder, `${order}-${count}.csv`);
  if (!existsSync(file)) await writeExport(file, count, order);
  return file;
}

/** A lake that holds every other record of the export already, of all its days. */
function filledLake(csv: string): string {
  const lake = mkdtempSync(path.join(folder, 'filled-'));
  mkdirSync(path.join(lake, 'raw'));
  const lines = readFileSync(csv, 'utf8').split('\n');
  const half = lines.filter((_, index) => index % 2 === 0);
  writeFileSync(path.join(lake, 'raw/half.csv'), `${half.join('\n').trimEnd()}\n`);
  const { rows: committed } = run('pipeline.ts', [lake, 'raw/half.csv']);
  if (committed !== known(rows)) throw new Error(`expected ${known(rows)} rows, found ${committed}`);
  return lake;
}

/** How many of an export's records a filled lake holds: the header is a line, so these are the second, the fourth … */
function known(count: number): number {
  return Math.floor(count / 2);
}

/** @param filled the lake to begin with; null: an empty one */
function pipeline(csv: string, filled: string | null): Run {
  const lake = mkdtempSync(path.join(folder, 'lake-'));
  if (filled === null) mkdirSync(path.join(lake, 'raw'));
  else cpSync(filled, lake, { recursive: true });
  copyFileSync(csv, path.join(lake, 'raw/export.csv'));
  const before = filled === null ? 0 : megabytes(path.join(lake, 'curated'));
  const usage = run('pipeline.ts', [lake, 'raw/export.csv']);
  const written = megabytes(path.join(lake, 'curated')) - before;
  rmSync(lake, { recursive: true });
  const expected = filled === null ? rows : rows - known(rows);
  if (usage.rows !== expected) throw new Error(`expected ${expected} rows, found ${usage.rows}`);
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

/** The megabytes that a contestant may take at its peak. */
function limitOf({ known: ids, rows: count }: Contestant): string {
  return ids === null ? '' : (BASE_MEGABYTES + (BYTES_PER_ID * (count + ids)) / 1e6).toFixed(0);
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
