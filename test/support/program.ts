import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { ROOT } from '../../package/bundle.ts';
import { bundleCommands } from '../../package/command-bundle.ts';

/** The command line of the clone, which runs the sources: it takes three times as long to start, and says itself that it is in a clone. */
export const SOURCES = join(ROOT, 'bin/audit-lake.js');

/** What the package brings along as it is, and what is installed beside it. */
const BESIDE = ['node_modules', 'samples', 'infra', 'docs'];

/** The command line as it is in the npm package, built of the sources once in a run of tests. */
export const PROGRAM = await builtProgram(inject('runFolder'));

async function builtProgram(runFolder: string): Promise<string> {
  const place = join(runFolder, 'program');
  if (!existsSync(place)) {
    const unfinished = await mkdtemp(join(runFolder, 'unfinished-'));
    await build(unfinished);
    // Another worker may have been as early.
    await rename(unfinished, place).catch(() => rm(unfinished, { recursive: true }));
  }
  return join(place, 'bin/audit-lake.js');
}

async function build(place: string): Promise<void> {
  const { files } = await bundleCommands();
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(place, name)), { recursive: true });
    await writeFile(join(place, name), bytes);
  }
  await cp(join(ROOT, 'bin'), join(place, 'bin'), { recursive: true });
  await copyFile(join(ROOT, 'package.json'), join(place, 'package.json'));
  for (const name of BESIDE) await symlink(join(ROOT, name), join(place, name), 'junction');
}
