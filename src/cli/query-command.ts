import { Option } from 'commander';
import { LakeSession, namesQuarantine } from '../asking/index.ts';
import { FORMATS, type Rows } from '../present/index.ts';
import { askedLake } from './asked-lake.ts';
import { command } from './command.ts';
import { MASKING, type MaskFlags, masked } from './mask-options.ts';
import { queryText } from './query-text.ts';

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
      const [only = ''] = statements;
      if (statements.length === 1) await output.print(await session.rows(only));
      else await output.printEach(answers(session, statements), statements.length);
    } finally {
      await session.close();
    }
    return {};
  },
});

async function* answers(session: LakeSession, statements: readonly string[]): AsyncGenerator<Rows> {
  for (const sql of statements) yield await session.rows(sql);
}
