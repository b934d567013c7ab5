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
  const isOurs = path.resolve(manifest) === path.join(root, 'package.json') && script.startsWith(SCRIPT);
  return isOurs && path.resolve(current) === path.resolve(root) ? called : current;
}
