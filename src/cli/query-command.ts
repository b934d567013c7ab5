import process from 'node:process';
import { Option } from 'commander';
import { rowsOfLake } from '../asking/index.ts';
import { jsonPieces, tablePieces, writePieces } from '../present/index.ts';
import { askedLake } from './asked-lake.ts';
import { command } from './command.ts';
import { interruption } from './interruption.ts';
import { inputText, STANDARD_INPUT } from './standard-input.ts';

const UNRESTRICTED = new Option(
  '--unrestricted',
  'let the statement read and write whatever this user can, and fetch extensions; never for SQL of somebody else',
);

/** Runs one SQL statement over the views of a lake. */
export const register = command<{ readonly unrestricted: boolean }, [sql: string]>({
  name: 'query',
  words: [['<sql>', 'one statement that reads, in DuckDB SQL; - takes it from standard input']],
  flags: [UNRESTRICTED],
  json: 'an array of objects',
  settings: ['lake'],
  run: async ({ settings, flags: { unrestricted }, json }, sql) => {
    const statement = sql === STANDARD_INPUT ? await inputText() : sql;
    await rowsOfLake(askedLake(settings()), statement, { unrestricted }, async (rows) => {
      await writePieces(json ? jsonPieces(rows) : tablePieces(rows), process.stdout, interruption);
    });
    return {};
  },
});
