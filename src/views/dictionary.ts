import { type AuditCode, FIELDS, type FieldName, type Person } from '../catalogue/index.ts';
import { EVENT_COLUMNS, rowsThatFill } from '../events/index.ts';
import { CODE_TABLE_COLUMNS, COVERAGE_STATES, COVERAGE_TABLE_COLUMNS } from '../lake/index.ts';
import examples from './column-examples.json' with { type: 'json' };
import { type ColumnNote, EVENT_NOTES, NEVER, OTHER_NOTES } from './column-notes.ts';
import { EVENT_ITEMS, type ViewColumn, type ViewType } from './columns.ts';
import { DUCKDB_TYPES } from './duckdb.ts';
import { OCSF_ATTRIBUTES } from './ocsf.ts';
import { ocsfNullWhen, ocsfSources, ocsfValues } from './ocsf-reading.ts';
import { SPARK_TYPES } from './spark.ts';
import { synapseType } from './synapse.ts';
import { VIEWS } from './views.ts';

/** What gives a column its values. */
export type ColumnGiver =
  | 'the record'
  | 'the raw file'
  | 'the code'
  | 'the message'
  | 'other columns'
  | 'the catalogue'
  | 'the comparison'
  | 'the quarantine';

/** A code whose messages fill a column. */
export type FillingCode = Pick<AuditCode, 'sourceSystem' | 'code' | 'name'>;

/** All that is known of a column of a view. */
export interface DictionaryColumn {
  readonly view: string;
  readonly name: string;
  readonly type: ViewType;
  /** Its type in each engine. */
  readonly types: { readonly duckdb: string; readonly synapse: string; readonly databricks: string };
  readonly meaning: string;
  /** A value, as a query prints it; null where there is none to show. */
  readonly example: string | null;
  /** Whose its values are. */
  readonly person: Person;
  /** When it is null: `never`, or what completes "null where …". */
  readonly null_when: string;
  readonly from: ColumnGiver;
  /** The columns of audit_events that it is made of, where it is made of others. */
  readonly made_of: readonly string[];
  /** The codes whose messages fill it; none where it is not filled from messages. */
  readonly codes: readonly FillingCode[];
  /** All values that it can have, where the list is closed. */
  readonly choices: readonly string[];
}

type Told = Omit<DictionaryColumn, 'view' | 'name' | 'type' | 'types' | 'example' | 'meaning'>;

/** When a column that messages fill is null. */
export const UNSAID =
  'the message does not state it, can be read in more than one way there (decode_status), or is of a code that has none';

const NOBODY = { person: 'none', made_of: [], codes: [], choices: [] } as const;

let known: readonly DictionaryColumn[] | null = null;

/** Every column of every view, in their order. Made when it is asked for first: most commands never do. */
export function dictionary(): readonly DictionaryColumn[] {
  known ??= Object.values(VIEWS).flatMap(({ name: view, columns }) => columns.map((column) => described(view, column)));
  return known;
}

/** The columns that hold every word in view, name, meaning, type, codes or choices; one that is named exactly is alone. */
export function findColumns(words: readonly string[]): readonly DictionaryColumn[] {
  const wanted = words.map((word) => word.toLowerCase());
  const [only] = wanted;
  const exact = dictionary().filter(({ view, name }) => only === name || only === `${view}.${name}`);
  if (wanted.length === 1 && exact.length > 0) return exact;
  return dictionary().filter((column) => {
    const text = searched(column);
    return wanted.every((word) => text.includes(word));
  });
}

/** Names that somebody may have meant by a word that finds nothing, the nearest first. */
export function columnNames(): readonly string[] {
  return [...new Set(dictionary().map(({ name }) => name))];
}

function searched({ view, name, meaning, types, from, codes, choices, made_of: made }: DictionaryColumn): string {
  const told = codes.flatMap((each) => [String(each.code), each.name]);
  return [view, `${view}.${name}`, name, meaning, ...Object.values(types), from, ...told, ...choices, ...made]
    .join('\n')
    .toLowerCase();
}

function described(view: string, column: ViewColumn): DictionaryColumn {
  const { name, type, comment } = column;
  const note = noteOf(view, name);
  const types = { duckdb: DUCKDB_TYPES[type], synapse: synapseType(view, column), databricks: SPARK_TYPES[type] };
  const told = toldOf(view, column);
  return {
    ...{
      view,
      name,
      type,
      types,
      meaning: note.meaning ?? withoutCodes(comment),
      example: note.example ?? exampleOf(view, name, told.made_of),
    },
    ...told,
    null_when: note.nullWhen ?? told.null_when,
  };
}

