import assert from 'node:assert/strict';
import { test } from 'vitest';
import {
  ACTIONS,
  type AuditCode,
  CATALOGUE,
  CATALOGUE_ORDER,
  CATALOGUE_VERSION,
  CATALOGUE_VERSIONS,
  CHANNELS,
  catalogueOf,
  catalogueVersionOf,
  FAMILIES,
  FIELDS,
  OUTCOMES,
  SEVERITIES,
} from '../../src/catalogue/index.ts';
import { spellings } from '../decode/oracle-ways.ts';
import { DOCUMENTED, type DocumentedCode } from './documented.ts';

const INFINITY = catalogueOf('infinity');
const ROWS = new Map(INFINITY.map((row) => [row.code, row]));
const STATUS_OF_OUTCOME: Readonly<Record<string, number>> = { success: 1, failure: 2, requested: 0, scheduled: 99 };

/** Runs a check for every documented code and its row. */
function forEachCode(check: (row: AuditCode, documented: DocumentedCode) => void): void {
  for (const documented of DOCUMENTED) {
    const row = ROWS.get(documented.code);
    assert.ok(row, `${documented.code} is documented and not in the catalogue`);
    check(row, documented);
  }
}

/** The literals of a spelling, without the equals signs that may be missing. */
function literalsOf(parts: ReturnType<typeof spellings>[number]): string[] {
  return parts.flatMap((part) =>
    part.kind === 'literal' ? [`${part.words}${part.key}${part.sign === '=' ? '=' : ''}`] : [],
  );
}

function occurInOrder(literals: readonly string[], text: string): boolean {
  let from = 0;
  return literals.every((literal, index) => {
    const at = text.indexOf(literal, from);
    from = at + literal.length;
    return index === 0 && !/^\d/.test(text) ? at === 0 : at !== -1;
  });
}

test('the catalogue holds every documented code and 91014 of older pages, each once and in order', () => {
  const codes = INFINITY.map(({ code }) => code);
  assert.deepEqual(
    [...DOCUMENTED.map(({ code }) => code), 91014].filter((code) => !codes.includes(code)),
    [],
  );
  assert.deepEqual(
    codes,
    [...new Set(codes)].sort((a, b) => a - b),
  );
  const counts = new Map<number, number>();
  for (const { code } of DOCUMENTED) {
    const area = Math.floor(code / 1000);
    counts.set(area, (counts.get(area) ?? 0) + 1);
  }
  assert.deepEqual(
    [...counts],
    [
      [90, 4],
      [91, 24],
      [92, 76],
      [93, 4],
      [94, 8],
      [95, 5],
    ],
  );
});

test('what a row means is what the documentation calls it', () => {
  forEachCode((row, { label }) => {
    assert.ok(row.meaning.toLowerCase().startsWith(label.toLowerCase()), `${row.code}: ${row.meaning}, ${label}`);
  });
});

test('the literals of the newest template stand in the documented message, in order', () => {
  forEachCode((row, { messages }) => {
    const all = spellings(row.templates[0]!);
    for (const message of messages) {
      assert.ok(
        all.some((parts) => occurInOrder(literalsOf(parts), message)),
        `${row.code}: ${message}`,
      );
    }
  });
});

