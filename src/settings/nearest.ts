/** As much of a name as tells what was meant. */
const LEAST_BEGINNING = 4;

/** The known name that a misspelt one was probably meant to be, or the beginning of; null where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  const folded = (text: string): string => text.toLowerCase().replace(/[-_ ]/g, '');
  const wanted = folded(word);
  const whole = fewestEdits(known, (name) => distance(wanted, folded(name)));
  if (whole !== null && whole.edits <= Math.max(2, Math.floor(wanted.length / 3))) return whole.name;
  if (wanted.length < LEAST_BEGINNING) return null;
  const begun = fewestEdits(known, (name) => {
    const lengths = [-1, 0, 1].map((more) => wanted.length + more);
    return Math.min(...lengths.map((length) => distance(wanted, folded(name).slice(0, length))));
  });
  return begun !== null && begun.edits <= Math.floor(wanted.length / 5) ? begun.name : null;
}

/** The first of the names that take fewest. */
function fewestEdits(names: readonly string[], editsOf: (name: string) => number) {
  let best: { readonly name: string; readonly edits: number } | null = null;
  for (const name of names) {
    const edits = editsOf(name);
    if (best === null || edits < best.edits) best = { name, edits };
  }
  return best;
}

/** How many characters have to be put in, left out or replaced to make one text of the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
