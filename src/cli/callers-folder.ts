import { realpathSync } from 'node:fs';
import path from 'node:path';

/** What npm runs for `npm run audit-lake` and `npm start`, as far as it is the same. */
const SCRIPT = 'node bin/audit-lake.js';

/**
 * The folder in which whoever called the program stands. npm runs the scripts of a clone in the clone, and says in
 * `INIT_CWD` where it was called itself. What another program says there, or npm of another project, is not about us.
 * @param root the clone's folder
 */
export function callersFolder(
  environment: Readonly<Record<string, string | undefined>>,
  current: string,
  root: string,
): string {
  const { INIT_CWD: called, npm_package_json: manifest, npm_lifecycle_script: script = '' } = environment;
  if (called === undefined || manifest === undefined || !path.isAbsolute(called)) return current;
  const isOurs = script.startsWith(SCRIPT) && isSame(path.dirname(manifest), root) && isSame(current, root);
  return isOurs ? called : current;
}

/** Whether two paths lead to one folder: by a link, or in other letters where those do not count. */
function isSame(one: string, other: string): boolean {
  return realPath(one) === realPath(other);
}

function realPath(folder: string): string {
  try {
    return realpathSync.native(folder);
  } catch {
    return path.resolve(folder);
  }
}
