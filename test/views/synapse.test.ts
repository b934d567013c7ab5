import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { LISTS, SYNAPSE_VIEWS, VIEWS } from '../../src/views/index.ts';
import { everyTemplate } from '../ingest/exports.ts';
import { AskedLake, HEADER, record } from './asked-lake.ts';

/** What T-SQL has and DuckDB lacks, as macros of the same meaning; STUFF is only ever asked to take the first character away. */
const MACROS = [
  'CREATE MACRO string_escape(value, form) AS substring(CAST(to_json(value) AS VARCHAR), 2, length(CAST(to_json(value) AS VARCHAR)) - 2)',
  'CREATE MACRO stuff(value, first, count, put) AS substring(value, first + count)',
  'CREATE MACRO json_value(value, place) AS json_extract_string(value, place)',
  "CREATE MACRO openjson(list) AS TABLE SELECT key, json_extract_string(value, '$') AS value FROM json_each(list)",
];

/** T-SQL as DuckDB writes it, as far as the views go. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/OPENROWSET\((?:[^()']|'[^']*')*?BULK '(\w+)'(?:[^()']|'[^']*')*\) WITH \((?:[^()]|\([^()]*\))*\)/g, '$1_table'],
  [/CREATE OR ALTER VIEW dbo\.(\w+)/g, 'CREATE VIEW synapse_$1'],
  [/FROM (?:dbo\.)?(audit_\w+)(?<!_table)\b/g, 'FROM synapse_$1'],
  [/CROSS APPLY OPENJSON\((e\.\w+)\)/g, 'CROSS JOIN LATERAL (SELECT key, value FROM openjson($1))'],
  [/ COLLATE \w+/g, ''],
  [/varchar\(max\)/g, 'varchar'],
  [/CAST\('1970-01-01' AS datetime2\(6\)\)/g, "TIMESTAMPTZ '1970-01-01 00:00:00+00'"],
  [/DATEDIFF(?:_BIG)?\((\w+), /g, "datediff('$1', "],
  [/DATEPART\((\w+), (r\.\w+)\)/g, "date_part('$1', $2 AT TIME ZONE 'UTC')"],
  [/\[(key|value)\]/g, '$1'],
];

function spelled(sql: string): string {
  return SPELLINGS.reduce((text, [pattern, put]) => text.replaceAll(pattern, put), sql);
}

/** Synapse itself is not at hand: the text of its views runs here with what differs replaced, and says what DuckDB's own views say. */
describe('the Synapse views, spelled as DuckDB spells', () => {
  let lake: AskedLake;

  beforeAll(async () => {
    const vendor = ['', '[]', '["a\\\\b", Ops]'].map((roles, index) =>
      record(
        91041,
        `Nexthink access granted, grantee="g", expiration="", main_role="Admin \\ / 'q'", additional_roles=${roles}`,
        `2026-03-07T00:00:0${index}Z`,
      ),
    );
    const edges = ['2026-03-01T23:59:59.999999Z', '2000-01-01T00:00:00Z', '2024-02-29T12:00:00.000001Z'].map((time) =>
      record(91051, 'SSO Configuration update', time),
    );
    lake = await AskedLake.of({
      'every-template.csv': everyTemplate(),
      'edges.csv': HEADER + [...vendor, ...edges, record(99999, 'Something new')].join(''),
    });
    for (const macro of MACROS) await lake.connection.run(macro);
    const {
      audit_events: events,
      audit_codes: codes,
      audit_event_items: items,
      audit_events_ocsf: ocsf,
    } = SYNAPSE_VIEWS;
    for (const statement of [events(), codes(), items(), ocsf()].flat()) await lake.connection.run(spelled(statement));
  });
  afterAll(() => lake.close());

  /** Lists as JSON text on both sides, numbers of one width, rows in one order. */
  async function rows(name: string, prefix: string, key: string): Promise<Record<string, unknown>[]> {
    const { columns } = Object.values(VIEWS).find((view) => view.name === name)!;
    const values = columns.map((column) => {
      if (column.type === 'list') return `CAST(CAST(${column.name} AS JSON) AS VARCHAR) AS ${column.name}`;
      return column.type === 'integer' ? `CAST(${column.name} AS BIGINT) AS ${column.name}` : column.name;
    });
    return lake.query(`SELECT ${values.join(', ')} FROM ${prefix}${name} ORDER BY ${key}`);
  }

  for (const [name, key] of [
    ['audit_events', 'event_uid'],
    ['audit_event_items', 'event_uid, list_name, position'],
    ['audit_codes', 'code'],
    ['audit_events_ocsf', 'metadata_uid'],
  ] as const) {
    it(`say of ${name} the same`, async () => {
      const expected = await rows(name, '', key);
      assert.ok(expected.length > 100);
      assert.deepEqual(await rows(name, 'synapse_', key), expected);
    });
  }

  it('declare every list as text of any length', () => {
    const [statement] = SYNAPSE_VIEWS.audit_events();
    for (const list of LISTS)
      assert.ok(statement!.includes(`    ${list} varchar(max) COLLATE Latin1_General_100_BIN2_UTF8`));
  });
});
