export type NumberField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** One part of a time as a pattern states it. */
export type Step =
  | { readonly kind: 'number'; readonly field: NumberField; readonly least: number; readonly most: number }
  | { readonly kind: 'short_year' }
  | { readonly kind: 'fraction'; readonly least: number; readonly most: number }
  | { readonly kind: 'month_name' | 'weekday_name'; readonly takesPoint: boolean }
  | { readonly kind: 'fraction_mark' }
  | { readonly kind: 'half_day' }
  | { readonly kind: 'offset' }
  | { readonly kind: 'blank' }
  | { readonly kind: 'literal'; readonly bytes: Uint8Array };

/** What a pattern reads next: a part, an optional group of parts, or nothing more. */
export type PatternNode =
  | { readonly step: Step; readonly next: PatternNode | null }
  | { readonly group: PatternNode | null; readonly next: PatternNode | null };

export interface CompiledPattern {
  readonly start: PatternNode | null;
  readonly isHalfDay: boolean;
  /** Whether the pattern has a token that no reader before version 3 knew. */
  readonly isNew: boolean;
}

const POINT = 0x2e;

type Token = { readonly text: string; readonly step: Step };
type Piece = Token | { readonly group: readonly Piece[] };

const number = (field: NumberField, least: number, most = least): Step => ({ kind: 'number', field, least, most });

const TOKENS: Readonly<Record<string, Step>> = {
  yyyy: number('year', 4),
  yy: { kind: 'short_year' },
  MMM: { kind: 'month_name', takesPoint: true },
  MM: number('month', 2),
  M: number('month', 1, 2),
  dd: number('day', 2),
  d: number('day', 1, 2),
  EEE: { kind: 'weekday_name', takesPoint: true },
  HH: number('hour', 2),
  H: number('hour', 1, 2),
  hh: number('hour', 2),
  h: number('hour', 1, 2),
  mm: number('minute', 2),
  m: number('minute', 1, 2),
  ss: number('second', 2),
  s: number('second', 1, 2),
  f: { kind: 'fraction', least: 1, most: 9 },
  a: { kind: 'half_day' },
  XXX: { kind: 'offset' },
};

const NEW_TOKENS = /^(?:yy|MMM|[MdHhms]|EEE|hh|f|a)$/;

/** What a time needs, and the tokens that can give it. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  yyyy: ['yyyy', 'yy'],
  MM: ['MM', 'M', 'MMM'],
  dd: ['dd', 'd'],
  HH: ['HH', 'H', 'hh', 'h'],
  mm: ['mm', 'm'],
};
const SECONDS: readonly string[] = ['ss', 's'];
const HALF_HOURS: readonly string[] = ['hh', 'h'];
const FRACTION = /^(?:S{1,9}|f)$/;
const MOST_GROUPS = 12;

/** One token of a pattern: a run of one letter, quoted text, or a single other character. */
const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/gu;

/** Patterns that were compiled: the same few, for thousands of small files. */
const compiled = new Map<string, CompiledPattern>();
const MOST_COMPILED = 256;

/** Compiles a pattern. @throws SyntaxError that names the token which is not understood, given twice, or missing */
export function compilePattern(pattern: string): CompiledPattern {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (compiled.size === MOST_COMPILED) compiled.clear();
  const made = compile(pattern);
  compiled.set(pattern, made);
  return made;
}

function compile(pattern: string): CompiledPattern {
  const tokens = tokensOf(pattern);
  const { pieces, groups } = piecesOf(tokens);
  const fault = faultOf(tokens);
  if (fault !== undefined) throw new SyntaxError(fault);
  if (groups > MOST_GROUPS) throw new SyntaxError(`has more than ${MOST_GROUPS} optional parts`);
  const start = linked(pieces, null);
  checkEnds(start);
  return {
    start,
    isHalfDay: tokens.some(({ text }) => HALF_HOURS.includes(text)),
    isNew: groups > 0 || tokens.some(({ text }) => NEW_TOKENS.test(text)),
  };
}

function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  let covered = 0;
  for (const match of pattern.matchAll(TOKEN)) {
    const [text, quoted] = match;
    if (match.index !== covered) break;
    covered += text.length;
    const isFurtherBlank = text === ' ' && tokens.at(-1)?.text === ' ';
    if (!isFurtherBlank) tokens.push({ text, step: stepOf(text, quoted) });
  }
  if (covered !== pattern.length) throw new SyntaxError('a quote is not closed');
  return tokens;
}

function stepOf(token: string, quoted: string | undefined): Step {
  if (quoted !== undefined) {
    return { kind: 'literal', bytes: Buffer.from(quoted === '' ? "'" : quoted.replaceAll("''", "'")) };
  }
  const step = TOKENS[token];
  if (step !== undefined) return step;
  if (/^S{1,9}$/.test(token)) return { kind: 'fraction', least: token.length, most: token.length };
  if (token === ' ') return { kind: 'blank' };
  if (/^[A-Za-z]/.test(token)) throw new SyntaxError(`${token} is not understood`);
  return { kind: 'literal', bytes: Buffer.from(token) };
}

