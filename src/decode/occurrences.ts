/**
 * Every place in [from, to) where the bytes of [start, end) stand again, overlapping ones included, in time that grows
 * with the bytes alone (Knuth, Morris, Pratt 1977): the words may be chosen so that comparing at each place would not.
 */
export function* occurrences(
  bytes: Uint8Array,
  start: number,
  end: number,
  from: number,
  to: number,
): Generator<number> {
  const length = end - start;
  const borders = bordersOf(bytes, start, length);
  let matched = 0;
  for (let at = from; at < to; at++) {
    while (matched > 0 && (matched === length || bytes[at] !== bytes[start + matched])) matched = borders[matched]!;
    if (bytes[at] === bytes[start + matched]) matched++;
    if (matched === length) yield at + 1 - length;
  }
}

/** For each beginning of the bytes, by its length: how long the longest shorter one is that also ends it. */
function bordersOf(bytes: Uint8Array, start: number, length: number): Int32Array {
  const borders = new Int32Array(length + 1);
  let matched = 0;
  for (let index = 1; index < length; index++) {
    while (matched > 0 && bytes[start + index] !== bytes[start + matched]) matched = borders[matched]!;
    if (bytes[start + index] === bytes[start + matched]) matched++;
    borders[index + 1] = matched;
  }
  return borders;
}
