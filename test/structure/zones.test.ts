import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';
import { describe, it } from 'vitest';

const SRC = path.join(import.meta.dirname, '../../src');
const ZONES = 'storage/zones.ts';

/** A zone's path, a folder of a zone, a table's path; written as such or within a regular expression. */
const WRITTEN = [
  /(?<![\w./-])(?:raw|curated|quarantine|evidence)\\?\//,
  /(?<![\w./-])(?:rows|files|erased|attempts|poison)\\?\//,
  /["'`]curated["'`]/,
  /\/audit_(?:events|codes)/,
];

/** What of a source text counts: comments may name paths as they are. */
function written(source: string): string[] {
  const { code } = transformSync(source, { loader: 'ts', format: 'esm', legalComments: 'none' });
  return code.split('\n').filter((line) => WRITTEN.some((pattern) => pattern.test(line)));
}

describe('the zones of a lake and the paths in them', () => {
  it('are written in one module, and nowhere else', () => {
    const files = globSync('**/*.ts', { cwd: SRC }).filter((name) => name.replaceAll(path.sep, '/') !== ZONES);
    assert.ok(files.length > 300);
    const found = files.flatMap((name) =>
      written(readFileSync(path.join(SRC, name), 'utf8')).map((line) => `${name}: ${line.trim()}`),
    );
    assert.deepEqual(found, [], `take them from src/${ZONES}`);
  });

  it('are found where they are written elsewhere', () => {
    const elsewhere = [
      "const table = 'curated/audit_events';",
      "for (const zone of ['raw/', 'evidence/']) list(zone);",
      'const path = `quarantine/rows/`;',
      "const isOurs = table.endsWith('/audit_codes');",
      String.raw`const OURS = /^quarantine\/(?:rows|files)\//;`,
      "const pattern = 'rows/*.jsonl';",
      "const source = 'curated';",
    ];
    for (const source of elsewhere) assert.equal(written(source).length, 1, source);
    assert.deepEqual(written("/** Lake path, `raw/…`. */\nimport { a } from '../evidence/index.ts'; a;"), []);
  });
});
