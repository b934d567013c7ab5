export type NumberField = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second';

/** One part of a time as a pattern states it. */
export type Step =
  | { readonly kind: 'number'; readonly field: NumberField; readonly least: number; readonly most: number }
  | { readonly kind: 'short_year' }
  | { readonly kind: 'fraction'; readonly least: number; readonly most: number }
  | { readonly kind: 'month_name' | 'weekday_name'; readonly takesPoint: boolean }
  | { readonly kind: 'half_day' }
  | { readonly kind: 'offset' }
  | { readonly kind: 'blank' }
  | { readonly kind: 'literal'; readonly bytes: Uint8Array };

/** One way to write a time of a pattern: with some of its optional parts. */
export interface PatternForm {
  readonly steps: readonly Step[];
  readonly isHalfDay: boolean;
  readonly hasOffset: boolean;
  /** Whether the pattern has a token that no reader before version 3 knew. */
  readonly isNew: boolean;
}

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

/** What a time needs, under the names that can give it; of one name at most one token. */
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

/** One token of a pattern: a run of one letter, quoted text, or a single other character. */
const TOKEN = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/gu;
const MOST_FORMS = 64;

/**
 * Reads a pattern as the forms that it stands for, the fullest first.
 *
 * @throws SyntaxError that names the token which is not understood, given twice, or missing
 */
export function patternForms(pattern: string): readonly PatternForm[] {
  const tokens = tokensOf(pattern);
  const isNew = tokens.some(({ text }) => NEW_TOKENS.test(text));
  const { pieces, hasGroups } = piecesOf(tokens);
  const written = formsOf(pieces);
  const used = new Set<Token>();
  const forms: PatternForm[] = [];
  let fault: string | undefined;
  for (const form of written) {
    const found = faultOf(form);
    fault ??= found;
    if (found !== undefined) continue;
    for (const token of form) used.add(token);
    const has = (names: readonly string[]) => form.some(({ text }) => names.includes(text));
    forms.push({
      steps: form.map(({ step }, at) => withPoint(step, form[at + 1])),
      isHalfDay: has(HALF_HOURS),
      hasOffset: has(['XXX']),
      isNew: isNew || hasGroups,
    });
  }
  if (fault !== undefined && tokens.some((token) => token.text !== '[' && token.text !== ']' && !used.has(token))) {
    throw new SyntaxError(fault);
  }
  if (forms.length === 0) throw new SyntaxError(fault ?? 'is empty');
  return forms;
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
function piecesOf(tokens: readonly Token[]): { pieces: Piece[]; hasGroups: boolean } {
  const open: Piece[][] = [[]];
  const starts: Token[] = [];
  let hasGroups = false;
  for (const token of tokens) {
    if (token.text === '[') {
      open.push([]);
      starts.push(token);
    } else if (token.text === ']' && open.length > 1) {
      const group = open.pop()!;
      const start = starts.pop()!;
      if (group.some(isNeeded)) open.at(-1)!.push(start, ...group, token);
      else open.at(-1)!.push({ group });
      hasGroups ||= !group.some(isNeeded);
    } else open.at(-1)!.push(token);
  }
  // A bracket that is not closed stands for itself.
  while (open.length > 1) {
    const rest = open.pop()!;
    open.at(-1)!.push(starts.pop()!, ...rest);
  }
  return { pieces: open[0]!, hasGroups };
}

function isNeeded(piece: Piece): boolean {
  if ('group' in piece) return false;
  return piece.text === 'a' || Object.values(NEEDED).some((names) => names.includes(piece.text));
}

/** Every way to take the optional parts or leave them, fullest first. @throws SyntaxError where there are too many */
function formsOf(pieces: readonly Piece[]): Token[][] {
  let forms: Token[][] = [[]];
  for (const piece of pieces) {
    const next = 'group' in piece ? [...formsOf(piece.group), []] : [[piece]];
    forms = forms.flatMap((form) => next.map((tail) => [...form, ...tail]));
    if (forms.length > MOST_FORMS) throw new SyntaxError('has too many optional parts');
  }
  return forms;
}

/** Why a form is none, if so. */
function faultOf(form: readonly Token[]): string | undefined {
  const texts = form.filter(({ step }) => step.kind !== 'literal' && step.kind !== 'blank').map(({ text }) => text);
  const count = (names: readonly string[]) => texts.filter((text) => names.includes(text)).length;
  const twice = Object.entries({ ...NEEDED, ss: SECONDS, a: ['a'], EEE: ['EEE'], XXX: ['XXX'] }).find(
    ([, names]) => count(names) > 1,
  );
  if (twice !== undefined) return `${texts.findLast((text) => twice[1].includes(text))} is given twice`;
  const fractions = texts.filter((text) => FRACTION.test(text)).length;
  if (fractions > 1) return 'S is given twice';
  const missing = Object.entries(NEEDED).filter(([, names]) => count(names) === 0);
  if (missing.length > 0) return `${missing.map(([name]) => name).join(', ')} is missing`;
  if (fractions > 0 && count(SECONDS) === 0) return 'ss is missing';
  if (count(HALF_HOURS) !== count(['a']))
    return count(['a']) > 0 ? 'a needs h or hh, not H' : 'a (AM or PM) is missing';
  return runOn(form);
}

/** A number of one or two digits ends where no digit follows: none may. */
function runOn(form: readonly Token[]): string | undefined {
  for (const [at, { text, step }] of form.entries()) {
    const isOpen = (step.kind === 'number' || step.kind === 'fraction') && step.least < step.most;
    if (!isOpen) continue;
    const next = form[at + 1];
    if (next !== undefined && beginsWithDigit(next.step)) return `${text} needs something else than a digit behind it`;
  }
  return undefined;
}

function beginsWithDigit(step: Step): boolean {
  if (step.kind === 'literal') return step.bytes[0] !== undefined && step.bytes[0] >= 0x30 && step.bytes[0] <= 0x39;
  return step.kind === 'number' || step.kind === 'short_year' || step.kind === 'fraction';
}

/** A name's point belongs to the name, unless the pattern has one there. */
function withPoint(step: Step, next: Token | undefined): Step {
  if (step.kind !== 'month_name' && step.kind !== 'weekday_name') return step;
  const isPointNext = next?.step.kind === 'literal' && next.step.bytes[0] === 0x2e;
  return { ...step, takesPoint: !isPointNext };
}
