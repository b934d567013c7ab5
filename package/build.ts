import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Zippable, zipSync } from 'fflate';
import { type App, bundle, ENTRY, LANDING, PIPELINE, ROOT } from './bundle.ts';
import { compressor } from './compressor.ts';
import { packageFolder, thirdPartyNotices } from './notices.ts';
import { renderedQuestions } from './queries.ts';

/** The time of every file in the archive, so that the same content gives the same bytes: the earliest that zip knows. */
const MODIFIED = new Date(1980, 0, 1);

/** Every file of an app's deployable package, by its path in it. */
export async function packageFiles(app: App): Promise<Map<string, Uint8Array>> {
  const { name, version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const [{ files, sources }, native] = await Promise.all([bundle(app), app.writesTable ? compressor() : new Map()]);
  const packages = [...sources, ...native.keys()].flatMap((file) => packageFolder(file) ?? []);
  const manifest = { name, version, private: true, main: `${path.posix.dirname(ENTRY)}/*.cjs` };
  return new Map([
    ['host.json', await readFile(path.join(ROOT, app.host))],
    ['LICENSE', await readFile(path.join(ROOT, 'LICENSE'))],
    ['package.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)],
    ['THIRD-PARTY-NOTICES.txt', Buffer.from(await thirdPartyNotices(new Set(packages)))],
    ...[...(app.writesTable ? renderedQuestions() : [])].map(([file, text]) => [file, Buffer.from(text)] as const),
    ...files,
    ...native,
  ]);
}

/** An app's deployable package. The same sources and lock give the same bytes. */
export async function buildPackage(app: App = PIPELINE): Promise<Uint8Array> {
  const files = [...(await packageFiles(app))].sort(([a], [b]) => (a < b ? -1 : 1));
  const entries: Zippable = Object.fromEntries(files.map(([file, bytes]) => [file, [bytes, { mtime: MODIFIED }]]));
  return zipSync(entries, { level: 6 });
}

if (import.meta.main) {
  for (const app of [PIPELINE, LANDING]) {
    const zip = await buildPackage(app);
    const file = path.join(ROOT, app.archive);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, zip);
    process.stdout.write(`${path.relative(process.cwd(), file)}: ${zip.length} bytes\n`);
  }
}
