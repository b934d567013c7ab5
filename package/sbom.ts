import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bundle, LANDING, PIPELINE, ROOT } from './bundle.ts';
import { bundleCommands } from './command-bundle.ts';
import { compressor } from './compressor.ts';
import { packageFolder } from './notices.ts';

/**
 * What is in each thing that is released, in CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/). All but the native packages is
 * bundled, and no package manager knows of it: this asks the bundler what went in, and the lock file which version that is, from
 * where and with which SHA-512.
 */

interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
}

type Lock = Readonly<Record<string, Locked>>;

/** A package of others in CycloneDX's words. */
export interface Component {
  readonly type: 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly scope: 'required' | 'optional';
  readonly licenses: readonly unknown[];
  readonly hashes: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
  readonly purl: string;
}

/** A thing that is released. */
interface Release {
  readonly file: string;
  readonly name: string;
  readonly folders: () => Promise<Iterable<string>>;
}

function foldersOf(files: Iterable<string>): string[] {
  return [...files].flatMap((file) => packageFolder(file) ?? []);
}

/** What npm installs beside the bundle: what the lock file does not call a development dependency. */
function installed(lock: Lock): string[] {
  return Object.entries(lock).flatMap(([folder, { dev, link }]) =>
    folder.startsWith('node_modules/') && dev !== true && link !== true ? [folder] : [],
  );
}

/** What is released, each with the folders of the packages in it. */
function releases(lock: Lock): readonly Release[] {
  return [
    {
      file: 'audit-lake.cdx.json',
      name: 'audit-lake.zip',
      folders: async () => foldersOf([...(await bundle(PIPELINE)).sources, ...(await compressor()).keys()]),
    },
    {
      file: 'audit-lake-landing.cdx.json',
      name: 'audit-lake-landing.zip',
      folders: async () => foldersOf((await bundle(LANDING)).sources),
    },
    {
      file: 'nexthink-audit-lake.cdx.json',
      name: 'nexthink-audit-lake',
      folders: async () => [...foldersOf((await bundleCommands()).sources), ...installed(lock)],
    },
  ];
}

/** @throws Error for a package that the lock file does not have, or not with its hash */
function component(folder: string, lock: Lock): Component {
  const { version, integrity, license, optional } = lock[folder] ?? {};
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const [algorithm, digest] = integrity?.split('-', 2) ?? [];
  if (version === undefined || algorithm !== 'sha512' || digest === undefined)
    throw new Error(`${folder}: expected a version and a SHA-512 in package-lock.json, found none; run npm install`);
  const purl = `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    scope: optional === true ? 'optional' : 'required',
    licenses:
      license === undefined ? [] : [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
    hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
    purl,
  };
}

/** The documents, by the names of their files. The same sources and lock give the same text: no time and no serial number. */
export async function sboms(): Promise<Map<string, string>> {
  const { packages: lock } = JSON.parse(await readFile(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Lock;
  };
  const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  const documents = new Map<string, string>();
  for (const { file, name, folders } of releases(lock)) {
    const found = new Map(
      [...(await folders())].map((folder) => component(folder, lock)).map((one) => [one.purl, one]),
    );
    const components = [...found.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1));
    const subject = `${name}@${version}`;
    const document = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      version: 1,
      metadata: {
        component: { type: 'application', 'bom-ref': subject, name, version, licenses: [{ license: { id: 'MIT' } }] },
      },
      components,
      dependencies: [{ ref: subject, dependsOn: components.map(({ purl }) => purl) }],
    };
    documents.set(file, `${JSON.stringify(document, null, 2)}\n`);
  }
  return documents;
}

if (import.meta.main) {
  const folder = path.join(ROOT, 'dist');
  await mkdir(folder, { recursive: true });
  for (const [file, text] of await sboms()) {
    await writeFile(path.join(folder, file), text);
    process.stdout.write(`dist/${file}\n`);
  }
}
