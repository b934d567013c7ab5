import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { textTable } from '../src/present/text-table.ts';
import { ageFurther, makeAgedLake, NEWEST_HOUR } from './aged-lake.ts';
import { overlappingExport } from './hourly-export.ts';

/**
 * What an export of 1,000 records costs, ingested by a process of its own, on a table of so many hourly commits, against
 * the same on a table of ten. Half of its records are there already, in the newest file. The figures of the old table are
 * those of a whole interval between checkpoints: ingestion at several distances from the last one, and a hundredth of
 * what the ingestion that writes the next one takes more.
 * `npm run bench -- cost [commits] [rounds]`.
 */
const commits = Number(process.argv[2] ?? 10_000);
const rounds = Number(process.argv[3] ?? 9);
const ROWS = 1000;
const YOUNG = 10;
const INTERVAL = 100;
/** Commits since the last checkpoint at which the old table is measured; the last two are before and at the next one. */
const DISTANCES = [12, 37, 62, 87, 98, 99] as const;
const LIMIT = 1.5;

interface Usage {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMegabytes: number;
}

const COMMAND = path.join(import.meta.dirname, '../bin/audit-lake.js');
const PRELOAD = path.join(import.meta.dirname, 'usage-at-exit.ts');

const folder = mkdtempSync(path.join(tmpdir(), 'audit-lake-cost-'));
try {
  const old = path.join(folder, 'old');
  const young = path.join(folder, 'young');
  const incoming = path.join(folder, 'incoming.csv');
  writeFileSync(incoming, overlappingExport(NEWEST_HOUR, ROWS));
  await makeAgedLake(young, YOUNG, ROWS);
  await makeAgedLake(old, commits, ROWS);
  // The first run fills the compile cache.
  ingest(young, incoming);
  const youngRuns: Usage[] = [];
  const oldRuns = new Map<number, Usage[]>(DISTANCES.map((distance) => [distance, []]));
  let head = commits;
  for (const distance of DISTANCES) {
    const version = nextVersion(head, distance);
    await ageFurther(old, version - head, ROWS);
    head = version;
    for (let round = 0; round < rounds; round++) {
      youngRuns.push(ingest(young, incoming));
      oldRuns.get(distance)!.push(ingest(old, incoming));
    }
  }
  print(youngRuns, oldRuns);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The first version from `head` on that is so many commits past a checkpoint. */
function nextVersion(head: number, distance: number): number {
  return head + ((distance - (head % INTERVAL) + INTERVAL) % INTERVAL);
}

/** One ingestion by the command line in a new process; the lake is then as it was before. */
function ingest(lake: string, file: string): Usage {
  const before = filesOf(lake);
  const hint = path.join(lake, 'curated/audit_events/_delta_log/_last_checkpoint');
  const kept = path.join(folder, 'hint');
  const hasHint = before.has(hint);
  if (hasHint) cpSync(hint, kept);
  const args = ['--import', PRELOAD, COMMAND, 'ingest', file, '--lake', lake, '--json'];
  const { status, output } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, stdout = '', stderr = '', usage = ''] = output;
  if (status !== 0) throw new Error(`ingest failed: ${stderr}`);
  const { totals } = JSON.parse(stdout ?? '') as { totals: { committed: number; duplicates: number } };
  if (totals.committed !== ROWS / 2 || totals.duplicates !== ROWS / 2) throw new Error(`unexpected: ${stdout}`);
  for (const added of filesOf(lake)) if (!before.has(added)) rmSync(added);
  if (hasHint) cpSync(kept, hint);
  return JSON.parse(usage ?? '') as Usage;
}

function filesOf(lake: string): Set<string> {
  const entries = readdirSync(lake, { recursive: true, withFileTypes: true });
  return new Set(entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)));
}

function print(youngRuns: readonly Usage[], oldRuns: ReadonlyMap<number, readonly Usage[]>): void {
  const figures = (pick: (usage: Usage) => number) => {
    const at = (distance: number) => median((oldRuns.get(distance) ?? []).map(pick));
    const between = DISTANCES.slice(0, -2).map(at);
    const checkpoint = Math.max(0, at(99) - at(98));
    const mean = between.reduce((sum, each) => sum + each, 0) / between.length;
    return { young: median(youngRuns.map(pick)), checkpoint, old: mean + checkpoint / INTERVAL };
  };
  const rows = (
    [
      ['CPU ms', (usage) => usage.cpuSeconds * 1000],
      ['wall ms', (usage) => usage.wallSeconds * 1000],
      ['peak MB', (usage) => usage.peakMegabytes],
    ] satisfies [string, (usage: Usage) => number][]
  ).map(([name, pick]) => {
    const { young, old, checkpoint } = figures(pick);
    return [name, young.toFixed(0), old.toFixed(0), (old / young).toFixed(2), checkpoint.toFixed(0)];
  });
  const header = [`${ROWS} rows`, `${YOUNG} commits`, `${commits} commits`, 'ratio', 'a checkpoint adds'];
  process.stdout.write(`${textTable(header, rows, [false, true, true, true, true])}\n`);
  process.stdout.write(`medians of ${rounds} runs; goal: CPU and wall at most ${LIMIT} times\n`);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
