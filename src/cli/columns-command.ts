import { FORMATS, type Rows, rowsOf, TEXT, TEXTS, textTable, UsageError, visible, wrapped } from '../present/index.ts';
import { nearest } from '../settings/index.ts';
import { columnNames, type DictionaryColumn, dictionary, findColumns } from '../views/index.ts';
import { command } from './command.ts';

/** Lists what the columns of the views mean, or those that hold every word of a search. */
export const register = command<unknown, [words: readonly string[]]>({
  name: 'columns',
  words: [['[word...]', 'parts of a view, name, meaning, code or value; one column named exactly shows all of it']],
  json: 'the columns as a JSON array',
  formats: FORMATS,
  run: (_, words) => {
    const found = findColumns(words);
    if (found.length === 0) throw nothingFound(words);
    return { json: () => found, text: () => describe(found, words), rows: () => tabular(found) };
  },
});

function nothingFound(words: readonly string[]): UsageError {
  const wanted = visible(words.join(' '));
  const near = nearest(words.join('_').toLowerCase(), columnNames());
  const meant = near === null ? '' : `; did you mean ${near}?`;
  return new UsageError(
    `no column holds ${JSON.stringify(wanted)} in its view, name, meaning, codes or values${meant}`,
  );
}

function tabular(columns: readonly DictionaryColumn[]): Rows {
  const types = {
    ...{ view: TEXT, column: TEXT, type: TEXT, duckdb_type: TEXT, synapse_type: TEXT, databricks_type: TEXT },
    ...{ meaning: TEXT, example: TEXT, null_when: TEXT, person: TEXT, filled_from: TEXT },
    ...{ codes: TEXTS, choices: TEXTS, made_of: TEXTS },
  };
  return rowsOf(
    types,
    columns.map(({ name, types: { duckdb, synapse, databricks }, from, codes, ...column }) => ({
      ...column,
      column: name,
      ...{ duckdb_type: duckdb, synapse_type: synapse, databricks_type: databricks },
      filled_from: from,
      codes: codes.map(codeText),
    })),
  );
}

function describe(found: readonly DictionaryColumn[], words: readonly string[]): string {
  const names = new Set(found.map(({ name }) => name));
  const isNamed =
    words.length === 1 && names.size === 1 && (words[0] ?? '').toLowerCase().endsWith([...names][0] ?? ' ');
  if (isNamed || found.length === 1) return found.map(whole).join('\n\n');
  const cells = found.map(({ view, name, type, meaning, example }) => [view, name, type, example ?? '', meaning]);
  return [
    textTable(['view', 'column', 'type', 'example', 'meaning'], cells),
    `${found.length} of ${dictionary().length} columns; one that is named exactly shows all of it: audit-lake columns ${found[0]?.name ?? ''}`,
  ].join('\n');
}

const WHOSE: Readonly<Record<DictionaryColumn['person'], string>> = {
  name: 'a person’s name or address: erase removes the row',
  id: 'a person’s id: erase removes the row',
  mentioned: 'may mention anybody',
  none: 'nobody’s',
};

/** Everything of one column. */
function whole(column: DictionaryColumn): string {
  const {
    view,
    name,
    types,
    meaning,
    example,
    null_when: nullWhen,
    person,
    from,
    codes,
    choices,
    made_of: made,
  } = column;
  const facts: readonly (readonly [string, string])[] = [
    ['means', meaning],
    ['type', `${types.duckdb} in DuckDB, ${types.synapse} in Synapse, ${types.databricks} in Databricks and Spark`],
    ['example', example ?? 'none in the samples'],
    ['null', nullWhen === 'never' ? nullWhen : `where ${nullWhen}`],
    ['whose', WHOSE[person]],
    ['from', made.length === 0 ? from : made.join(', ')],
    ...(choices.length === 0 ? [] : [['values', choices.join(', ')] as const]),
    ...(codes.length === 0
      ? []
      : [['codes', codes.map((each) => `${codeText(each)} ${each.name}`).join(', ')] as const]),
  ];
  const lines = facts.map(
    ([title, text]) => `  ${title.padEnd(9)}${wrapped(visible(text), ' '.repeat(11)).trimStart()}`,
  );
  return [`${view}.${name}`, ...lines].join('\n');
}

function codeText({ sourceSystem, code }: DictionaryColumn['codes'][number]): string {
  return sourceSystem === 'infinity' ? String(code) : `${sourceSystem} ${code}`;
}
