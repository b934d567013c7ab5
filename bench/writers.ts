import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareTables } from '../src/lake/index.ts';
import { forEachId } from '../src/lake/known-ids.ts';
import { textTable } from '../src/present/text-table.ts';
import { localStorage, systemHost } from '../src/storage/index.ts';
import { openTable } from '../src/table/index.ts';
import { dayExport, hourlyExport } from './hourly-export.ts';

/**
 * Fifty writers at once, each with one export of the same day, against one writer that takes the fifty exports one after
 * the other. `npm run bench -- writers [writers] [rows] [rounds]`.
 */
const writers = Number(process.argv[2] ?? 50);
const rows = Number(process.argv[3] ?? 1000);
const rounds = Number(process.argv[4] ?? 3);
const DAY = Date.UTC(2026, 4, 1);
const EVENTS = 'curated/audit_events';

/** What the exports have of each other: nothing but the day, or all hours of it too. */
const EXPORTS: Readonly<Record<string, (writer: number) => string>> = {
  'a stretch of the day each': (writer) =>
    hourlyExport(DAY + Math.floor((writer * 23) / writers) * 3_600_000, rows, writer),
  'the whole day each': (writer) => dayExport(DAY, rows, writer),
};

interface Result {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly conflicts: number;
}

const folder = mkdtempSync(path.join(tmpdir(), 'audit-lake-writers-'));
try {
  const cells: string[][] = [];
  for (const [name, textOf] of Object.entries(EXPORTS)) {
    const one: Result[] = [];
    const many: Result[] = [];
    for (let round = 0; round < rounds; round++) {
      one.push(await measure(textOf, 1));
      many.push(await measure(textOf, writers));
    }
    const base = medians(one);
    const found = medians(many);
    const ratio = (pick: (result: Result) => number) => (pick(found) / pick(base)).toFixed(2);
    cells.push([`one writer, ${name}`, ...figures(base), '1', '1']);
    cells.push([
      `${writers} writers, ${name}`,
      ...figures(found),
      ratio((r) => r.wallSeconds),
      ratio((r) => r.cpuSeconds),
    ]);
  }
  const header = [`${writers} exports of ${rows} rows`, 'wall s', 'CPU s', 'lost races', 'wall ratio', 'CPU ratio'];
  process.stdout.write(`${textTable(header, cells, [false, true, true, true, true, true])}\n`);
  process.stdout.write(`medians of ${rounds} rounds; every row was there once\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Lets so many writers share the exports on a lake of their own, and checks what became of them. */
async function measure(textOf: (writer: number) => string, count: number): Promise<Result> {
  const lake = mkdtempSync(path.join(folder, 'lake-'));
  mkdirSync(path.join(lake, 'raw'));
  for (let writer = 0; writer < writers; writer++) {
    writeFileSync(path.join(lake, 'raw', `export-${String(writer).padStart(3, '0')}.csv`), textOf(writer));
  }
  await prepareTables({ storage: localStorage(lake), host: systemHost });
  const script = path.join(import.meta.dirname, 'contestants/writers.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, lake, String(count)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${count} writers failed: ${stderr}`);
  await checkRows(lake);
  rmSync(lake, { recursive: true });
  return JSON.parse(stdout) as Result;
}

/** @throws Error unless the table holds each event once */
async function checkRows(lake: string): Promise<void> {
  const storage = localStorage(lake);
  const ids = new Set<string>();
  let found = 0;
  for (const { path: file, size } of (await openTable(storage, EVENTS))?.files.values() ?? []) {
    await forEachId(storage, EVENTS, { path: file, size }, (id) => {
      found++;
      ids.add(id.join());
    });
  }
  if (found !== writers * rows || ids.size !== found) {
    throw new Error(`expected ${writers * rows} rows, found ${found}, of them ${ids.size} different`);
  }
}

function medians(results: readonly Result[]): Result {
  const median = (pick: (result: Result) => number) => {
    const sorted = results.map(pick).toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)]!;
  };
  return {
    wallSeconds: median((result) => result.wallSeconds),
    cpuSeconds: median((result) => result.cpuSeconds),
    conflicts: median((result) => result.conflicts),
  };
}

function figures({ wallSeconds, cpuSeconds, conflicts }: Result): string[] {
  return [wallSeconds.toFixed(1), cpuSeconds.toFixed(1), String(conflicts)];
}
