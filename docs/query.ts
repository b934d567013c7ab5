import { readFileSync } from 'node:fs';
import path from 'node:path';
import { questionFiles } from '../src/asking/index.ts';

const DOCUMENT = path.join(import.meta.dirname, 'query.md');
const HEAD = '| | name | question |\n|---|---|---|\n';

/** docs/query.md, which people write, with the table of questions as their files have them. */
export function queryDocument(): string {
  const [before, after] = readFileSync(DOCUMENT, 'utf8').split(HEAD);
  if (before === undefined || after === undefined)
    throw new Error(`docs/query.md: expected one table that begins\n${HEAD}`);
  const rows = questionFiles().map(
    ({ number, name, file, question }) => `| ${number} | [${name}](../infra/queries/${file}) | ${question} |\n`,
  );
  return `${before}${HEAD}${rows.join('')}${after.replace(/^(\|.*\n)*/, '')}`;
}
