/** An option as it is typed, with its value behind an equals sign or without. */
const OPTION = /^--(?:no-)?[a-z][a-z-]*(?:=|$)/;

/**
 * The words of a call of `query` with the SQL last, behind a `--`, where it begins with a comment: it would be taken for an
 * option that does not exist.
 */
export function withSqlLast(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  const place = args.findIndex((word) => word.startsWith('--') && word !== '--' && !OPTION.test(word));
  if (end !== -1 || place === -1) return [...args];
  return [...args.slice(0, place), ...args.slice(place + 1), '--', args[place] ?? ''];
}
