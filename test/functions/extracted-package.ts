import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { buildPackage } from '../../package/build.ts';
import { type App, PIPELINE } from '../../package/bundle.ts';

/** A deployable package, taken out of its archive into a folder of its own. */
export interface ExtractedPackage extends AsyncDisposable {
  readonly folder: string;
  readonly bytes: number;
  readonly files: readonly string[];
}

/** Builds the package of an app and takes its content out of the archive. */
export async function extractPackage(app: App = PIPELINE): Promise<ExtractedPackage> {
  const zip = await buildPackage(app);
  const folder = await mkdtemp(path.join(tmpdir(), 'audit-lake-app-'));
  const entries = Object.entries(unzipSync(zip));
  for (const [name, content] of entries) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  const files = entries.map(([name]) => name);
  return { folder, bytes: zip.length, files, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
