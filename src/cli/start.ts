import { enableCompileCache } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { cacheFolder, trustedFolder } from '../asking/private-folder.ts';
import { callersFolder } from './callers-folder.ts';

const ROOT = path.join(import.meta.dirname, '../..');

/** Starts the program where whoever called it stands, and returns its exit code. */
export async function start(args: readonly string[]): Promise<number> {
  process.chdir(callersFolder(process.env, process.cwd(), ROOT));
  // Compiled code is kept where nobody else can put any: what lies there is run. Node's own place is shared with all users.
  const compiled = await trustedFolder(cacheFolder('compiled'));
  if (compiled !== null) enableCompileCache(compiled);
  const { main } = await import('./main.ts');
  return await main(args);
}
