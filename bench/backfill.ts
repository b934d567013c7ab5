import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ingestPaths, totalsOf } from '../src/ingest/index.ts';
import { rawPaths } from '../src/lake/index.ts';
import { textTable } from '../src/present/text-table.ts';
import { parseSettings } from '../src/settings/index.ts';
import { localStorage, systemHost } from '../src/storage/index.ts';
import { hourlyExport } from './hourly-export.ts';
import { report, type Usage } from './usage.ts';

/**
 * A backfill of small hourly exports into an empty lake, each run a process of its own: what a file costs among few and
 * among many, and what a second run costs that finds nothing to do. `node bench/backfill.ts [few] [many]`.
 */
const ROWS_PER_FILE = 50;
const NO_EXPORTS = 20;
const FIRST_HOUR = Date.UTC(2025, 0, 1);
const HOUR_MS = 3_600_000;

interface Backfill {
  readonly files: number;
  readonly first: Usage;
  readonly second: Usage;
  readonly commits: number;
  readonly dataFiles: number;
}

const [first = '2000', second = '10000'] = process.argv.slice(2);
if (first === 'ingest') await report(() => ingestAll(second));
else print([backfill(Number(first)), backfill(Number(second))]);

/** The work of one process: takes in whatever raw holds. Returns the rows that were read. */
async function ingestAll(lake: string): Promise<number> {
  const settings = parseSettings({ environment: {}, options: { lake } });
  const storage = localStorage(lake);
  const { reports } = await ingestPaths({ storage, host: systemHost }, settings, rawPaths(storage, settings), {
    named: false,
  });
  return totalsOf(reports).rows;
}

function backfill(files: number): Backfill {
  const lake = mkdtempSync(path.join(tmpdir(), 'audit-lake-backfill-'));
  try {
    mkdirSync(path.join(lake, 'raw'));
    const everyNth = Math.floor(files / NO_EXPORTS);
    for (let hour = 0; hour < files; hour++) {
      const content =
        hour % everyNth === 1 ? 'device,cpu\nx,1\n' : hourlyExport(FIRST_HOUR + hour * HOUR_MS, ROWS_PER_FILE);
      writeFileSync(path.join(lake, `raw/${String(hour).padStart(6, '0')}.csv`), content);
    }
    const runs = [run(lake), run(lake)] as const;
    const expected = (files - NO_EXPORTS) * ROWS_PER_FILE;
    if (runs[0].rows !== expected) throw new Error(`expected ${expected} rows, found ${runs[0].rows}`);
    const table = path.join(lake, 'curated/audit_events');
    const count = (pattern: RegExp) =>
      readdirSync(table, { recursive: true }).filter((name) => pattern.test(String(name))).length;
    return {
      files,
      ...{ first: runs[0], second: runs[1] },
      commits: count(/_delta_log.\d{20}\.json$/) - 1,
      dataFiles: count(/part-.*\.parquet$/),
    };
  } finally {
    rmSync(lake, { recursive: true, force: true });
  }
}

function run(lake: string): Usage {
  const { status, stdout, stderr } = spawnSync(process.execPath, [import.meta.filename, 'ingest', lake], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the ingestion failed: ${stderr}`);
  return JSON.parse(stdout) as Usage;
}

function print(backfills: readonly Backfill[]): void {
  const base = backfills[0]!;
  const cells = backfills.flatMap((each) =>
    (['first', 'second'] as const).map((name) => {
      const perFile = (given: Backfill) => (given[name].cpuSeconds / given.files) * 1000;
      const { wallSeconds, cpuSeconds, peakMegabytes } = each[name];
      return [
        `${each.files} files, ${name} run`,
        (each.files / wallSeconds).toFixed(0),
        wallSeconds.toFixed(1),
        cpuSeconds.toFixed(1),
        perFile(each).toFixed(2),
        (perFile(each) / perFile(base)).toFixed(2),
        peakMegabytes.toFixed(0),
        ...(name === 'first' ? [each.commits, each.dataFiles].map(String) : ['', '']),
      ];
    }),
  );
  const header = [
    `${ROWS_PER_FILE} rows a file, ${NO_EXPORTS} no exports`,
    ...['files/s', 'wall s', 'CPU s', 'CPU ms/file', `of ${base.files}`, 'peak MB', 'commits', 'data files'],
  ];
  process.stdout.write(`${textTable(header, cells, [false, ...header.slice(1).map(() => true)])}\n`);
}