test('the keys of the documented message are keys of the newest template', () => {
  forEachCode((row, { messages }) => {
    const keys = new Set(
      spellings(row.templates[0]!).flatMap((parts) =>
        parts.flatMap((part) => (part.kind === 'literal' ? part.key : [])),
      ),
    );
    for (const message of messages) {
      const shown = [...message.matchAll(/(\w+)(?:=|(?=”\{))|\[(\w+)\]/g)].map((match) => match[1] ?? match[2] ?? '');
      for (const key of shown) assert.ok(keys.has(key), `${row.code}: ${key}`);
    }
  });
});

test('names, severities, outcomes and mappings are those agreed', () => {
  forEachCode((row, documented) => {
    assert.equal(row.name, documented.name);
    assert.equal(row.severity, documented.severity, row.name);
    assert.equal(STATUS_OF_OUTCOME[row.outcome], documented.status_id, row.name);
    const { activity_name: activityName, entity_type: entityType, ...ocsf } = documented.ocsf;
    const { classUid, activityId } = row.ocsf;
    assert.deepEqual(
      { class_uid: classUid, activity_id: activityId, type_uid: classUid * 100 + activityId },
      ocsf,
      row.name,
    );
    assert.equal(row.ocsf.activityName, activityName, row.name);
    if (entityType !== undefined) assert.equal(row.ocsf.entityType, entityType, row.name);
    const { schema, type, result, object_type: objectType } = documented.asim;
    assert.deepEqual(
      { ...row.asim },
      { eventSchema: schema, eventType: type, eventResult: result, ...(objectType && { objectType }) },
      row.name,
    );
    if (documented.object_type !== undefined) assert.equal(row.objectType, documented.object_type);
  });
});

test('91014 is the old code of 91011', () => {
  const { code: _, source, meaning, templates, ...old } = ROWS.get(91014)!;
  const { code: _code, source: _source, meaning: _meaning, templates: newer, ...today } = ROWS.get(91011)!;
  assert.deepEqual(old, today);
  assert.match(meaning, /91011/);
  assert.match(source, /^https:\/\//);
  assert.deepEqual(
    templates.map(({ text }) => text),
    newer.map(({ text }) => text),
  );
});

test('the last digit of a documented code is its verb, but for the known exceptions', () => {
  const verbs = ['update', 'create', 'delete'];
  const rows = DOCUMENTED.map(({ code }) => ROWS.get(code)!);
  const exceptions = rows.filter(({ code, action }) => verbs[(code % 10) - 1] !== action).map(({ code }) => code);
  assert.deepEqual(exceptions, [
    ...[90211, 90212, 90213, 90214, 91041, 91042, 91043, 91072, 91073, 91074, 91075, 91181, 91182, 91183],
    ...[93011, 93031, 93131, 93262, 94011, 94031, 94131, 94162, 94262, 94301, 94303],
    ...[95011, 95012, 95381, 95382, 95471],
  ]);
});

test('the vocabularies are closed', () => {
  for (const row of CATALOGUE) {
    assert.ok(FAMILIES.includes(row.family), row.name);
    assert.ok(ACTIONS.includes(row.action), row.name);
    assert.ok(row.channel === null || CHANNELS.includes(row.channel), row.name);
    assert.ok(OUTCOMES.includes(row.outcome), row.name);
    assert.ok(SEVERITIES.includes(row.severity), row.name);
    assert.match(row.name, /^[a-z_]+\.[a-z_]+$/);
    assert.match(row.objectType, /^[a-z_]+$/);
  }
});

test('family and channel follow from the digits', () => {
  const families: readonly (readonly [RegExp, string])[] = [
    [/^902/, 'session'],
    [/^910[17]/, 'account'],
    [/^91/, 'access'],
    [/^(92|93262|94262)/, 'content'],
    [/^(93[01]|940|94131)/, 'execution'],
    [/^(94162|943)/, 'data'],
    [/^95/, 'ai'],
  ];
  const channels: Readonly<Record<string, string>> = { 93: 'api', 94: 'web', 95: 'spark' };
  for (const { code, family, channel, aiMode } of INFINITY) {
    assert.equal(family, families.find(([digits]) => digits.test(String(code)))?.[1], String(code));
    assert.equal(channel, channels[Math.floor(code / 1000)] ?? null, String(code));
    assert.equal(aiMode !== undefined, [95011, 95012, 95381, 95382].includes(code), String(code));
  }
});

test('template ids are the code and a letter, oldest first, so the newest stands first', () => {
  for (const { sourceSystem, code, templates } of CATALOGUE) {
    assert.ok(templates.length > 0 || sourceSystem !== 'infinity');
    const letters = templates.map((_, index) => String.fromCharCode(0x41 + templates.length - 1 - index));
    assert.deepEqual(
      templates.map(({ id }) => id),
      letters.map((letter) => `${code}.${letter}`),
    );
  }
});

test('no two templates have one id, whatever source system they are of', () => {
  const ids = CATALOGUE.flatMap(({ templates }) => templates.map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length);
});

test('every field is one that some template fills, and its name stands once', () => {
  const filled = new Set(
    CATALOGUE.flatMap(({ templates }) => templates)
      .flatMap((template) => spellings(template))
      .flat()
      .flatMap((part) => (part.kind === 'literal' ? [] : [part.field])),
  );
  assert.deepEqual(new Set(FIELDS.map(({ name }) => name)), filled);
  assert.equal(new Set(FIELDS.map(({ name }) => name)).size, FIELDS.length);
});

test('the catalogue of today has its place after all versions before it', () => {
  assert.equal(
    CATALOGUE_VERSIONS.at(-1),
    CATALOGUE_VERSION,
    `the catalogue has changed: append '${CATALOGUE_VERSION}' to CATALOGUE_VERSIONS in src/catalogue/versions.ts, and ` +
      'leave every version that was ever published where it is, so that older programs know this one for newer',
  );
  assert.equal(new Set(CATALOGUE_VERSIONS).size, CATALOGUE_VERSIONS.length, 'each version has one place');
  assert.equal(CATALOGUE_ORDER, CATALOGUE_VERSIONS.length);
  assert.equal(CATALOGUE_VERSIONS[0], '122-44d29936', 'the first that was published stays the first');
});

test('the catalogue version changes exactly when rows change', () => {
  const [first, ...rest] = CATALOGUE;
  assert.match(CATALOGUE_VERSION, new RegExp(`^${CATALOGUE.length}-[0-9a-f]{8}$`));
  const turned = Object.fromEntries(Object.entries(first!).reverse()) as unknown as AuditCode;
  assert.equal(catalogueVersionOf([turned, ...rest]), CATALOGUE_VERSION, 'the order of keys is no part of a row');
  assert.notEqual(catalogueVersionOf([{ ...first!, severity: 'high' }, ...rest]), CATALOGUE_VERSION);
  assert.notEqual(catalogueVersionOf(rest), CATALOGUE_VERSION);
});
