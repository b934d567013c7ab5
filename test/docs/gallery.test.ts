import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'vitest';

const REPOSITORY = path.join(import.meta.dirname, '../..');
const read = (file: string) => readFile(path.join(REPOSITORY, file), 'utf8');

/** What the check of azd's gallery (microsoft/template-validation-action, rules.json) looks for in a repository. */
describe("azd's gallery", () => {
  for (const file of [
    'azure.yaml',
    'LICENSE',
    'SECURITY.md',
    'CODE_OF_CONDUCT.md',
    'CONTRIBUTING.md',
    '.github/workflows/azure-dev.yml',
  ]) {
    it(`finds ${file}`, async () => assert.ok((await read(file)).length > 100));
  }

  for (const folder of ['infra', '.devcontainer', '.github/ISSUE_TEMPLATE']) {
    it(`finds something in ${folder}`, async () => {
      assert.ok((await readdir(path.join(REPOSITORY, folder))).length > 0);
    });
  }

  for (const heading of ['Features', 'Getting Started', 'Guidance', 'Resources']) {
    it(`finds ${heading} in the README`, async () => {
      const found = [...(await read('README.md')).matchAll(/^## (.*)$/gm)].map(([, text]) => text);
      assert.equal(found.filter((text) => text === heading).length, 1);
    });
  }

  it('is told how to deploy and to take down', async () => {
    const document = await read('docs/deploy.md');
    for (const command of ['azd up', 'azd down']) assert.ok(document.includes(command), command);
    assert.match(document, /`azd down` deletes .* the evidence/);
    assert.ok(existsSync(path.join(REPOSITORY, 'infra/main.bicepparam')));
  });
});
