import { visible } from '../present/index.ts';
import { optionWords } from '../settings/index.ts';
import type { Alternative } from '../source/index.ts';

/** What no shell takes for anything but itself. */
const PLAIN = /^[A-Za-z0-9_./:=+-]+$/;
/** What one of the shells of Windows takes for something else between double quotes. */
const MEANT_OTHERWISE_ON_WINDOWS = /["“”„%!`$^]|\\$/;

/** Each way to make a file readable as the words of a command line, unquoted. */
export function optionsOf(alternatives: readonly Alternative[]): readonly (readonly string[])[] {
  return alternatives.flatMap((each) => {
    const words = optionWords(each);
    return words === null ? [] : [words];
  });
}

/**
 * The same as lines to copy from: `set  --time-format 'M/d/yyyy'`, then `or   …`. Where one of several ways cannot be copied, none
 * is there, since what is left would look like the answer.
 */
export function optionLines(
  alternatives: readonly Alternative[],
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const options = optionsOf(alternatives).map((words) => words.map((word) => shellWord(word, platform)));
  if (options.length < alternatives.length || options.some((words) => words.includes(null))) return [];
  return options.map((words, at) => `  ${(at === 0 ? 'set' : 'or').padEnd(12)} ${words.join(' ')}`);
}

/** A word as a shell reads it; null where it cannot be typed. */
export function shellWord(word: string, platform: NodeJS.Platform = process.platform): string | null {
  if (visible(word) !== word) return null;
  if (PLAIN.test(word)) return word;
  if (platform !== 'win32') return `'${word.replaceAll("'", "'\\''")}'`;
  return MEANT_OTHERWISE_ON_WINDOWS.test(word) ? null : `"${word}"`;
}
