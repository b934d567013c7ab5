import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'vitest';
import { packageFiles } from '../../package/build.ts';
import { LANDING, PIPELINE } from '../../package/bundle.ts';
import { builtFiles } from '../../package/npm.ts';
import { type Component, sboms } from '../../package/sbom.ts';

interface Document {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const documents = new Map([...(await sboms())].map(([file, text]) => [file, JSON.parse(text) as Document] as const));

function document(file: string): Document {
  const found = documents.get(file);
  assert.ok(found, file);
  return found;
}

/** Names and versions as the notices in a package have them: written from what the package holds. */
function noticed(text: string | Uint8Array | undefined): string[] {
  const found = [
    ...Buffer.from(text ?? '')
      .toString()
      .matchAll(/^={80}\n(\S+ \S+) \(/gm),
  ];
  return found.map(([, name]) => name!).sort();
}

const listed = ({ components }: Document) => components.map(({ name, version }) => `${name} ${version}`).sort();

describe('the SBOM', () => {
  for (const [file, app] of [
    ['audit-lake.cdx.json', PIPELINE],
    ['audit-lake-landing.cdx.json', LANDING],
  ] as const) {
    it(`names what is in ${path.basename(app.archive)}, and nothing else`, async () => {
      const expected = noticed((await packageFiles(app)).get('THIRD-PARTY-NOTICES.txt'));
      assert.ok(expected.length > 3);
      assert.deepEqual(listed(document(file)), expected);
    });
  }

  it('names what is in the npm package, and what npm installs beside it', async () => {
    const bundled = noticed((await builtFiles()).get('dist/THIRD-PARTY-NOTICES.txt'));
    const names = listed(document('nexthink-audit-lake.cdx.json'));
    assert.deepEqual(
      bundled.filter((name) => !names.includes(name)),
      [],
    );
    const beside = names.filter((name) => !bundled.includes(name)).map((name) => name.split(' ')[0]!);
    for (const name of beside)
      assert.match(name, /^(snappy|@napi-rs\/|@duckdb\/|@emnapi\/|@tybys\/|tslib$|detect-libc$)/);
    assert.ok(beside.includes('@duckdb/node-api'));
  });

  it('gives the hash of each as the lock file has it, and is whole', async () => {
    const lock = await readFile(path.join(import.meta.dirname, '../../package-lock.json'), 'utf8');
    for (const { bomFormat, specVersion, metadata, components, dependencies } of documents.values()) {
      assert.deepEqual([bomFormat, specVersion], ['CycloneDX', '1.6']);
      for (const { purl, name, version, hashes } of components) {
        assert.equal(decodeURIComponent(purl), `pkg:npm/${name}@${version}`);
        assert.ok(lock.includes(`sha512-${Buffer.from(hashes[0]!.content, 'hex').toString('base64')}`), name);
      }
      const [{ ref, dependsOn }] = dependencies as [Document['dependencies'][number]];
      assert.equal(ref, `${metadata.component.name}@${metadata.component.version}`);
      assert.deepEqual(
        dependsOn,
        components.map(({ purl }) => purl),
      );
    }
  });
});
