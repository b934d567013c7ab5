import assert from 'node:assert/strict';
import { test } from 'vitest';
import { couldMistake, Literal } from '../../src/decode/literal.ts';

/** The text after a literal that stands at the beginning of a text; null where it does not. */
function after(literal: Literal, text: string): string | null {
  const bytes = Buffer.from(text);
  const at = literal.matchAt(bytes, 0, bytes.length);
  return at === -1 ? null : bytes.toString('utf8', at);
}

test('words are matched strictly, a key without regard to case, blanks before its equals sign belong to it', () => {
  const literal = new Literal([', session_id=']);
  assert.equal(after(literal, ', session_id=s'), 's');
  assert.equal(after(literal, ', SESSION_Id \t= s'), ' s');
  assert.equal(after(literal, ',session_id=s'), null);
  assert.equal(after(literal, ',  session_id=s'), null);
  assert.equal(after(literal, ', session_id'), null);
  assert.equal(after(literal, ', session_id\n=s'), null);
  assert.equal(after(literal, ', ſession_id=s'), null, 'only the letters of ASCII have a case here');
  assert.equal(after(new Literal(['Updated user, id=']), 'updated user, id=a'), null);
  assert.equal(after(new Literal([' with conversation ID=']), ' with conversation id=k'), 'k');
  assert.equal(after(new Literal([' with conversation ID=']), ' with Conversation ID=k'), null);
});

test('an equals sign that may be missing may only be missing before a quote', () => {
  const literal = new Literal([', rank?=']);
  assert.equal(after(literal, ', rank="2"'), '"2"');
  for (const quote of '"“”„') assert.equal(after(literal, `, rank${quote}2`), `${quote}2`);
  assert.equal(after(literal, ', rank2'), null);
  assert.equal(after(literal, ", rank'2'"), null);
  assert.equal(literal.text, ', rank=');
});

test('a literal with wordings stands where one of them does', () => {
  const literal = new Literal([' devices with', ' device with', ' device(s) with']);
  for (const text of [' devices with', ' device with', ' device(s) with'])
    assert.equal(after(literal, `${text} x`), ' x');
  assert.equal(after(literal, ' Devices with'), null);
  assert.equal(literal.text, ' devices with');
});

test('a literal is found before its equals sign and before its end, but not before the start', () => {
  const bytes = Buffer.from('x, name  =y on z');
  assert.equal(new Literal([', name=']).startBefore(bytes, 9, 0), 1);
  assert.equal(new Literal([', name=']).startBefore(bytes, 9, 2), -1);
  assert.equal(new Literal([' on z']).startEndingAt(bytes, bytes.length, 0), 11);
  assert.equal(new Literal([' on z']).startEndingAt(bytes, bytes.length, 12), -1);
});

test('keys are known in lower case', () => {
  assert.deepEqual(new Literal(['remote action ID=']).keys, ['id']);
  assert.deepEqual(new Literal([', uid=', ', device uid=', ', device=']).keys, ['uid', 'device']);
  assert.deepEqual(new Literal([' is locked']).keys, []);
});

test('texts of which one begins or ends with another could fit at one place, and so could a key and words', () => {
  assert.equal(couldMistake(['device ', 'devices ']), false);
  assert.equal(couldMistake(['device', 'devices']), true);
  assert.equal(couldMistake([' now', ', now']), true);
  assert.equal(couldMistake([', id=', ', uid=']), false);
  assert.equal(couldMistake([', by ', ', id=']), true);
  assert.equal(couldMistake(['a', 'a']), true);
});
