import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Where the repository is. */
export const ROOT = path.join(import.meta.dirname, '../..');

/** What a file of the repository says. */
export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

export function exists(file: string): boolean {
  return existsSync(path.join(ROOT, file));
}

/** Every file below some folders, by its path in the repository. */
export function filesBelow(...folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name))),
  );
}

/** The documents that people read, by their paths. */
export function documents(): string[] {
  const inRoot = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const apart = globSync('{samples,packages/*}/*.md', { cwd: ROOT });
  return [...inRoot, ...apart, ...filesBelow('docs').filter((name) => name.endsWith('.md'))];
}

/** The part of a document under a heading, without what stands under the next of the same level or a higher one. */
export function section(document: string, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const [, rest] = document.split(`\n${heading}\n`);
  if (rest === undefined) throw new Error(`expected a heading "${heading}"`);
  return rest.split(new RegExp(`^#{1,${level}} `, 'm'))[0] ?? '';
}

/** A document without its blocks of code. */
export function withoutBlocks(document: string): string {
  return document.replaceAll(/^ *```.*?^ *```$/gms, '');
}
