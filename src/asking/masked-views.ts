import { EVENT_COLUMNS } from '../events/index.ts';
import { SHORTEST_NAME } from '../masking/index.ts';
import { createView, QUARANTINE_FILES, QUARANTINE_ROWS, VIEWS, type ViewColumn } from '../views/index.ts';

/** The schema of what is not masked: statements of our own may read it, and no other. */
export const UNMASKED = 'unmasked';

/** The functions of {@link PeopleMask} in the engine. */
export const MASKING_FUNCTIONS = {
  /** Of a value that names a person. */
  person: 'masked_person',
  /** Of JSON text that holds a list of such values. */
  people: 'masked_people',
  /** Of a text that may name anybody. */
  text: 'masked_text',
  /** The same, and a list of names that are looked for in this text only. */
  ownText: 'masked_own_text',
  /** Of JSON text in which texts may. */
  json: 'masked_json',
  /** Of an id that is made of what a record says. */
  id: 'masked_id',
} as const;

/** Columns of text that the program itself writes, or that hold no words. */
const WORDLESS = new Set([
  ...['event_time_text', 'instance', 'settings_hash', 'reason'],
  ...['catalogue_version', 'template_id', 'state', 'counts_sha256', 'source_system'],
]);

/** Columns of sizes of what is shown masked: they would tell how long a name is. */
const SIZES = new Set(['byte_offset', 'size']);

/** Columns of digests of what a record says, or a whole file: with a list of names they could be tried out. */
const IDS = new Set(['event_uid', 'source_etag', 'ingest_id']);

const EVENT = new Map(EVENT_COLUMNS.map((column) => [column.name as string, column]));

/** Columns in which a single value names a person. */
const SINGLE = EVENT_COLUMNS.filter(({ person, list }) => (person === 'name' || person === 'id') && !list);

/** Columns in which a list of values does. */
const PEOPLE_LISTS = EVENT_COLUMNS.filter(({ person, list }) => (person === 'name' || person === 'id') && list);

/** A column of a relation that is masked, as far as masking has to know it. */
export interface MaskedColumn {
  readonly name: string;
  readonly type: ViewColumn['type'];
}

/** SQL of each distinct set of values that name people in the events, over the relation with these columns. */
export function peopleQuery(columns: readonly MaskedColumn[]): string {
  const has = new Set(columns.map(({ name }) => name));
  const texts = (names: readonly { readonly name: string }[]) => names.filter(({ name }) => has.has(name));
  const single = `SELECT DISTINCT unnest([${texts(SINGLE).map(({ name }) => name)}]::VARCHAR[]) AS name, false AS list`;
  const lists = texts(PEOPLE_LISTS).map(({ name }) => `SELECT DISTINCT ${name} AS name, true AS list`);
  const from = ` FROM ${UNMASKED}.audit_events_table`;
  return `SELECT name, list FROM (${[single, ...lists].map((query) => query + from).join(' UNION ALL ')}) WHERE name IS NOT NULL`;
}

/**
 * The SELECT list of a table of events whose people are masked. A column that this program does not know is masked as a text.
 * @param ownNames whether names may be so short that they are looked for in the texts of their own row alone
 */
function maskedEvents(columns: readonly MaskedColumn[], ownNames: boolean): string {
  const has = new Set(columns.map(({ name }) => name));
  const own = ownNames ? ownNamesOf(has) : null;
  return columns.map(({ name, type }) => `  ${maskedEventColumn(name, type, own)}`).join(',\n');
}

/** SQL of a relation of events, all columns of the view and perhaps others, with its people masked. */
export function maskedRelation(query: string, columns: readonly MaskedColumn[], ownNames: boolean): string {
  const own = ownNames ? ownNamesOf(new Set(columns.map(({ name }) => name))) : null;
  const masked = columns
    .map(({ name, type }) => maskedEventColumn(name, type, own))
    .filter((expression, index) => expression !== identifier(columns[index]?.name ?? ''));
  return `(SELECT * REPLACE (\n  ${masked.join(',\n  ')}\n) FROM (${query}))`;
}

