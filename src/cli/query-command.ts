import { Option } from 'commander';
import { answerOfLake, printedAnswer } from './answer.ts';
import { command } from './command.ts';
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
  run: async ({ settings, flags: { unrestricted } }, sql) =>
    printedAnswer(await answerOfLake(settings(), sql === STANDARD_INPUT ? await inputText() : sql, { unrestricted })),
});
