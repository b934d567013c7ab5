import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../present/index.ts';
import { checkPath, comparePaths, RAW, type Storage, sha256Of } from '../storage/index.ts';
import { filesOf, type LeftFile, type LeftFor } from './folder-files.ts';
import { interruption } from './interruption.ts';

/** A file on this machine and where it goes below the raw zone. */
export interface LocalFile {
  readonly file: string;
  /** Relative to the raw zone. */
  readonly target: string;
}

/**
 * The files that paths on this machine name: a file goes to its base name, the files of a folder keep their path
 * within it, hidden ones, links and the lake itself left out, and those that `leftFor` gives a reason for.
 * @throws UsageError naming what does not exist or cannot be read, InvalidPath for a name that cannot be a lake path
 */
export async function localFiles(
  paths: readonly string[],
  into: string,
  lake: string,
  leftFor: LeftFor = async () => null,
  onLeft: (left: LeftFile) => void = () => undefined,
): Promise<LocalFile[]> {
  const found: LocalFile[] = [];
  const missing: string[] = [];
  for (const given of paths) {
    const info = await stat(given).catch(() => null);
    if (info === null) missing.push(given);
    else if (info.isDirectory()) {
      const files = await filesOf(given, path.resolve(lake), leftFor, onLeft);
      const targets = files.map(({ file, segments }) => ({ file, target: targetOf(into, segments.join('/')) }));
      found.push(...targets.sort((a, b) => comparePaths(a.target, b.target)));
    } else if (info.isFile()) found.push({ file: given, target: targetOf(into, path.basename(given)) });
    else throw new UsageError(`${given} is no regular file; write what it gives to a file first`);
  }
  if (missing.length > 0) {
    throw new UsageError(`no such file: ${missing.join(', ')}; name export files, or folders that hold them`);
  }
  for (const { file, target } of found) {
    checkPath('copy', `${RAW}${target}`);
    await access(file, constants.R_OK).catch(() => {
      throw new UsageError(`cannot read ${file}; nothing was copied`);
    });
  }
  return found;
}

/**
 * A file and where it goes below the raw zone.
 * @throws InvalidPath for a name that cannot be a lake path
 */
export function localFile(file: string, into: string, name: string): LocalFile {
  const target = targetOf(into, name);
  checkPath('copy', `${RAW}${target}`);
  return { file, target };
}

/** Whether a raw file was rejected for its own time, which is not the one given. */
export type IsMistimed = (path: string, modified: Date) => Promise<boolean>;

/**
 * Copies a file into the raw zone, its modification time kept, and returns its lake path. A path that is taken is not
 * overwritten: with equal content nothing is written, else the copy gets the beginning of its SHA-256 into its name; so does
 * one whose time was corrected after it had been rejected for it.
 */
export async function copyIntoRaw(
  storage: Storage,
  local: LocalFile,
  isMistimed: IsMistimed = async () => false,
): Promise<string> {
  try {
    return await copy(storage, local, isMistimed);
  } catch (error) {
    // The store's own errors are no system errors; this one comes from reading the file.
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    throw new UsageError(`cannot read ${local.file}: ${error.message}`);
  }
}

async function copy(storage: Storage, { file, target }: LocalFile, isMistimed: IsMistimed): Promise<string> {
  const { mtimeMs } = await stat(file);
  const modified = new Date(Math.trunc(mtimeMs));
  const plain = `${RAW}${target}`;
  if ((await storage.create(plain, createReadStream(file, { signal: interruption }), { modified })) === 'created')
    return plain;
  const sha256 = await sha256Of(createReadStream(file, { signal: interruption }));
  const isSame = async (path: string) =>
    (await sha256Of(storage.read(path))) === sha256 && !(await isMistimed(path, modified));
  if (await isSame(plain)) return plain;
  const { dir, base } = path.posix.parse(target);
  const [stem, extension] = splitExtension(base);
  for (const digits of [8, sha256.length]) {
    const distinct = `${RAW}${path.posix.join(dir, `${stem}-${sha256.slice(0, digits)}${extension}`)}`;
    const created = await storage.create(distinct, createReadStream(file, { signal: interruption }), { modified });
    if (created === 'created' || (await isSame(distinct))) return distinct;
  }
  throw new UsageError(`${plain} and the names made of its SHA-256 are taken by other content; rename ${file}`);
}

/** A name below a prefix, which a person may have written with this system's separators. */
export function targetOf(into: string, name: string, separator: string = path.sep): string {
  const prefix = into.replaceAll(separator, '/').replace(/\/+$/, '');
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** `export.csv.gz` is `export` and `.csv.gz`. */
function splitExtension(base: string): readonly [string, string] {
  const match = /^(.+?)((?:\.[A-Za-z0-9]{1,8})?\.(?:gz|zst)|\.[^.]*)$/.exec(base);
  return match === null ? [base, ''] : [match[1]!, match[2]!];
}
