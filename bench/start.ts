import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { builtFiles } from '../package/npm.ts';
import { textTable } from '../src/present/text-table.ts';

/**
 * What the built command line takes to start, in CPU time and as a multiple of a Node that does nothing: `--version`, `--help`
 * and `status` of a small lake. Runs take turns, so that what else the machine does touches all alike.
 * `npm run bench -- start [rounds]`.
 */
const rounds = Number(process.argv[2] ?? 21);
const ROOT = path.join(import.meta.dirname, '..');

const COUNTER = `process.on('exit', () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeSync(3, String(userCPUTime + systemCPUTime));
});`;

const folder = mkdtempSync(path.join(tmpdir(), 'audit-lake-start-'));
const counter = path.join(folder, 'counter.cjs');
try {
  // Plain and short, since all runs load it.
  writeFileSync(counter, COUNTER);
  const program = path.join(folder, 'bin/audit-lake.js');
  await place();
  const lake = path.join(folder, 'lake');
  cpu([program, 'ingest', path.join(ROOT, 'samples/exports/hostile-names.csv'), '--lake', lake]);
  const commands = {
    nothing: ['-e', '0'],
    '--version': [program, '--version'],
    '--help': [program, '--help'],
    status: [program, 'status', '--lake', lake],
  };
  const found = Object.entries(commands).map(([name, args]) => ({ name, args, runs: [] as number[] }));
  // The first run fills the compile cache.
  for (const { args } of found) cpu(args);
  for (let round = 0; round < rounds; round++) for (const { args, runs } of found) runs.push(cpu(args));
  const least = median(found[0]?.runs ?? []);
  const rows = found.map(({ name, runs }) => [name, median(runs).toFixed(0), (median(runs) / least).toFixed(1)]);
  process.stdout.write(`${textTable(['start', 'CPU ms', 'times nothing'], rows, [false, true, true])}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The package as it is installed, its native parts among it. */
async function place(): Promise<void> {
  const modules = path.join(ROOT, 'node_modules');
  for (const name of ['bin', 'package.json'])
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  for (const name of ['snappy', ...readdirSync(path.join(modules, '@napi-rs')).map((each) => `@napi-rs/${each}`)])
    cpSync(path.join(modules, name), path.join(folder, 'node_modules', name), { recursive: true });
  cpSync(path.join(ROOT, 'samples'), path.join(folder, 'samples'), { recursive: true });
  for (const [file, bytes] of await builtFiles()) {
    const location = path.join(folder, file);
    cpSync(path.join(ROOT, 'LICENSE'), location);
    writeFileSync(location, bytes);
  }
}

/** Milliseconds of CPU that a process of its own takes, in user and system together. */
function cpu(args: readonly string[]): number {
  const { status, output } = spawnSync(process.execPath, ['--require', counter, ...args], {
    env: { ...process.env, XDG_CACHE_HOME: path.join(folder, 'caches') },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args.join(' ')}: exit code ${status}, ${output[2]}`);
  return Number(output[3]) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
