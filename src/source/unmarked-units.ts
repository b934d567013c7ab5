const MOST = 0.9;
const SOME = 0.25;
const HARDLY_ANY = 0.05;

/** What stands before any text of another script: the header. */
const BEGINNING = 32;

/**
 * The encoding of two or four bytes a character that text without a byte order mark is likely in: what is ASCII in it has NUL
 * bytes, always in the same places. Null where it does not look like one, at its beginning and as a whole.
 */
export function unmarkedUnits(head: Uint8Array): string | null {
  const found = unitsOf(head.subarray(0, BEGINNING));
  return found === unitsOf(head) ? found : null;
}

function unitsOf(head: Uint8Array): string | null {
  const nuls: [number, number, number, number] = [0, 0, 0, 0];
  for (let at = head.indexOf(0); at >= 0; at = head.indexOf(0, at + 1)) nuls[at % 4]!++;
  const [first, second, third, fourth] = nuls;
  const quads = head.length / 4;
  const most = MOST * quads;
  const none = HARDLY_ANY * quads;
  if (third > most && fourth > most && first <= none) return 'utf-32le';
  if (first > most && second > most && fourth <= none) return 'utf-32be';
  const some = SOME * 2 * quads;
  if (second + fourth > some && first + third <= 2 * none) return 'utf-16le';
  return first + third > some && second + fourth <= 2 * none ? 'utf-16be' : null;
}
