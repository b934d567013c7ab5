import { instantOf } from '../landing/index.ts';
import { UsageError } from '../present/index.ts';

/**
 * The window that is to be pulled again, in milliseconds since 1970; undefined where what is new is to be pulled.
 * @throws UsageError
 */
export function rangeOf(
  { from, to }: { readonly from?: string; readonly to?: string },
  now: number,
): { from: number; to: number } | undefined {
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined) throw new UsageError('--to takes --from as well');
  const range = { from: instant('--from', from), to: to === undefined ? now : instant('--to', to) };
  if (range.from < range.to) return range;
  throw new UsageError('expected --from to be before --to, and in the past');
}

function instant(option: string, text: string): number {
  const at = instantOf(text);
  if (at !== null) return at;
  throw new UsageError(`${option} takes an instant with an offset, such as 2026-03-02T06:00:00Z; found ${text}`);
}
