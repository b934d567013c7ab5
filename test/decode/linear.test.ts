import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type AuditCode, CATALOGUE } from '../../src/catalogue/index.ts';
import { Decoder } from '../../src/decode/decoder.ts';

const decoder = new Decoder(CATALOGUE);

/** Steps that one message takes. */
function stepsOf(code: number, message: string): number {
  const bytes = Buffer.from(message);
  const before = decoder.steps;
  decoder.decode(code, bytes, 0, bytes.length);
  return decoder.steps - before;
}

/** Four times the message may take four times the work, and little more. */
function assertLinear(code: number, messageOfSize: (n: number) => string, n: number): void {
  const small = stepsOf(code, messageOfSize(n));
  const large = stepsOf(code, messageOfSize(4 * n));
  assert.ok(large <= 4.5 * small, `${code}: ${small} steps at ${n}, ${large} at ${4 * n}`);
}

/** A message of the newest template with harmless values. */
function exampleOf(row: AuditCode): string {
  return row.templates[0]!.text.replaceAll('?=', '=')
    .replaceAll(/<([^|>]*)[^>]*>/g, '$1')
    .replaceAll(/\[([^\]]*)\]/g, '$1')
    .replaceAll(/\{\w+(:int|=\w+)\}/g, '1')
    .replaceAll(/\{\w+:\w+\??\}/g, 'x');
}

/** Places where a value of the template could seem to end: its literals, over and over. */
function markersOf(row: AuditCode): string[] {
  const literals = exampleOf(row).split(/(?<==)(?:x|1)|(?:x|1)(?=,| |$|')/);
  return [...new Set(literals.filter((literal) => literal.length > 2))];
}

const ONE_OF_EACH_KIND = CATALOGUE.filter(
  ({ code, templates }) =>
    templates.length > 0 && (Math.floor(code / 1000) !== 92 || [92023, 92043, 92261].includes(code)),
);

/** Families differ in how their values end; one code of each shows it at full size. */
const ONE_OF_EACH_FAMILY = [90211, 91011, 91181, 92261, 94011, 94162, 95011];

test('false markers of the template inside a name and after the end', () => {
  for (const row of ONE_OF_EACH_KIND) {
    const example = exampleOf(row);
    const size = ONE_OF_EACH_FAMILY.includes(row.code) ? 5_000 : 250;
    for (const marker of markersOf(row)) {
      const crowd = (n: number) => `${marker}1`.repeat(n);
      assertLinear(row.code, (n) => example.replace(/(?<=name=|User |user=|user '|by )x/, () => crowd(n)), size);
      assertLinear(row.code, (n) => `${example}${crowd(n)}`, size);
    }
  }
});

test('whole messages, one after the other', () => {
  for (const row of ONE_OF_EACH_KIND) {
    const example = exampleOf(row);
    const rest = `, ${example.replace(/^[^,]*, /, '')}`;
    const size = ONE_OF_EACH_FAMILY.includes(row.code) ? 1_000 : 100;
    assertLinear(row.code, (n) => Array(n).fill(example).join(', '), size);
    assertLinear(row.code, (n) => example + rest.repeat(n), size);
  }
});

const SHAPES: Readonly<Record<string, readonly [number, (n: number) => string]>> = {
  'a megabyte of name': [90211, (n) => `User logged in, id=a, name=${'x'.repeat(10 * n)}=, session_id=s`],
  'a list of many elements': [91012, (n) => `Created user, id=a, name==, roles_granted=[${'r, '.repeat(n)}r]`],
  'a bare list of many elements': [91012, (n) => `Created user, id=a, name==, roles_granted=${'r, '.repeat(n)}r`],
  'a list of many device ids': [
    94011,
    (n) =>
      `Web request manual execution of remote action, source=x, ID=a, name=y on 3 devices with uids ${'d,'.repeat(n)}d`,
  ],
  'brackets that never close': [91012, (n) => `Created user, id=a, name=x, roles_granted=${'['.repeat(n)}`],
  'brackets that close deep down': [
    91012,
    (n) => `Created user, id=a, name==, roles_granted=${'['.repeat(n)}${']'.repeat(n)}`,
  ],
  'lists of ids inside lists of ids': [
    94011,
    (n) =>
      `Web request manual execution of remote action, source=x, ID=a, name=y${' on 1 devices with uids ['.repeat(n)}${']'.repeat(n)}`,
  ],
  'lists inside lists under every key': [
    91011,
    (n) => `Updated user, id=a, name=x${', roles_granted=[, roles_revoked=['.repeat(n)}${']'.repeat(2 * n)}`,
  ],
  'quotes that never close': [90213, (n) => `User failed login attempt, id=a, name=x, error="${', error="'.repeat(n)}`],
  'quotes alone': [91043, (n) => `Nexthink access revoked, grantee="=${'"'.repeat(n)}`],
  'quoted elements that end nowhere': [
    91012,
    (n) => `Created user, id=a, name==, roles_granted=[${'"a" x, '.repeat(n)}]`,
  ],
  'new fields without end': [
    91011,
    (n) => `Updated user, id=a, name=x, roles_granted=[], roles_revoked=[]${', w=1'.repeat(n)}`,
  ],
  'new fields in a free text': [91013, (n) => `Removed user, id=a, name=x${', w=1'.repeat(n)}`],
  'equals signs': [91183, (n) => `Revoked access to content, ID=a, name=${'='.repeat(n)}, role_id=r, role_name=y`],
  'blanks before equals signs': [91013, (n) => `Removed user, id=a, name=x${`, name${' '.repeat(20)}=`.repeat(n)}`],
  'blanks alone': [91013, (n) => `Removed user, id=a, name=x, name${' '.repeat(n)}=y`],
  'a value that must come again and nearly does everywhere': [
    94262,
    (n) =>
      `Value of ${'a for 1 '.repeat(n)}a/${'a for 1 '.repeat(n)}a/#f updated at 1 by x${' for 1 a'.repeat(3 * n)} via UI.`,
  ],
};

for (const [name, [code, messageOfSize]] of Object.entries(SHAPES)) {
  test(`${name}: work grows with the message alone`, () => {
    assert.ok(stepsOf(code, messageOfSize(10)) > 0, 'no work was counted');
    assertLinear(code, messageOfSize, 25_000);
  });
}
