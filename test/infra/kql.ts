import { readdirSync, readFileSync } from 'node:fs';
import { LOG_RECORDS } from '../../src/telemetry/index.ts';

const INFRA = new URL('../../infra/', import.meta.url);

/** A query as it is shipped. */
export interface Query {
  /** Where it stands, for messages. */
  readonly name: string;
  readonly text: string;
}

/** A place where a query asks for a field of a record. */
export interface Access {
  readonly event: string;
  readonly field: string;
  /** The function that is applied to it; null where there is none. */
  readonly conversion: string | null;
}

interface WorkbookItem {
  readonly type: number;
  readonly name: string;
  readonly content: {
    readonly title?: string;
    readonly query?: string;
    readonly resourceType?: string;
    readonly timeContextFromParameter?: string;
    readonly crossComponentResources?: readonly string[];
  };
}

export interface Workbook {
  readonly items: readonly WorkbookItem[];
  readonly fallbackResourceIds: readonly string[];
}

/** A file of the folder infra. */
export function infraFile(path: string): string {
  return readFileSync(new URL(path, INFRA), 'utf8');
}

/** The queries of the alerts, by the alerts' names. */
export function alertQueries(): Query[] {
  const files = readdirSync(new URL('alerts/', INFRA)).sort();
  return files.map((file) => ({ name: file.replace(/\.kql$/, ''), text: infraFile(`alerts/${file}`) }));
}

export function workbook(): Workbook {
  return JSON.parse(infraFile('workbook.json')) as Workbook;
}

function workbookQueries(): Query[] {
  return workbook().items.flatMap(({ name, content: { query } }) =>
    query === undefined ? [] : [{ name, text: query }],
  );
}

/** The queries of a document, in blocks marked as kusto. */
function documentQueries(name: string): Query[] {
  const text = readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```kusto\n(.*?)^```$/gms)].map(([, query = ''], index) => ({
    name: `docs/${name}, block ${index + 1}`,
    text: query,
  }));
}

/** Every query that is shipped. */
export function allQueries(): Query[] {
  return [
    ...alertQueries(),
    ...workbookQueries(),
    ...documentQueries('operate.md'),
    ...documentQueries('telemetry.md'),
  ];
}

/** A query without comments. */
export function code({ text }: Query): string {
  return text.replaceAll(/^\s*\/\/.*\n/gm, '');
}

/** The records that a query asks for, by the beginning of their lines. */
export function askedRecords(query: Query): string[] {
  return [...code(query).matchAll(/message startswith_cs '\{"event":"(.*?)"'/g)].map(([, event = '']) => event);
}

/**
 * Where a query asks for fields: of what it calls by the name of a record, as `file.rows` or `problem['count']`, and of
 * whatever else it makes of a record's line.
 */
export function accesses(query: Query): Access[] {
  const text = code(query);
  const made = [...text.matchAll(/(\w+) = parse_json\(message\)/g)].map(([, name = '']) => name);
  const names = [...new Set([...made, ...Object.keys(LOG_RECORDS)])].join('|');
  const pattern = new RegExp(`(\\w+\\()?\\b(${names})(?:\\.(\\w+)|\\['(\\w+)'\\])(\\))?`, 'g');
  return [...text.matchAll(pattern)].map(([, open, event = '', dotted, quoted, close]) => ({
    event,
    field: dotted ?? quoted ?? '',
    conversion: open !== undefined && close !== undefined ? open.slice(0, -1) : null,
  }));
}
