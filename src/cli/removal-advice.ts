import type { ForeignRemoval } from '../maintenance/foreign-removal-days.ts';
import { visible } from './visible.ts';

/** What to do about rows that another engine removed. */
export function removalAdvice({ version, operation, engine, days }: ForeignRemoval): string {
  const [of, options] =
    days === null
      ? ['', '']
      : [
          ` of ${days.from === days.to ? days.from : `${days.from} to ${days.to}`}`,
          ` --from ${days.from} --to ${days.to}`,
        ];
  return (
    `rows${visible(of)} were removed in version ${version} (${visible(operation)} by ${visible(engine)}), and raw files gave them: ` +
    `audit-lake replay${visible(options)} reads those again and puts the rows back; then audit-lake accept ${version} --reason TEXT acknowledges the change`
  );
}
