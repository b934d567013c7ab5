import { Content } from './content.ts';
import { Lease } from './lease.ts';

/** Headers that a file keeps for its readers, by the name it answers with (`Content-Type`). */
export type ContentHeaders = ReadonlyMap<string, string>;

/** POSIX attributes, kept as they were given. */
export interface AccessControl {
  readonly owner: string;
  readonly group: string;
  readonly permissions: string;
  readonly acl: string;
}

/** What files and directories have alike. */
interface Node {
  name: string;
  /** UTF-8, the order of a listing. */
  nameBytes: Buffer;
  parent: Directory | null;
  /** Without quotes, as listings give it. */
  etag: string;
  readonly created: Date;
  modified: Date;
  metadata: ReadonlyMap<string, string>;
  access: AccessControl;
}

/** A committed file, with what is staged upon it. */
export interface StoredFile extends Node {
  readonly kind: 'file';
  content: Content;
  headers: ContentHeaders;
  /** Which endpoint wrote the content: the service does not let the other one's partial writes join in. */
  readonly origin: 'blob' | 'dfs';
  /** Committed blocks by id, in their order; empty unless a block list made the file. */
  blocks: ReadonlyMap<string, Content>;
  /** Appended and not yet flushed, by position. */
  readonly appended: Map<number, Content>;
  lease: Lease;
  /** As Set Blob Tier left it. */
  tier: 'Hot' | 'Cool' | 'Cold' | 'Archive';
}

export interface Directory extends Node {
  readonly kind: 'directory';
  readonly children: Map<string, Entry>;
  /** Children in listing order, null after a change. */
  sorted: readonly Entry[] | null;
}

export type Entry = StoredFile | Directory;

/** The time and ETag of a committed write. */
export interface Stamp {
  readonly etag: string;
  readonly time: Date;
}

const FILE_ACCESS = {
  owner: '$superuser',
  group: '$superuser',
  permissions: 'rw-r-----',
  acl: 'user::rw-,group::r--,other::---',
};
const DIRECTORY_ACCESS = { ...FILE_ACCESS, permissions: 'rwxr-x---', acl: 'user::rwx,group::r-x,other::---' };

export function newDirectory(name: string, stamp: Stamp, metadata: ReadonlyMap<string, string> = new Map()): Directory {
  const { etag, time } = stamp;
  const node = { name, nameBytes: Buffer.from(name), parent: null, etag, created: time, modified: time, metadata };
  return { kind: 'directory', ...node, access: DIRECTORY_ACCESS, children: new Map(), sorted: null };
}

/** What a new file is made of; whatever is left out is empty. */
export interface FileContents {
  readonly origin: 'blob' | 'dfs';
  readonly content?: Content;
  readonly headers?: ContentHeaders;
  readonly metadata?: ReadonlyMap<string, string>;
  readonly blocks?: ReadonlyMap<string, Content>;
}

export function newFile(name: string, stamp: Stamp, contents: FileContents): StoredFile {
  const { etag, time } = stamp;
  const { origin, content = Content.empty, headers = new Map(), metadata = new Map(), blocks = new Map() } = contents;
  const node = { name, nameBytes: Buffer.from(name), parent: null, etag, created: time, modified: time, metadata };
  const staged = { appended: new Map(), lease: new Lease(), tier: 'Hot' as const };
  return { kind: 'file', ...node, access: FILE_ACCESS, origin, content, headers, blocks, ...staged };
}

/** The children of a directory in UTF-8 byte order of their names. */
export function sortedChildren(directory: Directory): readonly Entry[] {
  directory.sorted ??= [...directory.children.values()].sort((a, b) => Buffer.compare(a.nameBytes, b.nameBytes));
  return directory.sorted;
}

export function addChild(directory: Directory, child: Entry): void {
  directory.children.set(child.name, child);
  directory.sorted = null;
  child.parent = directory;
}

export function removeChild(child: Entry): void {
  if (child.parent === null) return;
  child.parent.children.delete(child.name);
  child.parent.sorted = null;
  child.parent = null;
}

/** A committed write: a new ETag, a new time. */
export function restamp(file: StoredFile, { etag, time }: Stamp): void {
  file.etag = etag;
  file.modified = time;
}
