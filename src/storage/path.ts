import { InvalidPath } from './errors.ts';

/** Byte order of the UTF-8 form of two paths: the order of every listing (JavaScript's `<` compares UTF-16 units). */
export function comparePaths(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return rank(left) < rank(right) ? -1 : 1;
  }
  return Math.sign(a.length - b.length);
}

/** Puts what has a path in the order of {@link comparePaths}. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return comparePaths(a.path, b.path);
}

/** The two halves of a character beyond U+FFFF come after all other UTF-16 units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/**
 * Refuses whatever cannot be a file in every driver. A path is `<zone>/<name>[/<name>…]`.
 * @throws InvalidPath
 */
export function checkPath(operation: string, path: string): void {
  const segments = path.split('/');
  const fault = segments.length < 2 ? 'expected <zone>/<name>' : (zoneFault(path) ?? segmentsFault(segments));
  if (fault !== null) throw new InvalidPath(operation, path, fault);
}

/**
 * Refuses a prefix that does not hold a whole zone. What follows the last slash is the beginning of a name.
 * @throws InvalidPath
 */
export function checkPrefix(prefix: string): void {
  const segments = prefix.split('/');
  const fault =
    segments.length < 2 ? 'expected <zone>/[…]' : (zoneFault(prefix) ?? segmentsFault(segments.slice(0, -1)));
  if (fault !== null) throw new InvalidPath('list', prefix, fault);
}

/**
 * Refuses what is no range of bytes: whole numbers, the start neither below 0 nor beyond the end.
 * @throws InvalidPath
 */
export function checkRange(path: string, start: number, end: number): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end) return;
  throw new InvalidPath('read', path, `[${start}, ${end}) is no range of bytes`);
}

/** Why `name` cannot be one segment of a path, or null. */
export function nameFault(name: string): string | null {
  if (name === '') return 'a name between slashes is empty';
  if (name === '.' || name === '..') return `"${name}" is not allowed as a name`;
  if (name.includes('\0')) return 'a NUL character is not allowed';
  if (name.includes('\\')) return 'a backslash is not allowed, since Azure takes it for a slash';
  if (/\p{Surrogate}/u.test(name)) return 'a lone surrogate has no UTF-8 form';
  return null;
}

function segmentsFault(segments: readonly string[]): string | null {
  for (const segment of segments) {
    const fault = nameFault(segment);
    if (fault !== null) return fault;
  }
  return null;
}

/** Names with a leading dot are the drivers' own (staging). */
function zoneFault(path: string): string | null {
  return path.startsWith('.') ? 'a zone does not begin with a dot' : null;
}
