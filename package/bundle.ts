import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild';

/** Where the repository is. */
export const ROOT = path.join(import.meta.dirname, '..');

/** The file that the host loads: all functions in one, since whatever a worker runs, it registers all of them. */
export const ENTRY = 'dist/functions/app.cjs';

/** What the functions do. It is loaded with the first call: most of the time that an app takes to start is for reading its code. */
const WORK = 'dist/lib/work.cjs';

/** One of the two Function Apps. */
export interface App {
  /** The archive, from the repository. */
  readonly archive: string;
  /** Its functions, below `functions/`. */
  readonly functions: readonly string[];
  /** The module of what they do. */
  readonly work: string;
  /** Its host.json. */
  readonly host: string;
  /** Whether it writes a table: then it needs the native compressor. */
  readonly writesTable: boolean;
}

/** Takes raw files in, and keeps the lake. */
export const PIPELINE: App = {
  archive: 'dist/audit-lake.zip',
  functions: [
    'ingest-export',
    'ingest-announced',
    'record-poison',
    'take-landed',
    'reconcile-raw',
    'maintain-table',
    'compare-coverage',
  ],
  work: 'src/functions/index.ts',
  host: 'host.json',
  writesTable: true,
};

/** Lands files in raw, and has no way to anything else of the lake. */
export const LANDING: App = {
  archive: 'dist/audit-lake-landing.zip',
  functions: ['landing/receive-events', 'landing/pull-nql', 'landing/count-nql', 'landing/pull-classic'],
  work: 'src/functions/landing-work.ts',
  host: 'host.landing.json',
  writesTable: false,
};

/** What every bundle of this repository has in common. */
export const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  minifyWhitespace: true,
  minifySyntax: true,
  // Errors are told apart by their names, in logs too.
  keepNames: true,
  legalComments: 'external',
  logLevel: 'warning',
  write: false,
  metafile: true,
} as const satisfies BuildOptions;

/** Leaves what is imported at the first call in the other file. */
function apart(work: string): Plugin {
  return {
    name: 'apart',
    setup({ onResolve }) {
      onResolve({ filter: /\/(index|landing-work)\.ts$/ }, ({ kind, resolveDir, path: specifier }) => {
        if (kind !== 'dynamic-import' || path.resolve(resolveDir, specifier) !== path.join(ROOT, work)) return null;
        return { path: path.posix.relative(path.posix.dirname(ENTRY), WORK), external: true };
      });
    },
  };
}

/** Lets a module of ours go where nothing of it is used: none does anything by being loaded. */
const ours: Plugin = {
  name: 'ours',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^\.\.?\/.*\.ts$/ }, async ({ path: specifier, pluginData, ...where }) => {
      if (pluginData === 'resolving') return null;
      const found = await resolve(specifier, { ...where, pluginData: 'resolving' });
      return { ...found, sideEffects: false };
    });
  },
};

/** Of our own package.json, only these keys are code. */
export function manifest(...keys: readonly string[]): Plugin {
  return {
    name: 'manifest',
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]package\.json$/ }, async ({ path: file }) => {
        if (file !== path.join(ROOT, 'package.json')) return null;
        const all = Object.entries(JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>);
        const kept = Object.fromEntries(all.filter(([key]) => keys.includes(key)));
        return { contents: JSON.stringify(kept), loader: 'json' };
      });
    },
  };
}

/** What was bundled. */
export interface Bundle {
  /** By path in the package. */
  readonly files: Map<string, Uint8Array>;
  /** What of the repository went into them, `node_modules/…` among it. */
  readonly sources: readonly string[];
}

/** The code of a Function App with all that it uses, but the host's own module and the native compressor. */
export async function bundle({ functions, work: source }: App = PIPELINE): Promise<Bundle> {
  const app = { ...COMMON, target: 'node24', format: 'cjs' } as const;
  const entry = build({
    ...app,
    stdin: {
      contents: functions.map((name) => `import './functions/${name}.ts';`).join('\n'),
      resolveDir: ROOT,
      sourcefile: 'app.ts',
    },
    outfile: ENTRY,
    external: ['@azure/functions-core'],
    // The ES module of this package would be a second registry, which the host's library does not look into.
    alias: {
      '@azure/functions-extensions-base':
        './node_modules/@azure/functions-extensions-base/dist/azure-functions-extensions-base.js',
    },
    plugins: [apart(source), manifest('version')],
  });
  const work = build({
    ...app,
    entryPoints: [source],
    outfile: WORK,
    external: ['snappy'],
    plugins: [ours, manifest('version')],
  });
  return bundleOf(await Promise.all([entry, work]));
}

/** What builds gave. */
export function bundleOf(results: readonly BuildResult<{ write: false; metafile: true }>[]): Bundle {
  const files = results.flatMap(({ outputFiles }) => outputFiles);
  const outputs = results.flatMap(({ metafile }) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  return {
    files: new Map(files.map(({ path: file, contents }) => [posixPath(path.relative(ROOT, file)), contents])),
    sources: inputs.flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  };
}

function posixPath(file: string): string {
  return file.replaceAll(path.sep, '/');
}
