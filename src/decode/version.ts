import type { DetailName } from './reading.ts';

/** Raised whenever the same message and catalogue would give other columns. */
export const DECODER_VERSION = 3;

/**
 * Names of `decode_detail` that a later version than the first brought. Every change of what a message becomes shows in
 * one of them, so that a row which has none is what every version makes of it.
 */
const SINCE: Partial<Record<DetailName, number>> = {
  empty_element: 2,
  null_value: 2,
  outer_white_space: 2,
  // Since 2; of a list behind words without a key, since 3.
  possibly_cut: 3,
};

const LATER = new Map(Object.entries(SINCE));

/** The lowest version of the decoder that reads a message as it is read today, from the `decode_detail` of today. */
export function decodedSince(detail: string): number {
  if (detail === '') return 1;
  const names = detail.split(';').map((part) => part.split(':', 1)[0] ?? '');
  return names.reduce((latest, name) => Math.max(latest, LATER.get(name) ?? 1), 1);
}
