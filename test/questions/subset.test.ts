import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { renderQuestion } from '../../src/questions/index.ts';
import { VIEWS } from '../../src/views/index.ts';
import { QUESTIONS } from './planted-lake.ts';

/** Functions that the three dialects have under one name and with one meaning. */
const FUNCTIONS = new Set([
  ...['CAST', 'TRY_CAST', 'COALESCE', 'NULLIF', 'CONCAT', 'LOWER', 'SUBSTRING', 'REPLACE', 'TRANSLATE', 'TRIM'],
  ...['COUNT', 'SUM', 'MIN', 'MAX', 'LAG', 'ROW_NUMBER'],
]);
/** Words that may stand before a parenthesis and are no functions. */
const BEFORE_PARENTHESIS = new Set(['AS', 'AND', 'OR', 'NOT', 'IN', 'OVER', 'ON', 'WHEN', 'THEN', 'WHERE', 'FROM']);
/** What `{{words(…)}}` makes blanks of, as each dialect writes it. */
const MARKS = `'.,;:@-_/\\+()<>"'`;
const KEYWORDS = new Set([
  ...[
    'WITH',
    'AS',
    'SELECT',
    'DISTINCT',
    'FROM',
    'INNER',
    'LEFT',
    'JOIN',
    'ON',
    'WHERE',
    'GROUP',
    'BY',
    'ORDER',
    'DESC',
  ],
  ...['UNION', 'ALL', 'AND', 'OR', 'NOT', 'IN', 'IS', 'NULL', 'LIKE', 'BETWEEN', 'CASE', 'WHEN', 'THEN', 'ELSE', 'END'],
  ...['HAVING', 'OVER', 'PARTITION', 'ROWS', 'UNBOUNDED', 'PRECEDING', 'FOLLOWING', 'CURRENT', 'ROW'],
]);
/** Words that T-SQL or Spark reserves: no name may be one. */
const RESERVED =
  /^(user|time|date|timestamp|order|group|key|index|file|plan|open|close|current|percent|public|rule|set|table|to|top|values|view|with|when|first|last|both|any|some|all|end|start|window|limit|check|column|create|delete|execute|external|over|merge|print|read|save|schema|use)$/i;
const TYPES = /^(int|bigint|date|varchar\(\d+\))$/;

