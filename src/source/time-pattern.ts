import type { CivilTime } from './civil-time.ts';
import { readDigits } from './civil-time.ts';

type NumberField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

type Step =
  | { readonly kind: 'number'; readonly field: NumberField; readonly width: number }
  | { readonly kind: 'fraction'; readonly width: number }
  | { readonly kind: 'offset' }
  | { readonly kind: 'literal'; readonly bytes: Uint8Array };

const FIELDS: Readonly<Record<string, NumberField>> = {
  yyyy: 'year',
  MM: 'month',
  dd: 'day',
  HH: 'hour',
  mm: 'minute',
  ss: 'second',
};

const REQUIRED = ['yyyy', 'MM', 'dd', 'HH', 'mm'];

/** One token of a pattern: a run of one letter, quoted text, or a single other character. */
const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/gu;

/**
 * A fixed form of times, written as `yyyy MM dd HH mm ss` (numbers of that width), `S` to `SSSSSSSSS` (that many digits of the
 * second's fraction), `XXX` (an offset: `Z`, `±hh`, `±hhmm`, `±hh:mm`) and literals; letters in literals stand in single quotes,
 * and `''` is a quote. Example: `dd.MM.yyyy 'at' HH:mm:ss.SSS XXX`.
 */
export class TimePattern {
  readonly #steps: readonly Step[];

  /** @throws SyntaxError that names the token which is not understood, given twice, or missing */
  constructor(pattern: string) {
    this.#steps = compile(pattern);
  }

  /**
   * Reads a time of this form. Does not ask whether the calendar has that day. Every reading sets the same parts of `time`, so one
   * that serves a single pattern keeps zero in the others.
   */
  read(bytes: Uint8Array, start: number, end: number, time: CivilTime): boolean {
    let at = start;
    for (const step of this.#steps) {
      if (step.kind === 'number') {
        time[step.field] = readDigits(bytes, at, end, step.width);
        at += step.width;
      } else if (step.kind === 'fraction') {
        if (time.readFraction(bytes, at, Math.min(end, at + step.width)) !== at + step.width) return false;
        at += step.width;
      } else if (step.kind === 'offset') {
        at = time.readOffset(bytes, at, end);
        if (at < 0) return false;
      } else {
        for (const byte of step.bytes) {
          if (at >= end || bytes[at] !== byte) return false;
          at++;
        }
      }
    }
    return at === end;
  }
}

function compile(pattern: string): Step[] {
  const steps: Step[] = [];
  const seen = new Set<string>();
  let covered = 0;
  for (const match of pattern.matchAll(TOKEN)) {
    const [token, quoted] = match;
    if (match.index !== covered) break;
    covered += token.length;
    const step = stepOf(token, quoted);
    const name = step.kind === 'fraction' ? 'S' : token;
    if (step.kind !== 'literal' && seen.has(name)) throw new SyntaxError(`${name} is given twice`);
    seen.add(name);
    steps.push(step);
  }
  if (covered !== pattern.length) throw new SyntaxError('a quote is not closed');
  const missing = REQUIRED.filter((name) => !seen.has(name));
  if (missing.length > 0) throw new SyntaxError(`${missing.join(', ')} is missing`);
  if (seen.has('S') && !seen.has('ss')) throw new SyntaxError('ss is missing');
  return steps;
}

function stepOf(token: string, quoted: string | undefined): Step {
  if (quoted !== undefined) {
    return { kind: 'literal', bytes: Buffer.from(quoted === '' ? "'" : quoted.replaceAll("''", "'")) };
  }
  const field = FIELDS[token];
  if (field !== undefined) return { kind: 'number', field, width: token.length };
  if (/^S{1,9}$/.test(token)) return { kind: 'fraction', width: token.length };
  if (token === 'XXX') return { kind: 'offset' };
  if (/^[A-Za-z]/.test(token)) throw new SyntaxError(`${token} is not understood`);
  return { kind: 'literal', bytes: Buffer.from(token) };
}
