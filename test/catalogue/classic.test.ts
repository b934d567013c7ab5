import assert from 'node:assert/strict';
import { test } from 'vitest';
import { type AuditCode, CATALOGUE, catalogueOf } from '../../src/catalogue/index.ts';
import { SOURCE_SYSTEMS } from '../../src/source/index.ts';

const CLASSIC = ['engine', 'portal', 'console'] as const;

/** The codes of the classic pages, as ranges; with `+` those whose message is shown. */
const DOCUMENTED: Readonly<Record<(typeof CLASSIC)[number], { readonly shown: string; readonly described: string }>> = {
  engine: { shown: '10001-10012 10017-10019 10026 10028', described: '10029' },
  portal: {
    shown: '20001-20002 20004 20101-20104 20201-20211 20501-20503',
    described:
      '20504-20505 20701-20704 20801 20803-20804 20901-20903 20911-20913 20921-20923 20931-20933 20941-20943 21001-21003',
  },
  console: {
    shown: '50000-50003 51000 51010-51012 51020-51022 51100-51103',
    described:
      '51104 51106-51109 51111-51112 51603 51609-51611 51800 52000-52001 52007 52010-52012 52090-52091 52100 52105 52200-52201 52550 53090-53093',
  },
};

function codesIn(ranges: string): number[] {
  return ranges.split(' ').flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

test('the catalogue knows the source systems that records come from, and no other', () => {
  assert.deepEqual([...new Set(CATALOGUE.map(({ sourceSystem }) => sourceSystem))], [...SOURCE_SYSTEMS]);
});

test('every documented classic code has one row, and a template exactly where its message is shown', () => {
  for (const system of CLASSIC) {
    const rows = catalogueOf(system);
    const withTemplate = rows.filter(({ templates }) => templates.length > 0).map(({ code }) => code);
    const without = rows.filter(({ templates }) => templates.length === 0).map(({ code }) => code);
    assert.deepEqual(withTemplate, codesIn(DOCUMENTED[system].shown), system);
    assert.deepEqual(without, codesIn(DOCUMENTED[system].described), system);
  }
});

test('what a classic code has in common with one of Infinity, it maps and calls as that one does', () => {
  const meaningOf = ({ family, action, objectType, outcome, severity, ocsf, asim }: AuditCode) => ({
    ...{ family, action, objectType, outcome, severity, ocsf, asim },
  });
  const infinity = Map.groupBy(catalogueOf('infinity'), ({ name }) => name);
  const shared = new Map<string, number[]>();
  for (const row of CLASSIC.flatMap(catalogueOf)) {
    const [same] = infinity.get(row.name) ?? [];
    if (same === undefined) continue;
    assert.deepEqual(meaningOf(row), meaningOf(same), `${row.sourceSystem} ${row.code}`);
    shared.set(row.name, [...(shared.get(row.name) ?? []), row.code]);
  }
  assert.deepEqual(shared.get('user.login'), [10006, 20101, 20801, 50000]);
  assert.deepEqual(shared.get('user.logout'), [10007, 20102, 50002, 50003]);
  assert.deepEqual(shared.get('user.login_failed'), [20103, 20803, 50001]);
  assert.deepEqual(shared.get('user.locked'), [20104]);
  assert.deepEqual(shared.get('user.created'), [10009, 20201]);
  assert.deepEqual(shared.get('user.updated'), [10011, 20203, 20204, 20205]);
  assert.deepEqual(shared.get('user.deleted'), [10010, 20202]);
  assert.deepEqual(shared.get('role.updated'), [20207]);
  assert.deepEqual(shared.get('remote_action.executed'), [21001, 21002, 21003]);
});

test('codes that the pages have for two things say so, and no template pretends to know', () => {
  const twice = CATALOGUE.filter(({ usedTwice }) => usedTwice);
  assert.deepEqual(
    twice.map(({ sourceSystem, code, templates }) => [sourceSystem, code, templates.length]),
    [
      ['console', 52010, 0],
      ['console', 52100, 0],
    ],
  );
  for (const { meaning } of twice) assert.match(meaning, /, or /);
});

test('every row names the page that it was read from', () => {
  for (const { code, source } of CATALOGUE) assert.match(source, /^https:\/\/docs?\.nexthink\.com\//, String(code));
});
