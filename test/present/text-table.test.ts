import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { textTable } from '../../src/present/text-table.ts';

const LONG = 'x'.repeat(100);

describe('a table of text', () => {
  it('fills no column up to one very long text where it is no terminal, and cuts none', () => {
    const long = 'x'.repeat(10_000);
    const text = textTable(
      ['message', 'n'],
      [[long, '1'], ...Array.from({ length: 100 }, () => ['short', '2'])],
      [false, true],
      null,
    );
    assert.ok(text.length < 25_000, String(text.length));
    assert.ok(text.includes(`${long}  1`));
  });

  it('cuts nothing where it is no terminal', () => {
    const lines = textTable(['name', 'n'], [[LONG, '1']], [false, true], null).split('\n');
    assert.deepEqual(lines, [`name${' '.repeat(98)}n`, `${'─'.repeat(100)}  ─`, `${LONG}  1`]);
  });

  it('is as wide as the terminal: the widest texts give way, numbers never', () => {
    const rows = [[LONG, 'short', '1234567890123', 'y'.repeat(40)]];
    const lines = textTable(['message', 'name', 'rows', 'path'], rows, [false, false, true, false], 60).split('\n');
    assert.equal(lines[2], 'xxxxxxxxxxxxxxxxx…  short  1234567890123  yyyyyyyyyyyyyyyyy…');
    assert.ok(lines.every((line) => line.length <= 60));
    assert.ok(lines[2]?.includes('1234567890123') && lines[2].includes('short'));
  });

  it('leaves out what tells least where even that is not enough, and names it; the order stays', () => {
    const names = ['first', 'empty', 'same', 'actor_name', 'event_time'];
    const rows = [1, 2].map((each) => [`${each}${LONG}`, '∅', LONG, `${each}${LONG}`, `${each}${LONG}`]);
    const head = (columns: number) => textTable(names, rows, [], columns).split('\n')[0]?.trim().split(/ +/);
    assert.deepEqual(head(200), ['first', 'same', 'actor_name', 'event_time']);
    assert.deepEqual(head(500), names);
    assert.deepEqual(head(46), ['first', 'same', 'actor_name', 'event_time']);
    assert.deepEqual(head(45), ['first', 'actor_name', 'event_time']);
    assert.deepEqual(head(40), ['first', 'actor_name', 'event_time']);
    assert.deepEqual(head(39), ['actor_name', 'event_time']);
    assert.deepEqual(head(20), ['event_time']);
    const lines = textTable(names, rows, [], 25).split('\n');
    assert.match(lines.at(-1) ?? '', /^… 4 more columns: first, empty \(empty\), same, actor_name \(/);
    assert.ok(lines.slice(0, -1).every((line) => line.length <= 30));
  });

  it('says on 80 columns who did what when, be it one person and one kind in every row', () => {
    const names = [
      'event_time',
      'event',
      'instance',
      'actor_name',
      'event_name',
      'user_name',
      'object_name',
      'message',
    ];
    const rows = [1, 2].map((each) => [
      ...[`2026-03-03 00:12:0${each}+00`, `ad1cca5${each}`, '∅', 'mallory@corp.example', 'dashboard.deleted'],
      ...['li.wei@corp.example', `Devices without antivirus ${each}`, `Deleted dashboard ${each} ${LONG}`],
    ]);
    const head = (columns: number) => textTable(names, rows, [], columns).split('\n')[0]?.trim().split(/ +/);
    const all = names.filter((name) => name !== 'instance');
    assert.deepEqual(head(60), ['event_time', 'event', 'actor_name', 'event_name']);
    assert.deepEqual(head(80), ['event_time', 'event', 'actor_name', 'event_name', 'message']);
    for (const columns of [120, 200]) assert.deepEqual(head(columns), all);
    const lines = textTable(names, rows, [], 80).split('\n');
    assert.equal(lines[2], '2026-03-03 00:12:01+00  ad1cca51  mallory@corp.…  dashboard.del…  Deleted dashb…');
    assert.match(lines.at(-1) ?? '', /^… 3 more columns: instance \(empty\), user_name, object_name \(/);
  });

  it('cuts no day and no time', () => {
    const rows = [
      ['2026-03-03 00:12:00.123456+00', LONG, '2026-03-03'],
      ['2026-03-03 00:12:00+00', LONG, '∅'],
    ];
    const lines = textTable(['event_time', 'message', 'event_date'], rows, [], 60).split('\n');
    assert.equal(lines[2], `2026-03-03 00:12:00.123456+00  ${'x'.repeat(16)}…  2026-03-03`);
    assert.ok(lines.every((line) => line.length <= 60));
  });

  it('aligns what is wide, joined or marked', () => {
    const lines = textTable(
      ['a', 'b'],
      [
        ['日本', 'x'],
        ['e\u0301', 'x'],
        ['👍🏽', 'x'],
        ['🇨🇭', 'x'],
        ['한', 'x'],
      ],
      [],
      null,
    ).split('\n');
    const before = lines.slice(2).map((line) => line.slice(0, line.indexOf('x')));
    assert.deepEqual(before, ['日本  ', 'e\u0301     ', '👍🏽    ', '🇨🇭    ', '한    ']);
  });

  it('fits whatever it holds: wide characters count for two', () => {
    const cell = fc.stringMatching(/^[a-z漢字 ]{0,40}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }),
        fc.integer({ min: 20, max: 120 }),
        (rows, most) => {
          const widthOf = (line: string) => [...line].reduce((sum, each) => sum + (/[漢字]/.test(each) ? 2 : 1), 0);
          const lines = textTable(['a', 'b', 'c'], rows, [], most).split('\n');
          for (const line of lines) if (!line.startsWith('… ')) assert.ok(widthOf(line) <= most, line);
          const whole = textTable(['a', 'b', 'c'], rows, [], null).split('\n');
          for (const [index, row] of rows.entries()) {
            for (const text of row) assert.ok(whole[index + 2]?.includes(text.trim()));
          }
        },
      ),
    );
  });
});
