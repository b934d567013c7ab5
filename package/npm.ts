import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './bundle.ts';
import { bundleCommands, COMMANDS_FOLDER } from './command-bundle.ts';
import { packageFolder, thirdPartyNotices } from './notices.ts';

const NOTICES = 'dist/THIRD-PARTY-NOTICES.txt';

/** What is built for the npm package, by its path in it. The same sources and lock give the same bytes. */
export async function builtFiles(): Promise<Map<string, Uint8Array>> {
  const { files, sources } = await bundleCommands();
  const folders = new Set(sources.flatMap((file) => packageFolder(file) ?? []));
  return new Map([...files, [NOTICES, Buffer.from(await thirdPartyNotices(folders))]]);
}

/** Writes what differs and removes what is of an earlier build: two builds at a time do not disturb each other. */
async function writeBuilt(): Promise<void> {
  const files = await builtFiles();
  await mkdir(path.join(ROOT, COMMANDS_FOLDER), { recursive: true });
  for (const [file, bytes] of files) {
    const location = path.join(ROOT, file);
    const found = await readFile(location).catch(() => null);
    if (found === null || !found.equals(bytes)) await writeFile(location, bytes);
  }
  for (const name of await readdir(path.join(ROOT, COMMANDS_FOLDER))) {
    const file = `${COMMANDS_FOLDER}/${name}`;
    if (!files.has(file)) await rm(path.join(ROOT, file), { recursive: true, force: true });
  }
}

if (import.meta.main) await writeBuilt();
