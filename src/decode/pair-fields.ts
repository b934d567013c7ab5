import { completeNumber } from './completion.ts';
import { fieldName, type KeyField, type KeyFields } from './known-keys.ts';
import { isOpenList } from './list.ts';
import { type Pair, withoutQuotes } from './pairs.ts';
import { NUMBER, type Reading } from './reading.ts';
import { ValueSpan } from './value.ts';

const value = new ValueSpan();

/**
 * Places pairs in the fields their keys belong to; all others become unmapped, in the order of the message. A key that
 * occurs again (in whatever case) fills no field.
 */
export function placePairs(reading: Reading, pairs: readonly Pair[], keys: KeyFields): void {
  const occurrences = new Map<string, number>();
  const spelling = new Map<string, string>();
  const named = pairs.map((pair) => {
    const written = reading.text(pair.keyStart, pair.keyEnd);
    const key = written.toLowerCase();
    occurrences.set(key, (occurrences.get(key) ?? 0) + 1);
    if (!spelling.has(key)) spelling.set(key, written);
    return { pair, key };
  });
  for (const { pair, key } of named) {
    const repeated = occurrences.get(key)! > 1;
    if (repeated) reading.addDetail('repeated_key');
    const field = repeated ? null : (keys.get(key) ?? null);
    if (field !== null && fill(reading, pair, field)) continue;
    const { start, end } = withoutQuotes(reading.bytes, pair.valueStart, pair.valueEnd);
    reading.addUnmapped(spelling.get(key)!, reading.text(start, end));
  }
}

/** False where the value is not of the field's type, or the field already has one. */
function fill(reading: Reading, pair: Pair, { field, type }: KeyField): boolean {
  if (reading.has(field)) return false;
  const { bytes } = reading;
  const enclosed = type === 'list' || type === 'tokens' || type === 'quoted';
  const bare = enclosed
    ? { start: pair.valueStart, end: pair.valueEnd }
    : withoutQuotes(bytes, pair.valueStart, pair.valueEnd);
  if (!value.read(type, bytes, bare.start, bare.end, true)) {
    const isCut = (type === 'list' || type === 'tokens') && isOpenList(bytes, bare.start, bare.end);
    if (isCut) reading.addDetail('possibly_cut', fieldName(field));
    return false;
  }
  reading.fill(field, value.form, value.start, value.end);
  if (value.form === NUMBER) completeNumber(reading, field);
  return true;
}