/** A question's SQL with days as plain words, without comments and literals. */
function sqlOf(text: string): { readonly sql: string; readonly literals: readonly string[] } {
  const day = /\(CAST\(now\(\) AT TIME ZONE 'UTC' AS date\) - \d+\)|CAST\('0001-01-01' AS date\)/g;
  const body = text.slice(text.indexOf('\n\n')).replaceAll(day, 'a_day');
  const plain = body.replaceAll(/^ *--.*$/gm, '');
  const literals = plain.match(/'[^']*'/g) ?? [];
  return { sql: plain.replaceAll(/'[^']*'/g, "''"), literals };
}

/** Breaches of the subset, each with what was found. */
function breaches(text: string): string[] {
  const { sql, literals } = sqlOf(text);
  const found: string[] = [];
  const expect = (holds: boolean, breach: string) => {
    if (!holds) found.push(breach);
  };
  const ctes = [...sql.matchAll(/(?:WITH|,)\s+(\w+) AS \(/g)].map(([, name]) => name!);
  const aliases = [...sql.matchAll(/\bAS (\w+)\b/g)].map(([, name]) => name!).filter((name) => !TYPES.test(name));
  const columns = Object.values(VIEWS).flatMap((view) => view.columns.map(({ name }) => name));
  const known = new Set([...columns, ...Object.keys(VIEWS), ...ctes, ...aliases, 'a_day']);

  for (const [, symbol] of sql.matchAll(/([^\w\s.,()=<>+\-*/%'])/g)) found.push(`symbol ${symbol}`);
  for (const [operator] of sql.matchAll(/[=<>!+*/|:-]{2,}/g))
    expect(['<>', '<=', '>='].includes(operator), `operator ${operator}`);
  for (const [, name] of sql.matchAll(/\b(\w+)\s*\(/g)) {
    const isFine = FUNCTIONS.has(name!) || BEFORE_PARENTHESIS.has(name!) || name === 'varchar';
    expect(isFine, `function ${name}`);
  }
  for (const [word] of sql.matchAll(/\b[A-Za-z_]\w*\b/g)) {
    const isFine =
      KEYWORDS.has(word) || FUNCTIONS.has(word) || known.has(word) || /^(int|bigint|date|varchar)$/.test(word);
    expect(isFine, `word ${word}`);
  }
  for (const [, type] of sql.matchAll(/CAST\((?:[^()]|\([^()]*\))* AS ([^)]+\)?)\)/g))
    expect(TYPES.test(type!), `type ${type}`);
  for (const [, source] of sql.matchAll(/\b(?:FROM|JOIN)\s+(\w+)/g)) {
    expect(ctes.includes(source!) || source! in VIEWS, `relation ${source}`);
  }
  for (const name of [...ctes, ...aliases]) expect(!RESERVED.test(name), `reserved ${name}`);
  for (const literal of literals) expect(literal === MARKS || !/[\\[\]]/.test(literal), `literal ${literal}`);
  for (const [clause] of sql.matchAll(/\bGROUP BY (?:ALL|\d)|\bORDER BY \d|\b(?:UNION|SELECT) \*/g))
    found.push(`clause ${clause}`);
  expect(orders(sql) === 1, 'one ORDER BY, at the end, outside of windows');
  return found;
}

/** ORDER BY clauses that are not in the parentheses of OVER; one within any other parentheses counts twice. */
function orders(sql: string): number {
  const opened: string[] = [];
  let count = 0;
  for (const { 0: token, index } of sql.matchAll(/\(|\)|\bORDER BY\b/g)) {
    if (token === '(') opened.push(/\bOVER\s*$/.test(sql.slice(0, index)) ? 'window' : 'other');
    else if (token === ')') opened.pop();
    else if (opened.at(-1) !== 'window') count += opened.length === 0 ? 1 : 2;
  }
  return count;
}

describe('the common subset of T-SQL, Spark SQL and DuckDB', () => {
  it('has questions, numbered without a gap, each with a name of its own', () => {
    assert.ok(QUESTIONS.length > 0);
    assert.deepEqual(
      QUESTIONS.map(({ number }) => number),
      QUESTIONS.map((_, index) => index + 1),
    );
    assert.equal(new Set(QUESTIONS.map(({ name }) => name)).size, QUESTIONS.length);
  });

  for (const question of QUESTIONS) {
    const { file } = question;
    it(`${file} stays in it, over the views and no other relation, also with lists and other days`, () => {
      assert.deepEqual(breaches(renderQuestion(question, 'duckdb')), []);
      const texts = { kind: 'texts', texts: ['a', "it's"] } as const;
      const lists = question.parameters
        .filter(({ type }) => type === 'texts')
        .map(({ name }) => [name, texts] as const);
      assert.deepEqual(breaches(renderQuestion(question, 'duckdb', { values: new Map(lists) })), []);
    });

    it(`${file} is written as the others are`, () => {
      const text = readFileSync(new URL(`../../infra/queries/${file}`, import.meta.url), 'utf8');
      assert.match(question.question, /\?$/);
      assert.match(text, /[^\n;]\n$/);
      for (const line of text.split('\n')) assert.ok(line.length <= 120 && !/\t| $/.test(line), line);
    });
  }

  it('is left by what one dialect lacks', () => {
    const body = (sql: string) => breaches(`-- Question: Q?\n\n${sql} ORDER BY code`);
    assert.deepEqual(body("SELECT code FROM audit_events WHERE action = 'create'"), []);
    const left: Readonly<Record<string, string>> = {
      'SELECT TOP 5 code FROM audit_events': 'word TOP',
      'SELECT code || action AS a FROM audit_events': 'symbol |',
      'SELECT code::varchar AS a FROM audit_events': 'symbol :',
      'SELECT IFNULL(action, action) AS a FROM audit_events': 'function IFNULL',
      'SELECT code FROM audit_events WHERE TRUE': 'word TRUE',
      "SELECT code FROM audit_events WHERE event_date > DATE '2026-01-01'": 'word DATE',
      'SELECT "code" FROM audit_events': 'symbol "',
      'SELECT [code] FROM audit_events': 'symbol [',
      'SELECT code FROM audit_events WHERE code != 1': 'symbol !',
      'SELECT CAST(code AS TEXT) AS a FROM audit_events': 'type TEXT',
      'SELECT code FROM audit_events_table': 'relation audit_events_table',
      'SELECT code AS user FROM audit_events': 'reserved user',
      "SELECT code FROM audit_events WHERE action LIKE '[c]%'": "literal '[c]%'",
      'SELECT code, COUNT(*) AS n FROM audit_events GROUP BY ALL': 'clause GROUP BY ALL',
      'WITH a AS (SELECT code FROM audit_events ORDER BY code) SELECT code FROM a':
        'one ORDER BY, at the end, outside of windows',
      'SELECT code FROM audit_events ORDER BY code LIMIT 3': 'word LIMIT',
      'SELECT code FROM audit_events WHERE no_such_column = 1': 'word no_such_column',
    };
    for (const [sql, breach] of Object.entries(left)) assert.ok(body(sql).includes(breach), `${sql}: ${body(sql)}`);
  });
});
