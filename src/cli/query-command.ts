import { Option } from 'commander';
import { LakeSession, namesQuarantine } from '../asking/index.ts';
import { FORMATS, type Format, type Rows } from '../present/index.ts';
import { askedLake } from './asked-lake.ts';
import { command } from './command.ts';
import { MASKING, type MaskFlags, masked } from './mask-options.ts';
import { notes } from './notes.ts';
import { queryText } from './query-text.ts';

/** What whoever writes SQL over masked views has to know, or a name in it finds nothing as if there were nothing. */
const COMPARED =
  'names in the SQL are compared with pseudonyms and find nobody; audit-lake events --actor NAME --mask people goes by the real ones';

/** Formats that are handed on, and have a place for it. */
const HANDED_ON: ReadonlySet<Format> = new Set(['markdown', 'html', 'xlsx']);

const UNRESTRICTED = new Option(
  '--unrestricted',
  'let the statement read and write whatever this user can, and fetch extensions; never for SQL of somebody else',
);

const FILE = new Option('-f, --file <file>', 'take the SQL from a file');

interface QueryFlags extends MaskFlags {
  readonly unrestricted: boolean;
  readonly file?: string;
}

/** Runs SQL statements over the views of a lake. */
export const register = command<QueryFlags, [sql?: string]>({
  name: 'query',
  examples: [
    ['query "SELECT count(*) FROM audit_events" --lake ./lake', null],
    ['query -f week.sql --lake ./lake -o week.xlsx', 'a workbook'],
    ['query "DESCRIBE audit_events" --lake ./lake', 'its columns'],
  ],
  words: [['[sql]', 'statements that read, in DuckDB SQL; - takes them from standard input']],
  flags: [FILE, UNRESTRICTED, ...MASKING],
  json: 'an array of objects; of several statements an array of such arrays',
  formats: FORMATS,
  settings: ['lake'],
  run: async ({ settings, flags: { unrestricted, file, ...mask }, output }, sql) => {
    const text = await queryText(sql, file);
    const rights = { unrestricted, ...masked(mask), quarantine: namesQuarantine(text) };
    const session = await LakeSession.open(askedLake(settings()), rights);
    try {
      const statements = await session.statements(text);
      if (session.masking !== null) notes.write(`${COMPARED}\n`);
      const answer = async (sql: string) => told(await session.rows(sql), output.format);
      const [only = ''] = statements;
      if (statements.length === 1) await output.print(await answer(only));
      else await output.printEach(answers(answer, statements), statements.length);
    } finally {
      await session.close();
    }
    return {};
  },
});

async function* answers(answer: (sql: string) => Promise<Rows>, statements: readonly string[]): AsyncGenerator<Rows> {
  for (const sql of statements) yield await answer(sql);
}

/** Rows whose note says what names in their SQL were compared with; as they are where nobody is masked. */
function told(rows: Rows, format: Format | null): Rows {
  if (rows.note === undefined || format === null || !HANDED_ON.has(format)) return rows;
  return { ...rows, note: `${rows.note}. ${COMPARED}` };
}
