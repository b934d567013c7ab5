import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { optionLines, optionsOf } from '../../src/cli/offered-options.ts';
import { parseSettings } from '../../src/settings/index.ts';
import { HEADER, inFolder, record, run } from '../support/cli.ts';

const MESSAGE = 'Created dashboard, ID=1, name=Sales';
const row = (...fields: readonly string[]) => `${fields.map((field) => `"${field}"`).join(',')}\n`;

/** A file of each kind that is refused since one of several readings may be meant, or one that has to be said. */
const REFUSED: Readonly<Record<string, string | Uint8Array>> = {
  'day-or-month.csv': HEADER + row('01/03/2026 00:04:19', '92042', MESSAGE, 'ana@corp.example'),
  'both-orders.csv':
    HEADER +
    row('13/03/2026 10:00:00', '92042', MESSAGE, 'ana@corp.example') +
    row('03/14/2026 10:00:00', '92042', MESSAGE, 'ana@corp.example'),
  'short-years.csv': HEADER + row('13.03.26 10:00:00', '92042', MESSAGE, 'ana@corp.example'),
  'two-times.csv': `created,updated,code,message\n${row('2026-03-01T00:04:19Z', '2026-03-02T00:04:19Z', '92042', MESSAGE)}`,
  'two-odd-times.csv':
    `"it's, $HOME";"b \`id\` (x)";code;message\n` +
    row('2026-03-01T00:04:19Z', '2026-03-02T00:04:19Z', '92042', MESSAGE).replaceAll('","', '";"'),
  'no-header.csv': row('2026-03-01T00:04:19Z', '92042', MESSAGE, 'ana@corp.example'),
  'western.csv': Buffer.from(
    `${HEADER}2026-03-01T00:04:19Z,92042,"${MESSAGE.replace('Sales', 'Häuser für')}",x\n`,
    'latin1',
  ),
  'wrong-sep.csv': `sep=;\n${HEADER}${record(MESSAGE)}`,
  'utf16.csv': Buffer.from(HEADER + record(MESSAGE), 'utf16le'),
};

describe('the options that are offered for a file that is refused', () => {
  it(
    'are read by the settings, and each of them makes the file readable',
    inFolder(async (folder) => {
      for (const [name, content] of Object.entries(REFUSED)) {
        const file = join(folder, name);
        await writeFile(file, content);
        const refused = JSON.parse((await run(['check', file, '--json'])).stdout).files[0];
        assert.equal(refused.outcome, 'rejected', name);
        assert.ok(refused.options.length > 0, `${name}: ${refused.explanation}`);
        for (const words of refused.options as string[][]) {
          const { stdout, stderr } = await run(['check', file, ...words, '--json']);
          assert.equal(stderr, '', name);
          assert.equal(JSON.parse(stdout).files[0].outcome, 'accepted', `${name} ${words.join(' ')}: ${stdout}`);
        }
      }
    }),
  );

  it(
    'are all there where one of several is meant, a line each, and none where nothing is to be set',
    inFolder(async (folder) => {
      const file = join(folder, 'a.csv');
      await writeFile(file, REFUSED['two-times.csv']!);
      const { stdout } = await run(['check', file]);
      assert.match(stdout, /^ {2}set +--column-aliases time=created\n {2}or +--column-aliases time=updated$/m);
      await writeFile(file, HEADER.replaceAll(',', ';') + record(MESSAGE).replaceAll(',', ';'));
      assert.doesNotMatch((await run(['check', file])).stdout, /--/);
      assert.deepEqual(JSON.parse((await run(['check', file, '--json'])).stdout).files[0].options, []);
      await writeFile(file, `${HEADER}short\n${record(MESSAGE)}`);
      assert.deepEqual(JSON.parse((await run(['check', file, '--json'])).stdout).files[0].options, []);
    }),
  );

  it.skipIf(process.platform === 'win32')('are words that a shell takes for nothing but themselves', () => {
    const name = fc.string({
      unit: fc.constantFrom(...`ab =$\`"'\\!%;|&()<>*?~#,\t\u202a{}[]`),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(name, (column) => {
        const alternatives = [{ columnAliases: { time: [column] } }];
        const [words] = optionsOf(alternatives);
        const [line] = optionLines(alternatives, 'linux');
        if (words !== undefined) {
          const { columnAliases } = parseSettings({ environment: {}, options: { lake: 'x', columnAliases: words[1] } });
          assert.deepEqual(columnAliases, { time: [column] });
        }
        if (line === undefined) return;
        const script = `printf '%s\\0' ${line.replace(/^ {2}set +/, '')}`;
        assert.deepEqual(execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1), words);
      }),
      { numRuns: 60 },
    );
  });

  it('are left out where they cannot be typed, all of them', () => {
    const aliases = (...names: readonly string[]) => names.map((name) => ({ columnAliases: { time: [name] } }));
    assert.deepEqual(optionLines(aliases('a', '\u202ab'), 'linux'), []);
    assert.deepEqual(optionLines(aliases('a', 'b$c'), 'win32'), []);
    assert.deepEqual(optionLines(aliases('a b'), 'win32'), ['  set          --column-aliases "time=a b"']);
    assert.deepEqual(optionLines([{ delimiter: '\t' }], 'linux'), ['  set          --delimiter tab']);
  });
});
