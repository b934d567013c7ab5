import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';
import { AZ_COMMANDS, parseAz } from './az-commands.ts';

const { AZ } = process.env;

describe('the az commands of the scripts', () => {
  it('are refused where az would refuse them', () => {
    assert.throws(() => parseAz(['account', 'shwo']), /misspelled/);
    assert.throws(() => parseAz(['account', 'show', '--nmae', 'x']), /unrecognized arguments: --nmae/);
    assert.throws(() => parseAz(['account', 'show', '-o', 'tsv']), /unrecognized arguments: -o/);
    assert.throws(() => parseAz(['group', 'delete', '--yes', 'really']), /number of arguments/);
    assert.throws(() => parseAz(['account', 'show', '--query']), /number of arguments/);
    assert.deepEqual(parseAz(['account', 'show', '--query', 'name']), {
      command: 'account show',
      options: { query: ['name'] },
    });
  });

  for (const [command, options] of Object.entries(AZ_COMMANDS)) {
    it(`az ${command} has the options that are used`, async (context) => {
      context.skip(AZ === undefined, 'set AZ to the az program, to compare with what it knows');
      const { stdout } = await promisify(execFile)(AZ!, [...command.split(' '), '--help']);
      const declarations = stdout.match(/^ {4}--.*$/gm)?.map((line) => line.split(' : ')[0]);
      const known = new Set(String(declarations).match(/--[a-z-]+/g));
      assert.deepEqual(
        Object.keys(options).filter((name) => !known.has(`--${name}`)),
        [],
      );
    });
  }
});