/** SQL of a column of the view of events as it is shown, from the columns as they are. */
export function shownColumn(name: string, ownNames: boolean): string {
  const { columns } = VIEWS.audit_events;
  const column = columns.find((each) => each.name === name);
  const own = ownNames ? ownNamesOf(new Set(columns.map((each) => each.name))) : null;
  return column === undefined ? identifier(name) : maskedExpression(name, column.type, own);
}

/** Statements that make tables and the quarantine, masked, in the main schema over those of the schema {@link UNMASKED}. */
export function maskedViews(
  tables: readonly { readonly name: string; readonly columns: readonly MaskedColumn[] }[],
  ownNames: boolean,
): string[] {
  const relations = tables.map(({ name, columns }) => ({
    name: `${name}_table`,
    // The catalogue is of no lake, and names nobody.
    list:
      name === 'audit_events' ? maskedEvents(columns, ownNames) : name === 'audit_codes' ? '  *' : maskedTexts(columns),
  }));
  const quarantine = [
    { name: 'quarantine_rows', list: maskedTexts(QUARANTINE_ROWS) },
    { name: 'quarantine_files', list: maskedTexts(QUARANTINE_FILES) },
  ];
  return [...relations, ...quarantine].map(({ name, list }) =>
    createView(name, `SELECT\n${list}\nFROM ${UNMASKED}.${name}`),
  );
}

function maskedEventColumn(name: string, type: MaskedColumn['type'], own: string | null): string {
  const [given, shown] = [identifier(name), maskedExpression(name, type, own)];
  return shown === given ? given : `${shown} AS ${given}`;
}

function maskedExpression(name: string, type: MaskedColumn['type'], own: string | null): string {
  const column = EVENT.get(name);
  if (!isOfWords(type) || WORDLESS.has(name) || column?.choices !== undefined) return identifier(name);
  const { person, people, text, ownText, json, id } = MASKING_FUNCTIONS;
  const given = identifier(name);
  if (IDS.has(name)) return `${id}(${given})`;
  const names = column?.person === 'name' || column?.person === 'id';
  if (type === 'list') {
    const masked = `${names ? people : json}(CAST(to_json(${given}) AS VARCHAR))`;
    return `CASE WHEN ${given} IS NOT NULL THEN from_json(${masked}, '["VARCHAR"]') END`;
  }
  if (names) return `${column.list ? people : person}(${given})`;
  if (column?.list === true || name === 'unmapped') return `${json}(${given})`;
  return own === null ? `${text}(${given})` : `${ownText}(${given}, ${own})`;
}

function isOfWords(type: MaskedColumn['type']): boolean {
  return type === 'text' || type === 'list';
}

function maskedTexts(columns: readonly MaskedColumn[]): string {
  return columns
    .map(({ name, type }) => {
      const given = identifier(name);
      // Nobody can look for a name in bytes that are no text.
      if (name === 'raw_base64') return `  CAST(NULL AS VARCHAR) AS ${given}`;
      if (SIZES.has(name)) return `  CAST(NULL AS BIGINT) AS ${given}`;
      if (type !== 'text' || WORDLESS.has(name)) return `  ${given}`;
      if (IDS.has(name)) return `  ${MASKING_FUNCTIONS.id}(${given}) AS ${given}`;
      return `  ${MASKING_FUNCTIONS.json}(${given}) AS ${given}`;
    })
    .join(',\n');
}

/** SQL of the names in a row that are too short to be looked for elsewhere. */
function ownNamesOf(has: ReadonlySet<string>): string {
  const names = SINGLE.filter(({ name }) => has.has(name)).map(({ name }) => identifier(name));
  const letters = `length(regexp_replace(name, '[^\\pL\\pN]', '', 'g'))`;
  return `list_filter([${names}]::VARCHAR[], lambda name: ${letters} BETWEEN 1 AND ${SHORTEST_NAME - 1})`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
