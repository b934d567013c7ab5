import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { Result } from '../support/cli.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const ON_WINDOWS = process.platform === 'win32';

/** What `npm pack --json` says of a package. */
export interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly integrity: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** The package as it is installed, in a prefix of its own. */
export interface Installed extends AsyncDisposable {
  readonly packed: Packed;
  /** Where the package is. */
  readonly folder: string;
  /** The command that npm makes. */
  readonly command: string;
  /** An empty folder that is not the package's, with a blank and letters beyond ASCII in its name. */
  readonly elsewhere: string;
  /** Runs it in that folder. */
  run(args: readonly string[], settings?: Readonly<Record<string, string>>): Promise<Result>;
}

/** The environment of this process without what npm, a test run or a user has put there. */
function plainEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(AUDIT_LAKE_|NODE_OPTIONS$|VITEST|npm_|INIT_CWD$)/i.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

/** Runs npm. */
export async function npm(args: readonly string[], folder: string): Promise<string> {
  // It would leave its compiled code among temporary files.
  const env = { ...plainEnvironment(), NODE_DISABLE_COMPILE_CACHE: '1' };
  const options = { cwd: folder, env, shell: ON_WINDOWS, maxBuffer: 2 ** 26 };
  return (await promisify(execFile)('npm', [...args], options)).stdout;
}

/** Packs this repository into a folder. */
export async function pack(folder: string, ...options: readonly string[]): Promise<Packed> {
  const printed = await npm(['pack', '--json', '--pack-destination', folder, ...options], ROOT);
  const [packed] = JSON.parse(printed.slice(printed.indexOf('['))) as Packed[];
  if (packed === undefined) throw new Error(`expected a package, found ${printed}`);
  return packed;
}

/** Packs this repository and installs it as a user would. */
export async function install(): Promise<Installed> {
  const place = await mkdtemp(path.join(tmpdir(), 'audit-lake-install-'));
  const packed = await pack(place);
  const prefix = path.join(place, 'prefix');
  const elsewhere = path.join(place, 'Büro 3');
  await Promise.all([mkdir(prefix), mkdir(elsewhere)]);
  const tarball = path.join(place, packed.filename);
  await npm(['install', '--global', '--prefix', prefix, '--prefer-offline', '--no-audit', '--no-fund', tarball], place);
  const modules = path.join(prefix, ON_WINDOWS ? 'node_modules' : 'lib/node_modules');
  const folder = path.join(modules, 'nexthink-audit-lake');
  const environment = { ...plainEnvironment(), XDG_CACHE_HOME: path.join(place, 'caches') };
  return {
    packed,
    folder,
    elsewhere,
    command: path.join(prefix, ON_WINDOWS ? 'audit-lake.cmd' : 'bin/audit-lake'),
    run: async (args, settings = {}) => {
      const program = path.join(folder, 'bin/audit-lake.js');
      const child = spawn(process.execPath, [program, ...args], {
        cwd: elsewhere,
        env: { ...environment, ...settings },
      });
      const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
      child.stdin.on('error', () => undefined);
      child.stdin.end();
      const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
      return { code, stdout, stderr };
    },
    [Symbol.asyncDispose]: () => rm(place, { recursive: true, maxRetries: 3 }),
  };
}
