import type { Content } from './content.ts';
import {
  addChild,
  type Directory,
  type Entry,
  newDirectory,
  removeChild,
  type Stamp,
  type StoredFile,
} from './entry.ts';
import { ServiceError } from './service-error.ts';

/** A container of a hierarchical namespace: a tree of directories and files. */
export class Container {
  readonly name: string;
  readonly root: Directory;
  metadata: ReadonlyMap<string, string>;
  /** Blocks that no block list has committed, by path and block ID. They make no file and no directory. */
  readonly uncommitted = new Map<string, Map<string, Content>>();

  constructor(name: string, stamp: Stamp, metadata: ReadonlyMap<string, string>) {
    this.name = name;
    this.root = newDirectory('', stamp);
    this.metadata = metadata;
  }

  /** What stands at the path, or null; the empty path is the root. */
  find(path: string): Entry | null {
    let entry: Entry = this.root;
    for (const name of path === '' ? [] : path.split('/')) {
      const child: Entry | undefined = entry.kind === 'directory' ? entry.children.get(name) : undefined;
      if (child === undefined) return null;
      entry = child;
    }
    return entry;
  }

  /** Gives the entry its place, in that of whatever stood there; parents that are missing come with it. */
  place(path: string, entry: Entry, stamp: Stamp): void {
    const names = path.split('/');
    const name = names.pop() ?? '';
    let parent = this.root;
    for (const segment of names) {
      const next = parent.children.get(segment);
      if (next?.kind === 'file') throw pathConflict();
      const made = next ?? newDirectory(segment, stamp);
      if (next === undefined) addChild(parent, made);
      parent = made;
    }
    removeChild(entry);
    entry.name = name;
    entry.nameBytes = Buffer.from(name);
    addChild(parent, entry);
  }

  /** Refuses a path below a file: no directory can be made there. */
  checkParents(path: string): void {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      if (this.find(path.slice(0, slash))?.kind === 'file') throw pathConflict();
    }
  }

  remove(entry: Entry): void {
    removeChild(entry);
  }

  file(path: string): StoredFile | null {
    const entry = this.find(path);
    return entry?.kind === 'file' ? entry : null;
  }
}

function pathConflict(): ServiceError {
  return new ServiceError(409, 'PathConflict', 'The path, or an element of it, is of another resource type.');
}
