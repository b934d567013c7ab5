import { Option } from 'commander';
import { rowsOfLake } from '../asking/index.ts';
import { FORMATS } from '../present/index.ts';
import { askedLake } from './asked-lake.ts';
import { command } from './command.ts';
import { MASKING, type MaskFlags, masked } from './mask-options.ts';
import { inputText, STANDARD_INPUT } from './standard-input.ts';

const UNRESTRICTED = new Option(
  '--unrestricted',
  'let the statement read and write whatever this user can, and fetch extensions; never for SQL of somebody else',
);

interface QueryFlags extends MaskFlags {
  readonly unrestricted: boolean;
}

/** Runs one SQL statement over the views of a lake. */
export const register = command<QueryFlags, [sql: string]>({
  name: 'query',
  words: [['<sql>', 'one statement that reads, in DuckDB SQL; - takes it from standard input']],
  flags: [UNRESTRICTED, ...MASKING],
  json: 'an array of objects',
  formats: FORMATS,
  settings: ['lake'],
  run: async ({ settings, flags: { unrestricted, ...mask }, output }, sql) => {
    const statement = sql === STANDARD_INPUT ? await inputText() : sql;
    await rowsOfLake(askedLake(settings()), statement, { unrestricted, ...masked(mask) }, (rows) => output.print(rows));
    return {};
  },
});
