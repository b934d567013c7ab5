import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { parseQuestion, QuestionError } from '../../src/questions/index.ts';

const HEADER = `-- Question: Who is there?
-- Finds: Everybody,
--   one row each.
-- Why it matters: One likes to know.
-- Normal: Nobody.
-- Period: 30 days
`;
const SQL = '\nSELECT\n    1 AS one\n';
const TEXT = HEADER + SQL;

function refuses(file: string, text: string, message: RegExp): void {
  assert.throws(
    () => parseQuestion(file, text),
    (error) => error instanceof QuestionError && message.test(error.message) && error.message.startsWith(`${file}: `),
  );
}

/** A question that declares and uses what is given. */
function taking(declared: string, used: string): string {
  return `${HEADER}-- Parameter: ${declared}\n\nSELECT\n    ${used} AS one\n`;
}

describe('a question file', () => {
  it('has its number and name from the file, the rest from the header', () => {
    const { parts: _, ...question } = parseQuestion('07-who-is-there.sql', TEXT);
    assert.deepEqual(question, {
      number: 7,
      name: 'who-is-there',
      file: '07-who-is-there.sql',
      question: 'Who is there?',
      finds: 'Everybody, one row each.',
      why: 'One likes to know.',
      normal: 'Nobody.',
      limits: null,
      change: null,
      period: 30,
      parameters: [],
      header: HEADER.trimEnd(),
    });
  });

  it('may say what it cannot see and what to change, and look at all days', () => {
    const text = TEXT.replace('Nobody.\n', 'Nobody.\n-- Limits: Ghosts.\n-- Change: The number.\n');
    const { limits, change } = parseQuestion('07-a.sql', text);
    assert.deepEqual([limits, change], ['Ghosts.', 'The number.']);
    assert.equal(parseQuestion('07-a.sql', TEXT.replace('30 days', 'all')).period, 'all');
    refuses('07-a.sql', TEXT.replace('30 days', 'a month'), /Period is not like "30 days" or "all"/);
  });

  it('declares parameters, each with its type, what holds without one, and what it is', () => {
    const text = `${HEADER}-- Parameter: devices integer 20 How many
--   are many.
-- Parameter: roles texts [Admin, "EU, West"] Those that matter.
-- Parameter: object id 'the-id' The id of it.

SELECT
    {{devices}} AS one
WHERE {{object}} <> ''
    AND {{any_of(roles, r.item)}}
`;
    assert.deepEqual(parseQuestion('07-a.sql', text).parameters, [
      { name: 'devices', type: 'integer', fallback: '20', isNeeded: false, description: 'How many are many.' },
      {
        ...{ name: 'roles', type: 'texts', fallback: 'Admin, "EU, West"', isNeeded: false },
        description: 'Those that matter.',
      },
      { name: 'object', type: 'id', fallback: 'the-id', isNeeded: true, description: 'The id of it.' },
    ]);
  });

  it('refuses a parameter that is none, does not have what it takes, or is not used', () => {
    refuses('07-a.sql', taking('the devices: 20', '{{devices}}'), /Parameter is not like/);
    refuses('07-a.sql', taking('devices count 20 Many.', '{{devices}}'), /expected one of the types integer, .*count/);
    refuses(
      '07-a.sql',
      taking('devices integer many Many.', '{{devices}}'),
      /devices: expected a whole number, found "m/,
    );
    refuses('07-a.sql', taking('devices integer 20 Many.', '1'), /the SQL does not use devices/);
    refuses(
      '07-a.sql',
      taking('devices integer 20 Many.\n-- Parameter: devices integer 2 More.', '{{devices}}'),
      /two/,
    );
    refuses(
      '07-a.sql',
      taking('devices integer 20 Many.', '{{device}}'),
      /expected a parameter of type integer or .*device/,
    );
  });

  it('refuses a macro that is none, or that takes no such thing', () => {
    const list = (macro: string) => `1 AS one\nWHERE 1 = 1\n    AND ${macro}`;
    for (const [declared, used] of [
      ['zone zone UTC Where.', '{{zone}}'],
      ['zone text UTC Where.', '{{utc_offset(zone, event_seconds)}}'],
      ['zone zone UTC Where.', '{{utc_offset(zone, 1 OR 1)}}'],
      ['days integer 3 So many.', '{{from - days}}'],
      ['days days 3 So many.', '{{from + days}}'],
      ['days days 3 So many.', '{{today - days}}'],
      ['roles texts [] Those.', list('{{any_of(roles, 1 = 1)}}')],
      ['roles texts [] Those.', '{{any_of(roles, item)}}'],
      ['role text a One.', list('{{none_of(role, item)}}')],
      ['roles texts [] Those.', '{{roles}}'],
      ['days days 3 So many.', '{{days}'],
      ['days days 3 So many.', 'days}}'],
      ['days days 3 So many.', '{{days_ago(3)}}'],
    ] as const) {
      refuses('07-a.sql', taking(declared, used), /the macros are \{\{from\}\}/);
    }
  });

  it('is refused with what is wrong, and where', () => {
    for (const file of ['7-a.sql', '07-A.sql', '07-a--b.sql', '07-.sql', '07-a.txt', 'x/07-a.sql']) {
      refuses(file, TEXT, /the name is not like/);
    }
    refuses('07-a.sql', HEADER, /no empty line ends the header/);
    refuses('07-a.sql', TEXT.replace('-- Normal: Nobody.\n', ''), /the header lacks Normal$/);
    refuses('07-a.sql', '-- Question: Who?\n\nSELECT 1', /lacks Finds, Why it matters, Normal, Period$/);
    refuses('07-a.sql', TEXT.replace('-- Finds', '-- Fnids'), /line 2: expected one of Question, .*, found Fnids$/);
    refuses(
      '07-a.sql',
      TEXT.replace('-- Normal: Nobody.', '-- Finds: More.'),
      /line 5: Finds stands behind Why it matters$/,
    );
    refuses('07-a.sql', TEXT.replace('Period', 'Normal'), /line 6: Normal stands behind Normal$/);
    refuses(
      '07-a.sql',
      TEXT.replace('--   one', '-- one'),
      /line 3: expected "-- Key: text" or .*, found "-- one row each\."$/,
    );
    refuses('07-a.sql', `--   begins so\n${TEXT}`, /line 1: expected/);
    refuses('07-a.sql', `${HEADER}\nSELECT 1 AS one\n`, /the last SELECT does not stand on a line of its own/);
  });
});
