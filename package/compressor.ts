import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './bundle.ts';

const LOADER = 'snappy';
/** The native part for where Azure runs Functions: Linux on x64 with glibc, whatever machine packs it. */
const BINDING = '@napi-rs/snappy-linux-x64-gnu';

/** What of a package is not needed to run it. */
const NOT_NEEDED = /\.(d\.ts|md)$|^browser/;

interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
}

/** The compressor as the host finds it: its loader, and its native part at the version of the lock. */
export async function compressor(): Promise<Map<string, Uint8Array>> {
  const locked = await lockOf(ROOT);
  const installed = path.join(ROOT, 'node_modules');
  if (await hasBinding(installed, locked.version)) return await filesOf(installed);
  const folder = await mkdtemp(path.join(tmpdir(), 'audit-lake-package-'));
  try {
    await install(folder, locked);
    return await filesOf(path.join(folder, 'node_modules'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @throws Error where what the registry gives is not what the lock names */
async function install(folder: string, locked: LockedPackage): Promise<void> {
  const dependencies = { [LOADER]: locked.version, [BINDING]: locked.version };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  const target = ['--os=linux', '--cpu=x64', '--libc=glibc', '--force'];
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', ...target];
  await promisify(execFile)('npm', ['install', ...options], { cwd: folder, shell: process.platform === 'win32' });
  const found = await lockOf(folder);
  if (found.integrity === locked.integrity) return;
  throw new Error(`${BINDING}: expected ${locked.integrity} as in package-lock.json, found ${found.integrity}`);
}

async function lockOf(folder: string): Promise<LockedPackage> {
  const file = path.join(folder, 'package-lock.json');
  const { packages } = JSON.parse(await readFile(file, 'utf8')) as { packages: Record<string, LockedPackage> };
  const locked = packages[`node_modules/${BINDING}`];
  if (locked === undefined) throw new Error(`${file}: expected ${BINDING}, found none; run npm install`);
  return locked;
}

async function hasBinding(modules: string, version: string): Promise<boolean> {
  try {
    const found = JSON.parse(await readFile(path.join(modules, BINDING, 'package.json'), 'utf8')) as LockedPackage;
    return found.version === version;
  } catch {
    return false;
  }
}

async function filesOf(modules: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of [LOADER, BINDING]) {
    for (const entry of await readdir(path.join(modules, name), { withFileTypes: true })) {
      if (!entry.isFile() || NOT_NEEDED.test(entry.name)) continue;
      files.set(`node_modules/${name}/${entry.name}`, await readFile(path.join(modules, name, entry.name)));
    }
  }
  return files;
}
