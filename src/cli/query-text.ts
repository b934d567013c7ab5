import { readFile } from 'node:fs/promises';
import { UsageError } from '../present/index.ts';
import { inputText, STANDARD_INPUT } from './standard-input.ts';

/**
 * The SQL that is to be run: a word, what standard input holds, or a file.
 * @throws UsageError where it is none of these, or two, or no UTF-8
 */
export async function queryText(word: string | undefined, file: string | undefined): Promise<string> {
  if (word !== undefined && file !== undefined) {
    throw new UsageError(`expected SQL or --file, found both; leave one out`);
  }
  if (word === undefined && file === undefined) {
    throw new UsageError('expected SQL, found none: give it as a word, by --file FILE, or - for standard input');
  }
  if (word === STANDARD_INPUT || file === STANDARD_INPUT) return await inputText();
  return file === undefined ? (word ?? '') : await fileText(file);
}

async function fileText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--file ${file}: expected a file with SQL, found none that can be read (${error.code})`);
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`--file ${file}: expected a text in UTF-8, found other bytes`);
  }
}
