import { type DictionaryColumn, dictionary, UNSAID, VIEWS } from '../src/views/index.ts';

const WHOSE: Readonly<Record<DictionaryColumn['person'], string>> = {
  name: 'a person’s name',
  id: 'a person’s id',
  mentioned: 'may mention anybody',
  none: '',
};

/** Longer lists of choices are told where they come from. */
const MOST_CHOICES = 40;

const TYPE_NAMES = ['text', 'list', 'integer', 'long', 'timestamp', 'date'] as const;

/** What every column of every view means: from the rows that the tables and the views are made of. */
export function columnsDocument(): string {
  return `${[
    '# What every column means',
    '',
    'Generated from the rows that tables and views are made of (`src/events/columns.ts`, `src/views`) by `npm run generate`; do not edit.',
    '`audit-lake columns [WORD…]` searches this; `audit-lake query "DESCRIBE audit_events"` shows it beside the types. How to ask is in',
    '[query.md](query.md), what each code means in [catalogue.md](catalogue.md), how a message becomes columns in [decoding.md](decoding.md).',
    '',
    'Three things to know first:',
    '',
    '- **Who did it is `actor_name`; to whom it was done is `user_name` and `user_id`.** Who signs in is both.',
    '- **Null is “not stated”, never “no”.** Columns of the message are null as well where it can be read in more than one way: look at `decode_status`.',
    '- **All times are UTC.** Filter by `event_date`, or every day is read.',
    '',
    'Examples are from the samples, which are invented. *Whose* says which columns are personal data: `erase` removes rows by names and ids',
    '([personal-data.md](personal-data.md)). A list of codes in parentheses names those whose messages fill the column; a code of a classic trail has the trail before it.',
    '',
    `*not stated*: ${UNSAID}.`,
    '',
    ...typesSection(),
    ...Object.values(VIEWS).flatMap(viewSection),
  ].join('\n')}\n`;
}

function typesSection(): string[] {
  const first = (type: DictionaryColumn['type']) =>
    dictionary().find((column) => column.type === type && !/^varchar\(\d/.test(column.types.synapse));
  const rows = TYPE_NAMES.map((type) => {
    const { duckdb = '', synapse = '', databricks = '' } = first(type)?.types ?? {};
    const note = type === 'list' ? ', a JSON array' : type === 'text' ? ', or as wide as its values are' : '';
    return `| ${type} | \`${duckdb}\` | \`${synapse}\`${note} | \`${databricks}\` |`;
  });
  return ['| type below | DuckDB | Synapse | Databricks, Spark |', '|---|---|---|---|', ...rows];
}

function viewSection({ name: view, comment }: (typeof VIEWS)[keyof typeof VIEWS]): string[] {
  const columns = dictionary().filter((column) => column.view === view);
  return [
    '',
    `## ${view}`,
    '',
    `${comment} ${columns.length} columns.`,
    '',
    '| column | type | what it means | example | null where | whose |',
    '|---|---|---|---|---|---|',
    ...columns.map(
      (column) =>
        `| ${[
          `\`${column.name}\``,
          column.type,
          cell(meaningOf(column)),
          column.example === null ? '' : codeSpan(column.example),
          column.null_when === UNSAID ? 'not stated' : cell(column.null_when),
          WHOSE[column.person],
        ].join(' | ')} |`,
    ),
  ];
}

function meaningOf({ view, meaning, codes, choices, made_of: made, from }: DictionaryColumn): string {
  const told = [meaning];
  if (choices.length > MOST_CHOICES) told.push(`One of ${choices.length} values: see [catalogue.md](catalogue.md).`);
  else if (choices.length > 0) told.push(`One of: ${choices.map(codeSpan).join(', ')}.`);
  if (codes.length > 0) told.push(`(${codes.map(codeText).join(', ')})`);
  if (view === 'audit_events_ocsf' && made.length > 0) told.push(`Of ${made.map(codeSpan).join(', ')}.`);
  if (view === 'audit_events' && from === 'the code') told.push('Follows from the code alone.');
  return told.join(' ');
}

function codeText({ sourceSystem, code }: DictionaryColumn['codes'][number]): string {
  return sourceSystem === 'infinity' ? String(code) : `${sourceSystem} ${code}`;
}

/** A text as code in a table of Markdown: a bar would end the cell, a backtick the code. */
function codeSpan(text: string): string {
  const shown = text.replaceAll('|', '\\|').replaceAll(/\s/g, ' ');
  return shown.includes('`') ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
