import { LAKE_TABLES, type LakeColumn, type LakeTable, personColumns } from '../src/lake/index.ts';
import { COPY_KINDS } from '../src/maintenance/index.ts';
import { PEOPLE_KEY, SHORTEST_NAME } from '../src/masking/index.ts';

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
    '',
    ...NAMES_MASKED,
  ].join('\n')}\n`;
}

/** What masking does, and what it does not. */
const NAMES_MASKED: readonly string[] = [
  '## Names masked',
  '',
  '`--mask people` gives pseudonyms in place of people: `person-` and 15 hex digits. One name is one pseudonym for as long as the lake',
  'has its key, in every answer and in whatever letter case; a name, an id and an e-mail address of one person are three, since nothing',
  'links them. What is asked, counted and joined by pseudonyms comes out as by names. Null stays null, and an empty text empty.',
  '',
  '- **Columns that are a person’s** (above) have pseudonyms, and whatever is made of them: OCSF, items of lists.',
  '- **Texts that may mention anybody** (the message, names of objects and roles, whatever else somebody typed, paths of raw files, what',
  '  is in quarantine) have them in place of every name in those columns, as a word of its own in any letter case, the longest first; of',
  '  an address or account of these (`jean-luc.picard2@…`, `DOMAIN\\mary.ann.lee`) what stands before the sign or after the domain, and the names',
  `  it is made of: its two to five words, parted at \`.\` and \`_\`, in their order and the last one first, with a comma and without, with the digits at the`,
  `  end and without, hyphens kept and as blanks (\`Jean-Luc Picard\`, \`Picard, Jean Luc\`, \`Lee, Mary Ann\`; what follows a \`+\` is left away); of an account a single word of`,
  '  four letters or more too (`CORP\\mmuster` as `mmuster`), but for ordinary words such as `support` or `service`. Names of several words are found with several blanks or a line end between them, with one of',
  '  `.` `_` `-` in place of a blank (`jane_doe`, `doe.jane`), with characters in them that nobody sees, and in plain letters (`Jorg Muller` and `Joerg Mueller` for `Jörg Müller`, and the other way round). All of it also as JSON, CSV',
  '  and addresses of the web write it (`%40`, `%20`); and of whatever is written as an address, as `DOMAIN\\user` or as a SID,',
  `  known or not. No more can be found: not a nickname, an initial (\`J. Picard\`), a first or last name alone, a middle name left away, a name of an address without \`.\` or \`_\`,`,
  '  another transliteration, letters of another alphabet that look alike, words parted by other signs (`jane/doe`).',
  `  A name of fewer than ${SHORTEST_NAME} letters and digits is looked for only in the texts of rows in which it is a person’s: \`a\` would shred every text.`,
  '  **A name that stands in no such column, and is not written so, is not recognised**: read a text before you hand it on, those of',
  '  `quarantine_rows` and of messages that were not decoded above all. What is no UTF-8 (`raw_base64`) is left out.',
  '- **Ids and digests** are made of what the records say, so that whoever has a list of names could take in a record with each and compare. So `event_uid`, `ingest_id`,',
  '  `source_etag` and, in `show`, the SHA-256 and ETag of files, logs and evidence have others of the same length in their place, made with the key: the same for the same, in every view, short id and address.',
  '  `show` and `browse` find an event by the id that a masked answer has; `show` by its real one too, since whoever types there has the lake, but `browse` not. Nothing is proved by these digests: what is to be',
  '  compared with files, or noted elsewhere, is shown without a mask. Sizes and places in bytes that tell how long a name is (`byte_offset` and `size` in quarantine, those of raw files and records in `show`) are left out.',
  '- **Order** goes by what is shown: events sorted by `actor` or `user` stand in the order of the pseudonyms, and those of one moment in that of the masked ids.',
  '- **What remains to whoever has an answer and knows other things:** when somebody did what, how often, from which address, with whom; a name in a path or text that is not found; the place of a record in its file (`source_row`),',
  '  and rows without `ORDER BY`, which come as they stand in the files. The head in `report` and `verify` is the real one, to be compared: the evidence has in it data files named at random, which nobody makes again.',
  '  Whoever may ask the lake, also with a mask (`events`, `browse`), can look for a name and see which pseudonyms it finds: filters go by the real names.',
  '- **Not people here:** IP addresses, names and ids of devices, ids of sessions, requests and objects stay as they are, but for names',
  '  in them; so does `instance`, which is a tenant and nobody’s name. They may lead to a person who has other data; leave these columns out of what you hand on where they must not.',
  '- **Somebody is looked for** by the real name as without, or by a whole pseudonym (`person-` and its 15 digits, also after `=`), which finds whoever it stands for in each',
  '  way in which the lake has the name: `--actor`, `--user`, `--person`, `--object` and `--text` of `events`, the same filters of `browse`, and names that a question takes',
  '  (`ask 23 --person person-…`, `leave_out`). A part of a pseudonym, or one of another lake or an earlier key, finds nobody.',
  "- **In SQL of your own** names are pseudonyms already: `WHERE actor_name = 'mallory'` finds nothing, whoever that is, and `query` says so. Compare with a pseudonym, or use `events`.",
  '- **`verify` has no mask:** what it prints and writes has the name of whoever ran it, the command as it was called, and paths and names as the lake has them where something was',
  '  found. `report --mask people` has the whole verification with pseudonyms in place of these: hand that on. `status` and `history` have none either, and are for whoever keeps the lake.',
  '- `--reveal VALUE`, several times, shows somebody as they stand, by name in any letter case or by pseudonym. The output says who was, and by',
  '  which key names are masked (a short digest of it: answers with the same one have the same pseudonyms). One that is nobody’s in the lake is refused',
  '  (exit code 2), and none is suggested; so is an empty one. Whoever is shown is shown in every way in which texts write the name (`jane.doe@…`: also `jane.doe`, `Doe, Jane`), and may be',
  '  asked for by one of these: then everybody who may be written so is shown, and the output names them.',
  '',
  `The key is in \`${PEOPLE_KEY}\`. The first masked answer makes it, so that takes somebody who may write there; after that whoever may read the tables`,
  'may mask. It protects what is handed on, not the lake: whoever may read the lake sees the names anyway, and with the key can try out whose',
  'a pseudonym is. `erase --masking-key` destroys it: nobody can tell then, and later answers have other pseudonyms. In an account soft delete keeps it',
  'for `softDeleteDays` more, and versions and backups as long as they are kept. `compact`, `vacuum`, `replay` and `retain` leave it; no evidence names it, and `verify` says where it was altered',
  '(`masking_key_altered`, a note). While names are masked, SQL reads the masked views and nothing else: no file, no function that tells of files, no',
  '`--unrestricted`.',
];

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
