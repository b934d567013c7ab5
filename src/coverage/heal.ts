import { utcDay } from '../storage/index.ts';
import type { Bucket } from './buckets.ts';
import { isOpen } from './explanation.ts';
import type { JudgedCode } from './judgement.ts';

/**
 * The commands that heal what differs in an hour; null where there is nothing to be done, or nothing that a command could do.
 * @param zone in which counts without offset were read; null where they name theirs
 */
export function healOf({ start, end }: Bucket, codes: readonly JudgedCode[], zone: string | null): string | null {
  const has = (kind: string) =>
    codes.some(({ explanations }) => isOpen(explanations) && explanations.some((each) => each.kind === kind));
  const commands = [
    ...(has('lost') ? [`audit-lake replay --from ${utcDay(start)} --to ${utcDay(end - 1)}`] : []),
    // What is pulled of somebody who was erased under another id would be taken in.
    ...(has('not_exported') && !has('may_be_erased')
      ? [`audit-lake pull nql --from ${instant(start)} --to ${instant(end)}`]
      : []),
    // Where the counts name their offset, it is the exports that were read in another zone.
    ...(has('time_zone_shift')
      ? [zone === null ? 'audit-lake replay --time-zone ZONE' : 'audit-lake compare nql --landed --time-zone ZONE']
      : []),
  ];
  return commands.length === 0 ? null : commands.join('; ');
}

/** An instant as the commands take it. @param at milliseconds since 1970 */
export function instant(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
