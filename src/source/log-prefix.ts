import { isBlank } from './log-bracket.ts';

/**
 * What may stand before the bracket of a log line where nothing is set, the longest time first: the time alone; the template that is
 * inferred for Nexthink's logs; the same with a program's name, a colon behind it or not, with a priority before it, and the form of RFC 5424.
 * Source: rsyslog's templates RSYSLOG_FileFormat, RSYSLOG_ForwardFormat, RSYSLOG_SyslogProtocol23Format.
 */
const AUTO_FORMS = [
  '{time}',
  '{time} {host}',
  '{time} {host} {word}:',
  '{time} {host} {word}',
  '<{word}>{time} {host}',
  '<{word}>{time} {host} {word}:',
  '<{word}>1 {time} {host} {word} {word} {word} -',
];
/** The same with the time of rsyslog's traditional format, `Mar  1 10:00:00`, which is read only where somebody says so. */
const YEARLESS = 'time without year';
const FORMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['auto', AUTO_FORMS],
  ['auto without year', AUTO_FORMS.slice(0, -1).map((form) => form.replace('time', YEARLESS))],
]);
/** The one that a line is compared with where none fits. */
const USUAL_FORM = 1;
const LONGEST_PATTERN = 200;

type Token =
  | { readonly kind: 'time' | 'host' | 'word' | 'blank' }
  | { readonly kind: 'literal'; readonly text: Buffer };
const PLACEHOLDERS = ['time', 'host', 'word'] as const;
const KNOWN = `{time}, {${YEARLESS}}, {host} and {word}`;

/**
 * What stands before the bracket of a log line: `{time}`, `{host}` and `{word}` (any other word, passed over), blanks (one or more),
 * and anything else as it is; `{time without year}` is a time whose year is that of the file's own time. A word has no blank; the time is whatever the rest leaves.
 */
export class LogPrefix {
  timeStart = 0;
  timeEnd = 0;
  /** -1 where the pattern has no host. */
  hostStart = -1;
  hostEnd = -1;
  /** Whether its time is one without a year. */
  readonly isYearless: boolean;
  readonly #before: readonly Token[];
  readonly #after: readonly Token[];

  /** @throws SyntaxError that says what is wrong with the pattern */
  constructor(pattern: string) {
    const tokens = tokensOf(pattern.trim());
    this.isYearless = pattern.includes(`{${YEARLESS}}`);
    const time = tokens.findIndex(({ kind }) => kind === 'time');
    this.#before = tokens.slice(0, time);
    this.#after = tokens.slice(time + 1).reverse();
  }

  /** Whether it stands between `start` and `end`, in one pass from either end towards the time; that is no blank at its ends. */
  match(bytes: Uint8Array, start: number, end: number): boolean {
    this.hostStart = -1;
    this.hostEnd = -1;
    let from = pastBlanks(bytes, start, end);
    let to = beforeBlanks(bytes, from, end);
    for (const [index, token] of this.#before.entries()) {
      const next = forward(token, this.#before[index + 1], bytes, from, to);
      if (next === -1) return false;
      if (token.kind === 'host') [this.hostStart, this.hostEnd] = [from, next];
      from = next;
    }
    for (const [index, token] of this.#after.entries()) {
      const next = backward(token, this.#after[index + 1], bytes, from, to);
      if (next === -1) return false;
      if (token.kind === 'host') [this.hostStart, this.hostEnd] = [next, to];
      to = next;
    }
    this.timeStart = pastBlanks(bytes, from, to);
    this.timeEnd = beforeBlanks(bytes, this.timeStart, to);
    return this.timeEnd > this.timeStart;
  }
}

/** The forms of what a setting says. @throws SyntaxError that says what is wrong with it */
export function prefixForms(setting: string): { readonly forms: readonly LogPrefix[]; readonly usual: LogPrefix } {
  const patterns = FORMS.get(setting) ?? [setting];
  const forms = patterns.map((pattern) => new LogPrefix(pattern));
  return { forms, usual: forms[USUAL_FORM] ?? forms[0]! };
}

/** @throws SyntaxError that says what is wrong with a text that is neither `auto` nor a pattern */
export function checkLinePrefix(setting: string): void {
  prefixForms(setting);
}

function tokensOf(pattern: string): Token[] {
  if (pattern.length > LONGEST_PATTERN) throw new SyntaxError(`is longer than ${LONGEST_PATTERN} characters`);
  const tokens = [...pattern.matchAll(/\{([^{}]*)\}|[ \t]+|[^{} \t]+|[{}]/g)].map(([text, name]): Token => {
    if (name !== undefined) {
      const kind = name === YEARLESS ? 'time' : PLACEHOLDERS.find((each) => each === name);
      if (kind === undefined) throw new SyntaxError(`has ${text}, and known are ${KNOWN}`);
      return { kind };
    }
    if (text === '{' || text === '}') throw new SyntaxError(`has a ${text} without its partner`);
    return text.trim() === '' ? { kind: 'blank' } : { kind: 'literal', text: Buffer.from(text) };
  });
  const isOpen = (token: Token | undefined) => PLACEHOLDERS.some((kind) => kind === token?.kind);
  const count = (kind: Token['kind']) => tokens.filter((token) => token.kind === kind).length;
  if (count('time') !== 1) throw new SyntaxError(`has {time} ${count('time')} times, not once`);
  if (count('host') > 1) throw new SyntaxError('has {host} more than once');
  if (tokens.some((token, index) => isOpen(token) && isOpen(tokens[index + 1]))) {
    throw new SyntaxError('has nothing between two of {time}, {host} and {word}');
  }
  return tokens;
}

/** Where a token ends that begins at `at`; -1 where it does not stand there. */
function forward(token: Token, next: Token | undefined, bytes: Uint8Array, at: number, end: number): number {
  if (token.kind === 'literal') return standsAt(token.text, bytes, at, end) ? at + token.text.length : -1;
  if (token.kind === 'blank') return orNone(pastBlanks(bytes, at, end), at);
  const stop = next?.kind === 'literal' ? next.text[0] : undefined;
  let to = at;
  while (to < end && !isBlank(bytes[to]!) && bytes[to] !== stop) to++;
  return orNone(to, at);
}

/** Where a token begins that ends at `at`; -1 where it does not stand there. */
function backward(token: Token, before: Token | undefined, bytes: Uint8Array, start: number, at: number): number {
  if (token.kind === 'literal') {
    const from = at - token.text.length;
    return from >= start && standsAt(token.text, bytes, from, at) ? from : -1;
  }
  if (token.kind === 'blank') return orNone(beforeBlanks(bytes, start, at), at);
  const stop = before?.kind === 'literal' ? before.text.at(-1) : undefined;
  let from = at;
  while (from > start && !isBlank(bytes[from - 1]!) && bytes[from - 1] !== stop) from--;
  return orNone(from, at);
}

function orNone(found: number, at: number): number {
  return found === at ? -1 : found;
}

function standsAt(text: Buffer, bytes: Uint8Array, at: number, end: number): boolean {
  if (at + text.length > end) return false;
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}

function pastBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at]!)) at++;
  return at;
}

function beforeBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(bytes[at - 1]!)) at--;
  return at;
}