/** Finds the optional parts. Brackets round what a time cannot do without stand for themselves. */
function piecesOf(tokens: readonly Token[]): { pieces: readonly Piece[]; groups: number } {
  const open: Piece[][] = [[]];
  const starts: Token[] = [];
  let groups = 0;
  for (const token of tokens) {
    if (token.text === '[') {
      open.push([]);
      starts.push(token);
    } else if (token.text === ']' && open.length > 1) {
      const group = open.pop()!;
      const start = starts.pop()!;
      const isLiteral = group.some(isNeeded);
      open.at(-1)!.push(...(isLiteral ? [start, ...group, token] : [{ group }]));
      if (!isLiteral) groups++;
    } else open.at(-1)!.push(token);
  }
  // A bracket that is not closed stands for itself.
  while (open.length > 1) {
    const rest = open.pop()!;
    open.at(-1)!.push(starts.pop()!, ...rest);
  }
  return { pieces: open[0]!, groups };
}

function isNeeded(piece: Piece): boolean {
  if ('group' in piece) return false;
  return piece.text === 'a' || Object.values(NEEDED).some((names) => names.includes(piece.text));
}

/** Why the tokens make no pattern, if so. */
function faultOf(tokens: readonly Token[]): string | undefined {
  const texts = tokens.filter(({ step }) => step.kind !== 'literal' && step.kind !== 'blank').map(({ text }) => text);
  const count = (names: readonly string[]) => texts.filter((text) => names.includes(text)).length;
  const once = { ...NEEDED, ss: SECONDS, a: ['a'], EEE: ['EEE'], XXX: ['XXX'] };
  const twice = Object.values(once).find((names) => count(names) > 1);
  if (twice !== undefined) return `${texts.findLast((text) => twice.includes(text))} is given twice`;
  const fractions = texts.filter((text) => FRACTION.test(text)).length;
  if (fractions > 1) return 'S is given twice';
  const missing = Object.entries(NEEDED).filter(([, names]) => count(names) === 0);
  if (missing.length > 0) return `${missing.map(([name]) => name).join(', ')} is missing`;
  if (fractions > 0 && count(SECONDS) === 0) return 'ss is missing';
  if (count(HALF_HOURS) !== count(['a']))
    return count(['a']) > 0 ? 'a needs h or hh, not H' : 'a (AM or PM) is missing';
  return undefined;
}

function linked(pieces: readonly Piece[], next: PatternNode | null): PatternNode | null {
  return pieces.reduceRight<PatternNode | null>((behind, piece, at) => {
    if ('group' in piece) return { group: linked(piece.group, behind), next: behind };
    return { step: marked(piece.step, pieces[at + 1]), next: behind };
  }, next);
}

/** A name's point belongs to the name, unless the pattern has one there; before any number of digits a comma is as good as a point. */
function marked(step: Step, next: Piece | undefined): Step {
  const following = next !== undefined && 'step' in next ? next.step : undefined;
  if (step.kind === 'month_name' || step.kind === 'weekday_name') {
    return { ...step, takesPoint: following?.kind !== 'literal' || following.bytes[0] !== POINT };
  }
  const isMark = step.kind === 'literal' && step.bytes.length === 1 && step.bytes[0] === POINT;
  return isMark && following?.kind === 'fraction' && following.least < following.most
    ? { kind: 'fraction_mark' }
    : step;
}

/** A number of one or two digits ends where no digit follows: none may. @throws SyntaxError where one may */
function checkEnds(node: PatternNode | null): void {
  if (node === null) return;
  if ('group' in node) checkEnds(node.group);
  else if (isOpen(node.step) && mayBeginWithDigit(node.next)) {
    throw new SyntaxError(
      `a digit may follow ${nameOf(node.step)}, which has no fixed number of digits: separate them`,
    );
  }
  checkEnds(node.next);
}

function isOpen(step: Step): boolean {
  return (step.kind === 'number' || step.kind === 'fraction') && step.least < step.most;
}

function mayBeginWithDigit(node: PatternNode | null): boolean {
  if (node === null) return false;
  if ('group' in node) return mayBeginWithDigit(node.group) || mayBeginWithDigit(node.next);
  const { step } = node;
  if (step.kind === 'literal') return step.bytes[0] !== undefined && step.bytes[0] >= 0x30 && step.bytes[0] <= 0x39;
  return step.kind === 'number' || step.kind === 'short_year' || step.kind === 'fraction';
}

function nameOf(step: Step): string {
  return Object.entries(TOKENS).find(([, other]) => other === step)?.[0] ?? step.kind;
}
