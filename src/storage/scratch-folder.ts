import { mkdtempSync, rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { sha256Hex } from './sha256.ts';

const PURPOSES = ['verify', 'replay', 'withdraw', 'query', 'sort', 'input', 'pull', 'land'] as const;

/** What a scratch folder is for: part of its name. */
export type ScratchPurpose = (typeof PURPOSES)[number];

/** A folder among temporary files that only this user can read. It is gone at the end, however the process ends but by force. */
export interface ScratchFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** `audit-lake-<purpose>-<host>-<process>-<random>`; of early versions without host and process; sorting was `spool` in some. */
const NAME = new RegExp(
  `^audit-lake-(?:${[...PURPOSES, 'spool'].join('|')})-(?:([0-9a-f]{8})-(\\d+)-)?[A-Za-z0-9]{6}$`,
);

/** A folder of an early version is taken for left behind at this age. */
const ABANDONED_MS = 86_400_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The folders of this process. */
const open = new Set<string>();

let isWatching = false;

/** Makes a scratch folder. Remove it when done. */
export async function makeScratch(purpose: ScratchPurpose): Promise<ScratchFolder> {
  watchForTheEnd();
  const folder = await mkdtemp(beginningOf(purpose));
  open.add(folder);
  return {
    path: folder,
    remove: async () => {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      open.delete(folder);
    },
  };
}

/** The same without waiting, for what stays until the process ends. @returns its path */
export function makeScratchNow(purpose: ScratchPurpose): string {
  watchForTheEnd();
  const folder = mkdtempSync(beginningOf(purpose));
  open.add(folder);
  return folder;
}

function beginningOf(purpose: ScratchPurpose): string {
  return path.join(tmpdir(), `audit-lake-${purpose}-${host()}-${process.pid}-`);
}

/**
 * Removes the scratch folders that processes of this user on this machine left behind when they were ended by force. A name
 * alone is not believed: what another user put there, or is a link, stays.
 */
export async function removeLeftScratch(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const folder = path.join(tmpdir(), name);
    const stats = await lstat(folder).catch(() => null);
    if (stats?.isDirectory() !== true || (process.getuid !== undefined && stats.uid !== process.getuid())) continue;
    const [, madeOn, pid] = match;
    const isLeft =
      madeOn === undefined
        ? Date.now() - stats.mtimeMs > ABANDONED_MS
        : madeOn === host() && !open.has(folder) && !isAlive(Number(pid));
    if (isLeft) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Process numbers mean something on one machine alone. */
function host(): string {
  return sha256Hex(hostname()).slice(0, 8);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function watchForTheEnd(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('exit', removeAll);
  for (const signal of SIGNALS) {
    const end = (): void => {
      removeAll();
      process.removeListener(signal, end);
      // Whoever else listens decides what the signal does; where nobody does, it ends the process as it would have.
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    process.on(signal, end);
  }
}

function removeAll(): void {
  for (const folder of open) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  open.clear();
}
