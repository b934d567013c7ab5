import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { FORMATS, type Format } from '../src/present/formats.ts';
import { textTable } from '../src/present/text-table.ts';
import type { Usage } from './usage.ts';

/**
 * What it takes to write an answer in each format, all columns of so many events: CPU time, also as a multiple of DuckDB's own
 * COPY of the same rows from the same views, and how much memory the whole process took at most.
 * `npm run bench -- answers LAKE [rows] [format…]`.
 */
const [lake, rows = '200000', ...chosen] = process.argv.slice(2);
if (lake === undefined)
  throw new Error('expected a lake that is there: npm run bench -- answers LAKE [rows] [format…]');

const ROOT = path.join(import.meta.dirname, '..');
const SQL = `SELECT * FROM audit_events LIMIT ${Number(rows)}`;
const formats = chosen.length === 0 ? FORMATS : FORMATS.filter((format) => chosen.includes(format));
const folder = mkdtempSync(path.join(tmpdir(), 'audit-lake-answers-'));
try {
  const copies = { csv: copied('csv'), parquet: copied('parquet') };
  const table = [['COPY, csv', copies.csv] as const, ['COPY, parquet', copies.parquet] as const].map(([name, usage]) =>
    line(name, usage, usage),
  );
  for (const format of formats) {
    table.push(line(format, written(format), format === 'parquet' ? copies.parquet : copies.csv));
  }
  const header = ['answer', 'CPU s', 'times COPY', 'peak MB'];
  process.stdout.write(`${textTable(header, table, [false, true, true, true])}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function line(name: string, usage: Usage, peer: Usage): string[] {
  const times = usage.cpuSeconds / peer.cpuSeconds;
  return [name, usage.cpuSeconds.toFixed(1), times.toFixed(1), usage.peakMegabytes.toFixed(0)];
}

function copied(format: 'csv' | 'parquet'): Usage {
  const file = path.join(folder, `copy.${format}`);
  return used(['query', `COPY (${SQL}) TO '${file.replaceAll("'", "''")}' (FORMAT ${format})`, '--unrestricted'], file);
}

function written(format: Format): Usage {
  const file = path.join(folder, `answer.${format}`);
  return used(['query', SQL, '--format', format, '--output', file], file);
}

/** What the command line uses for a command, from its start to its end. */
function used(args: readonly string[], file: string): Usage {
  const preload = path.join(import.meta.dirname, 'usage-at-exit.ts');
  const command = [path.join(ROOT, 'bin/audit-lake.js'), ...args, '--lake', lake!, '--quiet'];
  const child = spawnSync(process.execPath, ['--import', preload, ...command], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  if (child.status !== 0) throw new Error(`${args.join(' ')}: exit code ${child.status}`);
  if (statSync(file).size === 0) throw new Error(`${file} is empty`);
  return JSON.parse(String(child.output[3])) as Usage;
}
