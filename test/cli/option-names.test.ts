import assert from 'node:assert/strict';
import { it } from 'vitest';
import { withOptionNames } from '../../src/cli/option-names.ts';

it('a message names settings as options, however it names them', () => {
  for (const [text, expected] of [
    ['set AUDIT_LAKE_DELIMITER (--delimiter ";" or --delimiter tab).', 'set --delimiter ";" or --delimiter tab.'],
    ['check AUDIT_LAKE_DELIMITER, or more', 'check --delimiter, or more'],
    [
      'set AUDIT_LAKE_HEADER=false and AUDIT_LAKE_COLUMNS (--header false --columns "time (UTC),code")',
      'set --header false --columns "time (UTC),code"',
    ],
    ['set AUDIT_LAKE_HEADER=false and AUDIT_LAKE_COLUMNS', 'set --header false and --columns'],
    ['set AUDIT_LAKE_HEADER=false.', 'set --header false.'],
    ['AUDIT_LAKE_UNKNOWN and nothing else', 'AUDIT_LAKE_UNKNOWN and nothing else'],
    ['exclude it with AUDIT_LAKE_EXCLUDE (--exclude)', 'exclude it with --exclude'],
    ['nothing of it (--as it is)', 'nothing of it (--as it is)'],
  ] as const) {
    assert.equal(withOptionNames(text), expected);
  }
});
