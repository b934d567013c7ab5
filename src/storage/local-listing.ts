import { isUtf8 } from 'node:buffer';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StorageFault } from './errors.ts';
import { guarded, unlessAbsent } from './local-fault.ts';
import { modifiedMs } from './local-identity.ts';
import { comparePaths, nameFault } from './path.ts';
import type { ListedFile } from './storage.ts';

/** A file, or a folder whose path then ends in a slash, as its files' paths need it for sorting: `a.b` < `a/x` < `a0`. */
interface Entry {
  readonly path: string;
  readonly order: Buffer;
}

/**
 * The plain files below `root` whose path starts with `prefix`, in UTF-8 byte order. A symbolic link to a plain file
 * counts as that file; a linked folder is not walked, unless it is a zone or spelt out in the prefix: it may lead out
 * of the lake, or in a circle. Throws StorageFault at a name that is no lake path: passing over it would lose a file.
 */
export async function* listFolder(root: string, prefix: string, after: string): AsyncIterable<ListedFile> {
  yield* walk(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix, after);
}

async function* walk(root: string, folder: string, prefix: string, after: string): AsyncIterable<ListedFile> {
  if (!after.startsWith(folder) && comparePaths(folder, after) < 0) return;
  for (const { path } of await entriesOf(root, folder, prefix, after)) {
    if (path.endsWith('/')) {
      const passed = comparePaths(path, after) < 0 && !after.startsWith(path);
      if (!passed) yield* walk(root, path, prefix, after);
    } else {
      const file = await plainFile(root, path);
      if (file !== null) yield file;
    }
  }
}

/** The sorted entries of a folder, without the files up to `after`: almost all of a log is that. */
async function entriesOf(root: string, folder: string, prefix: string, after: string): Promise<Entry[]> {
  const found: Entry[] = [];
  const passed = Buffer.from(after.startsWith(folder) ? after.slice(folder.length) : '').toString('latin1');
  // One character a byte: whatever the bytes are, they are kept, and compare as bytes do.
  const names = await guarded('list', folder, () =>
    unlessAbsent(readdir(join(root, folder), { withFileTypes: true, encoding: 'latin1' })),
  );
  for (const entry of names ?? []) {
    if (!entry.isDirectory() && entry.name <= passed) continue;
    const bytes = Buffer.from(entry.name, 'latin1');
    const name = bytes.toString('utf8');
    const path = `${folder}${name}${entry.isDirectory() ? '/' : ''}`;
    if (!path.startsWith(prefix)) continue;
    const fault = isUtf8(bytes) ? nameFault(name) : 'the name is not UTF-8';
    if (fault !== null) throw new StorageFault('list', path, `${fault}; rename it or move it out of the lake`);
    found.push({ path, order: Buffer.from(path) });
  }
  return found.sort((a, b) => Buffer.compare(a.order, b.order));
}

async function plainFile(root: string, path: string): Promise<ListedFile | null> {
  const stats = await guarded('list', path, () => unlessAbsent(stat(join(root, path), { bigint: true })));
  if (stats === null || !stats.isFile()) return null;
  return { path, size: Number(stats.size), lastModified: new Date(modifiedMs(stats)) };
}
