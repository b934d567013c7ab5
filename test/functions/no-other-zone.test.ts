import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { bundle, LANDING } from '../../package/bundle.ts';

/** Folders whose code makes, changes or removes something of a lake beyond the raw zone. */
const OTHERS = /^src\/(table|evidence|ingest|rewrite|maintenance|verify|views|questions|coverage|cli|parquet|events)\//;

/** Of `lake`, which shares what goes into the table, two files that hold nothing but names and the catalogue. */
const OF_LAKE = ['src/lake/known-events.ts', 'src/lake/table-names.ts'];

describe('what lands files', () => {
  it('has no code that writes to a table, to quarantine or to evidence', async () => {
    const { sources, files } = await bundle(LANDING);
    const own = [...new Set(sources)].filter((file) => file.startsWith('src/'));
    assert.ok(own.includes('src/landing/landed-file.ts') && own.includes('src/storage/adding-only.ts'));
    assert.deepEqual(
      own.filter((file) => OTHERS.test(file)),
      [],
    );
    assert.deepEqual(own.filter((file) => file.startsWith('src/lake/')).sort(), OF_LAKE);
    for (const [file, bytes] of files) {
      const code = Buffer.from(bytes).toString();
      assert.doesNotMatch(code, /require\("snappy"\)|@duckdb|_delta_log|"(curated|quarantine|evidence)\/[a-z]/, file);
    }
  });
});
