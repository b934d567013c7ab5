import { LAKE_TABLES, type LakeColumn, type LakeTable, personColumns } from '../src/lake/index.ts';
import { COPY_KINDS } from '../src/maintenance/index.ts';

const SAYS: Readonly<Record<Exclude<LakeColumn['person'], 'none'>, string>> = {
  name: 'a person’s name or address: the row is theirs',
  id: 'a person’s id: the row is theirs',
  mentioned: 'a text that may mention anybody: the row is nobody’s by it',
};

/** Whose the columns are, what `erase` goes by, and what it does not reach: from the lists that the program itself goes by. */
export function personalDataDocument(): string {
  return `${[
    '# Personal data: whose a column is, and what an erasure reaches',
    '',
    'Generated from the lists that `erase` goes by (`src/catalogue/fields.ts`, `src/events/columns.ts`,',
    '`src/maintenance/unreached-copies.ts`) by `npm run generate`; do not edit. The runbook is [operate.md](operate.md#erasure-request),',
    'what remains provable [evidence.md](evidence.md#what-erasure-and-retention-leave).',
    ...LAKE_TABLES.flatMap(tableSection),
    '',
    '## What an erasure does not reach',
    '',
    'The log is about persons as well: a commit of `erase`, `retain`, `replay`, `accept` or `vacuum` keeps for good who asked for it (`by`). Whoever runs',
    'these should know; `erase` is not run by the person whose rows go, and of an admin whose rows go it names the commits that have the name.',
    '',
    '`erase --dry-run` says how many of each there are, and names them. In this order:',
    '',
    '| copy | what to do |',
    '|---|---|',
    ...Object.values(COPY_KINDS).map(({ what, remedy }) => `| ${what} | ${remedy} |`),
  ].join('\n')}\n`;
}

function tableSection(table: LakeTable): string[] {
  const { single, lists } = personColumns(table);
  const rows = table.columns.flatMap(({ name, person, list, comment }) =>
    person === 'none' ? [] : [`| \`${name}\` | ${SAYS[person]}${list ? ' (each of a list)' : ''} | ${comment} |`],
  );
  if (rows.length === 0)
    return ['', `## ${table.name}`, '', 'No column is a person’s: `erase` has nothing to do in it.'];
  const searched = [...single, ...lists.map((name) => `CAST(${name} AS VARCHAR)`)].join(', ');
  return [
    '',
    `## ${table.name}`,
    '',
    'Every other column is nobody’s. `erase --user VALUE` removes the rows in which a column of a person equals the value, or a list has it.',
    '',
    '| column | whose | what it holds |',
    '|---|---|---|',
    ...rows,
    '',
    'Every way in which a person is named, to be given to `--user` one by one:',
    '',
    '```sql',
    `SELECT DISTINCT ${[...single, ...lists].join(', ')}`,
    `FROM ${table.name}`,
    `WHERE concat_ws(' ', ${searched}) ILIKE '%levy%';`,
    '```',
  ];
}
