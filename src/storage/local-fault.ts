import { StorageError, StorageFault, UnreadableFile } from './errors.ts';

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and run again',
  EDQUOT: "the user's disk quota is used up; free some space and run again",
  EACCES: 'the file system denies access; give this user the right to read and write the lake folder',
  EPERM: 'the file system does not permit it; check ownership, and that it can make hard links',
  ENOTSUP: 'the file system cannot make hard links; keep the lake on one that can',
  EROFS: 'the file system is mounted read-only; keep the lake on one that can be written',
  EXDEV: 'this zone lies on another file system than the lake folder; keep all zones on one',
  EMFILE: 'too many files are open; raise the limit (ulimit -n) or run fewer jobs at once',
  ELOOP: 'links lead in a circle',
  ENAMETOOLONG: 'the name is too long for the file system',
  ENOTDIR: 'a file stands where the path needs a folder',
  EISDIR:
    'a folder stands where the path needs a file; on Windows, too, where the file system cannot make hard links: keep the lake on NTFS',
  EEXIST: 'a file stands where the path needs a folder',
  EIO: 'the disk reports an I/O error; check its health before running again',
};

/** What may pass by itself: files that others hold open, a moment without resources, a network file system that is away. */
const TRANSIENT: ReadonlySet<string> = new Set([
  ...['EAGAIN', 'EBUSY', 'EINTR', 'EMFILE', 'ENFILE', 'ENOMEM', 'EHOSTDOWN', 'ENETDOWN', 'ESTALE', 'ETIMEDOUT'],
]);

/** What is about the one file and not about the store, where it is read. */
const OF_THE_FILE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EIO', 'ELOOP', 'ENAMETOOLONG']);
const READING: ReadonlySet<string> = new Set(['list', 'inspect', 'read']);

/** The error code of a file system call (`ENOENT`), or null for an error of another kind. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Runs a step of the driver; what the file system throws in it becomes the port's `StorageFault`. */
export async function withLocalFaults<T>(operation: string, path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const code = errorCode(error);
    if (code === null || error instanceof StorageError || !(error instanceof Error)) throw error;
    const options = { cause: error, code, transient: TRANSIENT.has(code) };
    const Fault = READING.has(operation) && OF_THE_FILE.has(code) ? UnreadableFile : StorageFault;
    throw new Fault(operation, path, `${REMEDIES[code] ?? error.message} (${code})`, options);
  }
}

/** The result of a step, or null if it failed because nothing stands at the path. */
export async function unlessAbsent<T>(step: Promise<T>): Promise<T | null> {
  try {
    return await step;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
