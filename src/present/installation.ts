import manifest from '../../package.json' with { type: 'json' };

/** Whether the program runs from the sources of a clone, else as an installed package. */
const isClone = import.meta.url.endsWith('.ts');

/** How a command is called, to be shown to people: `npm run -s audit-lake -- status`, or `audit-lake status`. */
export function commandLine(...words: readonly string[]): string {
  return [isClone ? 'npm run -s audit-lake --' : 'audit-lake', ...words.map(quoted)].join(' ');
}

/** How DuckDB is installed beside this program, which runs without it. */
export function duckdbInstallation(): string {
  if (isClone) return 'Run npm ci again, without --omit=optional';
  const name = '@duckdb/node-api';
  return `Install it beside audit-lake: npm install -g ${name}@${manifest.optionalDependencies[name]} (without -g in a project)`;
}

/** A word as every shell takes it for one. */
function quoted(word: string): string {
  return /^[\p{L}\p{N}_./:@=+\\-]+$/u.test(word) ? word : `"${word}"`;
}
