import { SETTINGS } from '../settings/index.ts';

const OPTIONS: ReadonlyMap<string, string> = new Map(
  SETTINGS.map(({ environment, option }) => [environment, option] as const),
);

/** What stands in parentheses, if it begins with an option; what is quoted in it may hold parentheses of its own. */
const IN_PARENTHESES = '\\((--(?:"[^"]*"|[^()"])*)\\)';

const NAMED = new RegExp(
  `(?:AUDIT_LAKE_[A-Z_]+=[^\\s,;]+ and )?(AUDIT_LAKE_[A-Z_]+)(?: ${IN_PARENTHESES}|=([^\\s,;.]+))?`,
  'g',
);

/**
 * A message about settings for whoever types options: `AUDIT_LAKE_DELIMITER (--delimiter tab)` and `AUDIT_LAKE_HEADER=false`, which
 * the Function App's logs need, become `--delimiter tab` and `--header false`.
 */
export function withOptionNames(text: string): string {
  return text.replace(NAMED, (whole: string, name: string, options?: string, value?: string) => {
    if (options !== undefined) return options;
    const option = OPTIONS.get(name);
    if (option === undefined) return whole;
    const before = /^(AUDIT_LAKE_[A-Z_]+)=(\S+) and /.exec(whole);
    const first = before === null ? '' : `${OPTIONS.get(before[1]!) ?? before[1]} ${before[2]} and `;
    return `${first}${option}${value === undefined ? '' : ` ${value}`}`;
  });
}
