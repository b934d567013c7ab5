import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './bundle.ts';

const LICENCE_FILE = /^(licen[cs]e|notice|copying|copyright)/i;

/** Packages that come without the text of their licence, and the one of the same makers and licence whose text is theirs. */
const SAME_LICENCE: Readonly<Record<string, string>> = {
  '@napi-rs/snappy-linux-x64-gnu': 'snappy',
  '@nodable/entities': 'fast-xml-parser',
  'proxy-agent-negotiate': 'https-proxy-agent',
};

/** Packages under the MIT licence that come without its text and have no sibling with it, and whose they say they are. */
const MIT_OF: Readonly<Record<string, string>> = {
  '@bomb.sh/tab': 'Bombshell Authors (https://github.com/bombshell-dev)',
};

const RULE = '='.repeat(80);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The folder of the package that a file belongs to, `node_modules/…` relative to the repository; null for a file of our own. */
export function packageFolder(file: string): string | null {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? null;
}

/**
 * Names, versions and licences of packages in one text, each once, in the order of their names.
 * @param folders relative to the repository
 * @throws Error where a package has no licence file and nobody has said which text is its
 */
export async function thirdPartyNotices(folders: Iterable<string>): Promise<string> {
  const notices = new Map<string, string>();
  for (const folder of folders) {
    const { name, version, license = 'see below' } = await manifestOf(folder);
    const texts = await licenceTexts(folder, name);
    notices.set(`${name} ${version}`, `${RULE}\n${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`);
  }
  const sorted = [...notices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, notice]) => notice);
  return `Software of others in this package, and the licences that it comes under.\n\n${sorted.join('\n')}`;
}

async function manifestOf(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(path.join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

async function licenceTexts(folder: string, name: string): Promise<string[]> {
  const files = (await readdir(path.join(ROOT, folder))).filter((file) => LICENCE_FILE.test(file)).sort();
  const standIn = SAME_LICENCE[name];
  if (files.length === 0 && standIn !== undefined) return licenceTexts(`node_modules/${standIn}`, standIn);
  const holder = MIT_OF[name];
  if (files.length === 0 && holder !== undefined) return [await mitLicence(holder)];
  if (files.length === 0) {
    throw new Error(
      `${folder}: expected a file with the licence, found none; see what ${name} is licensed under and name in package/notices.ts whose text it is`,
    );
  }
  const texts = await Promise.all(files.map((file) => readFile(path.join(ROOT, folder, file), 'utf8')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim());
}

/** The text of the MIT licence, of which our own is a copy. */
async function mitLicence(holder: string): Promise<string> {
  const text = await readFile(path.join(ROOT, 'LICENSE'), 'utf8');
  return text.replace(/^Copyright.*$/m, `Copyright (c) ${holder}`).trim();
}
