import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { parseQuestion, QuestionError } from '../../src/questions/index.ts';

const HEADER = `-- Question: Who is there?
-- Finds: Everybody,
--   one row each.
-- Why it matters: One likes to know.
-- Normal: Nobody.
`;
const TEXT = `${HEADER}\nSELECT 1 AS one\n`;

function refuses(file: string, text: string, message: RegExp): void {
  assert.throws(
    () => parseQuestion(file, text),
    (error) => error instanceof QuestionError && message.test(error.message) && error.message.startsWith(`${file}: `),
  );
}

describe('a question file', () => {
  it('has its number and name from the file, the rest from the header', () => {
    assert.deepEqual(parseQuestion('07-who-is-there.sql', TEXT), {
      number: 7,
      name: 'who-is-there',
      file: '07-who-is-there.sql',
      question: 'Who is there?',
      finds: 'Everybody, one row each.',
      why: 'One likes to know.',
      normal: 'Nobody.',
      limits: null,
      change: null,
      argument: null,
      text: TEXT,
    });
  });

  it('may say what it cannot see and what to change', () => {
    const text = TEXT.replace('Nobody.\n', 'Nobody.\n-- Limits: Ghosts.\n-- Change: The number.\n');
    const { limits, change } = parseQuestion('07-a.sql', text);
    assert.deepEqual([limits, change], ['Ghosts.', 'The number.']);
  });

  it('may take an argument: its name, the literal that stands for it, and what it is', () => {
    const text = `${HEADER}-- Argument: object 'the-id' The id of it.\n\nSELECT 'the-id' AS id\n`;
    assert.deepEqual(parseQuestion('07-a.sql', text).argument, {
      name: 'object',
      placeholder: 'the-id',
      description: 'The id of it.',
    });
    refuses('07-a.sql', text.replace("SELECT 'the-id'", "SELECT 'another-id'"), /'the-id' stands 0 times in the SQL/);
    refuses('07-a.sql', text.replace('AS id', "AS id, 'the-id' AS again"), /'the-id' stands 2 times in the SQL/);
    refuses('07-a.sql', text.replace("object 'the-id' ", 'the id: '), /Argument is not like/);
  });

  it('is refused with what is wrong, and where', () => {
    for (const file of ['7-a.sql', '07-A.sql', '07-a--b.sql', '07-.sql', '07-a.txt', 'x/07-a.sql']) {
      refuses(file, TEXT, /the name is not like/);
    }
    refuses('07-a.sql', HEADER, /no empty line ends the header/);
    refuses('07-a.sql', TEXT.replace('-- Normal: Nobody.\n', ''), /the header lacks Normal$/);
    refuses('07-a.sql', '-- Question: Who?\n\nSELECT 1', /lacks Finds, Why it matters, Normal$/);
    refuses('07-a.sql', TEXT.replace('-- Finds', '-- Fnids'), /line 2: expected one of Question, .*, found Fnids$/);
    refuses(
      '07-a.sql',
      TEXT.replace('-- Normal: Nobody.', '-- Finds: More.'),
      /line 5: Finds stands behind Why it matters$/,
    );
    refuses(
      '07-a.sql',
      TEXT.replace('--   one', '-- one'),
      /line 3: expected "-- Key: text" or .*, found "-- one row each\."$/,
    );
    refuses('07-a.sql', `--   begins so\n${TEXT}`, /line 1: expected/);
  });
});