const EXAMPLES: Readonly<Record<string, Readonly<Record<string, string>>>> = examples;

/** As the samples have it; of an attribute that holds one column of audit_events, what that has. */
function exampleOf(view: string, name: string, made: readonly string[]): string | null {
  const found = EXAMPLES[view]?.[name];
  if (found !== undefined) return found;
  const [only, ...others] = made.filter((source) => source !== 'code');
  if (view !== 'audit_events_ocsf' || only === undefined || others.length > 0) return null;
  return noteOf('audit_events', only).example ?? EXAMPLES['audit_events']?.[only] ?? null;
}

function noteOf(view: string, name: string): ColumnNote {
  const notes: Readonly<Record<string, ColumnNote>> = view === 'audit_events' ? EVENT_NOTES : (OTHER_NOTES[view] ?? {});
  return notes[name] ?? {};
}

/** A comment without how a list is stored and which codes fill it: that is told apart. */
function withoutCodes(comment: string): string {
  return comment.replace(/ JSON array of strings; .*?not stated\./, '').replace(/ From the message of [^.]*\.$/, '');
}

function toldOf(view: string, column: ViewColumn): Told {
  switch (view) {
    case 'audit_events':
      return ofEvents(column);
    case 'audit_event_items':
      return ofItems(column);
    case 'audit_events_ocsf':
      return ofOcsf(column);
    case 'audit_codes':
      return ofTable(column, CODE_TABLE_COLUMNS, 'the catalogue');
    case 'audit_coverage': {
      const told = ofTable(column, COVERAGE_TABLE_COLUMNS, 'the comparison');
      return column.name === 'state' ? { ...told, choices: COVERAGE_STATES } : told;
    }
    default:
      // What the quarantine quotes of a raw file may mention anybody.
      return {
        ...NOBODY,
        person: /^(?:raw|raw_base64|explanation)$/.test(column.name) ? 'mentioned' : 'none',
        null_when: NEVER,
        from: 'the quarantine',
      };
  }
}

const GIVERS = {
  record: 'the record',
  file: 'the raw file',
  code: 'the code',
  message: 'the message',
  path: 'the record',
} as const;

function ofEvents({ name }: ViewColumn): Told {
  const column = EVENT_COLUMNS.find((each) => each.name === name);
  if (column === undefined) {
    const made = name === 'event_weekday' ? ['event_date'] : ['event_time'];
    return { ...NOBODY, null_when: NEVER, from: 'other columns', made_of: made };
  }
  const { by, person, required, choices = [] } = column;
  const field = FIELDS.find((each) => each.name === name);
  return {
    person,
    null_when: required ? NEVER : by === 'message' ? UNSAID : NEVER,
    from: GIVERS[by],
    made_of: [],
    codes: field === undefined ? [] : rowsThatFill(field.name as FieldName).map(fillingCode),
    choices,
  };
}

function fillingCode({ sourceSystem, code, name }: AuditCode): FillingCode {
  return { sourceSystem, code, name };
}

function ofItems({ name }: ViewColumn): Told {
  const isItem = EVENT_ITEMS.slice(-3).some((column) => column.name === name);
  if (!isItem) return { ...ofEvents({ name, type: 'text', comment: '' }), null_when: NEVER };
  const lists = EVENT_COLUMNS.filter(({ list }) => list);
  const choices = name === 'list_name' ? lists.map((list) => list.name) : [];
  return {
    ...NOBODY,
    person: name === 'item' ? 'mentioned' : 'none',
    null_when: NEVER,
    from: 'other columns',
    choices,
  };
}

function ofOcsf({ name }: ViewColumn): Told {
  const attribute = OCSF_ATTRIBUTES.find((each) => each.name === name);
  if (attribute === undefined) throw new Error(`expected ${name} among the attributes of OCSF, found none`);
  const made = ocsfSources(attribute);
  const persons = ocsfValues(attribute).map(
    (source) => EVENT_COLUMNS.find((each) => each.name === source)?.person ?? 'none',
  );
  const person = (['name', 'id', 'mentioned'] as const).find((each) => persons.includes(each)) ?? 'none';
  return { ...NOBODY, person, null_when: ocsfNullWhen(attribute), from: 'other columns', made_of: made };
}

function ofTable(
  { name }: ViewColumn,
  columns: readonly { readonly name: string; readonly nullable: boolean; readonly person: Person }[],
  from: ColumnGiver,
): Told {
  const column = columns.find((each) => each.name === name);
  return { ...NOBODY, person: column?.person ?? 'none', null_when: NEVER, from };
}
