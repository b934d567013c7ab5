import assert from 'node:assert/strict';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { statementsOf } from '../../src/asking/statements.ts';

describe('the statements of a text', () => {
  it('end where a semicolon is none of a text, a name or a comment', () => {
    const text = `-- one; two
SELECT 'a;''b' AS "x;y" /* ; /* ; */ ; */; ; -- nothing
SELECT $$;$$, $tag$ ; $$ ; $tag$, E'\\';' ;SELECT 3`;
    assert.deepEqual(statementsOf(text), [
      `-- one; two\nSELECT 'a;''b' AS "x;y" /* ; /* ; */ ; */`,
      `-- nothing\nSELECT $$;$$, $tag$ ; $$ ; $tag$, E'\\';'`,
      'SELECT 3',
    ]);
    for (const none of ['', ' \n', ';;', '-- only', '/* only', '/* ; */ ; -- x'])
      assert.deepEqual(statementsOf(none), []);
  });

  it('are as many as the engine finds, whatever stands in them', async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    const part = fc.constantFrom(
      "'a;b'",
      "''",
      '"n;m"',
      '$$;$$',
      '$t$;$$;$t$',
      "E'\\';'",
      '1',
      '/* ; */',
      '/* /* ; */ */',
      '-- ;\n',
    );
    const statement = fc
      .array(part, { maxLength: 5 })
      .map(
        (parts) =>
          `SELECT 1${parts.map((each) => (each.startsWith('/') || each.startsWith('-') ? ` ${each}` : ` + ${each.startsWith('"') ? "'x'" : each}`)).join('')}`,
      );
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 4 }), async (statements) => {
        const text = statements.join(';');
        assert.equal(statementsOf(text).length, (await connection.extractStatements(text)).count);
      }),
    );
    connection.closeSync();
  });
});
