import fc from 'fast-check';
import {
  type AuditCode,
  CATALOGUE,
  type CodeTemplates,
  FIELDS,
  fieldIndex,
  type TemplateRow,
} from '../../src/catalogue/index.ts';
import type { PlainValue } from '../../src/decode/plain.ts';
import { render } from '../../src/decode/render.ts';
import { parseTemplate, type TemplateNode } from '../../src/decode/template-syntax.ts';
import type { ValueType } from '../../src/decode/value.ts';

export type Values = Readonly<Record<string, PlainValue>>;

/** What tears a careless splitter apart, whatever the template. */
const TRAPS = [
  ', roles_granted=[',
  ', name=',
  ', id=',
  ' on 2 devices with uids a',
  ' on 2 users with SIDs a',
  ' with SIDs',
  ', ip=',
  ', mood=odd',
  ', mood ="a, tone=b"',
  ', MOOD=',
  ' = ',
  '=',
  ',',
  ', ',
  '"',
  '”',
  '„',
  "'",
  '[',
  ']',
  '{',
  '}',
  '[a, "b, c"]',
  '["a[", b], c',
  '(',
  ') (',
  ' ',
  '\t',
  '\n',
  ' by ',
  ' with ',
  'é日本',
  '😀',
  '\u200b',
  '\u00a0',
  '__proto__=',
  '1',
  '99999999999',
  'a',
  'Li',
];

/** Pieces of the code's own templates: their words and keys, as they stand there. */
function piecesOf(row: CodeTemplates): readonly string[] {
  return row.templates.flatMap((template) =>
    template.text
      .replaceAll('?=', '=')
      .split(/\{[^}]*\}|[[\]<>|\\]/)
      .filter((piece) => piece !== ''),
  );
}

function hostileText(row: CodeTemplates): fc.Arbitrary<string> {
  const piece = fc.oneof(fc.constantFrom(...TRAPS), fc.constantFrom(...piecesOf(row)));
  return fc.oneof(
    fc.constantFrom('Li', 'Desk (EUR)', ''),
    fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('')),
  );
}

const token = fc.constantFrom('a1', '#poll', 'S-1-12-1', 'r:2', 'x/y', '日', "o'b", 'by');
const phrase = fc.constantFrom('view', 'a b', 'EUR', 'on 2 devices with uids a', 'for 1 x', 'b/c', 'with', 'é-1');
const element = fc.constantFrom('Ops', 'EU West', '日本', 'a', 'view_domain=x', 'mood=odd', "it's", '(b)');

function valueFor(row: CodeTemplates, field: string, type: ValueType): fc.Arbitrary<PlainValue> {
  const kind = FIELDS[fieldIndex(field)]!.kind;
  if (kind === 'number') return fc.constantFrom(0, 1, 2, 30, 2_147_483_647);
  if (kind === 'list') return fc.array(type === 'list' ? element : token, { maxLength: 3 });
  switch (type) {
    case 'token':
      return token;
    case 'token?':
      return fc.oneof(token, fc.constant(''));
    case 'ip':
      return fc.constantFrom('198.51.100.4', '2001:db8::1', 'gateway-3', '');
    case 'phrase':
      return phrase;
    case 'kind':
      return fc.constantFrom('device', 'user', 'a b', 'x for 1 x');
    case 'stamp':
      return fc.constantFrom('2026-03-01T08:00:00Z', '2026-03-01 08:00:00+01:00', 'bye', 'a updated at b');
    default:
      return hostileText(row);
  }
}

/** Values for a template: each optional segment given or not, one of each alternative. */
function valuesFor(row: CodeTemplates, nodes: readonly TemplateNode[]): fc.Arbitrary<Values> {
  const parts = nodes.map((node): fc.Arbitrary<Values> => {
    switch (node.kind) {
      case 'text':
        return fc.constant({});
      case 'constant':
        return fc.constant({ [node.field]: node.value });
      case 'value':
        return valueFor(row, node.field, node.type).map((value) => ({ [node.field]: value }));
      case 'optional':
        return fc.oneof(fc.constant({}), valuesFor(row, node.nodes));
      default:
        return fc.oneof(...node.choices.map((choice) => valuesFor(row, choice)));
    }
  });
  return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Values);
}

/** A template and values that it accepts. */
export interface Rendering {
  readonly row: CodeTemplates;
  readonly template: TemplateRow;
  readonly values: Values;
}

export function renderingOf(row: CodeTemplates, template: TemplateRow): fc.Arbitrary<Rendering> {
  return valuesFor(row, parseTemplate(template))
    .map((values) => ({ row, template, values }))
    .filter(isAccepted);
}

/** Texts may happen to hold the key of a segment that is left out; nothing else here is refused. */
function isAccepted({ template, values }: Rendering): boolean {
  try {
    return render(template, values) !== '';
  } catch (error) {
    if (
      error instanceof Error &&
      /of a segment that is left out just after it$|^ends in white space/.test(error.message)
    )
      return false;
    throw error;
  }
}

/** What happens to messages: segments lost, doubled, swapped, cut off, added; lenient forms; other words. */
type Mutation = (message: string, at: number, piece: string) => string;

const OUTER_SPACE = [' ', '\t', '\n', '\r\n', '  ', ' \n', '\u00a0', '\u3000', '\ufeff', '\u200b'];
/** Lists that are cut, or hold what is no element. */
const LISTS = [
  '[a,',
  '[a, b',
  '[a,]',
  '[a,,b]',
  '[,]',
  '["", a]',
  '["null", null]',
  '[null]',
  'null',
  'a,',
  'a,,b',
  ',a',
  '"a,',
  '"a,"',
  '"null"',
];

const MUTATIONS: readonly Mutation[] = [
  (message) => message,
  (message, at) => withSegments(message, (all) => all.filter((_, index) => index !== at % all.length)),
  (message, at) => withSegments(message, (all) => all.toSpliced(at % all.length, 0, all[at % all.length]!)),
  (message, at) => withSegments(message, (all) => [...all.slice(at % all.length), ...all.slice(0, at % all.length)]),
  (message, at) => withSegments(message, (all) => all.toSpliced(1 + (at % all.length), 0, 'mood=odd')),
  (message, at) => withSegments(message, (all) => all.toSpliced(2, 0, ...all.slice(1 + (at % all.length)))),
  (message, at) => withWords(message, (all) => all.toSpliced(at % all.length, 0, ...all.slice((at * 7) % all.length))),
  (message) => `${message}, mood=odd`,
  (message) => `${message}, mood="a, tone=b", MOOD=[x, hue=y]`,
  (message, at) => [...message].slice(0, at % (message.length + 1)).join(''),
  (message, at, piece) => {
    const characters = [...message];
    return characters.toSpliced(at % (characters.length + 1), 0, piece).join('');
  },
  (message, at, piece) => atSign(message, at, (before, after) => `${before}=${piece}${after}`),
  (message, at) => atSign(message, at, (before, after) => `${before} \t=${after}`),
  (message, at) => atSign(message, at, (before, after) => `${before}=  ${after}`),
  (message, at) => atSign(message, at, (before, after) => `${before}${after}`),
  (message) => message.replace(/\w+(?==)/g, (key) => key.toUpperCase()),
  (message) => message.replaceAll('"', '”'),
  (message) => message.replaceAll('"', ''),
  (message) => message.replaceAll(/[[\]]/g, ''),
  (message) => message.replaceAll('[', '{').replaceAll(']', '}'),
  (message) => message.replaceAll(/[[\]]/g, '"'),
  (message) => message.replace(/\d+/, '99999999999'),
  (message) => message.replace(/^\w+/, 'Changed'),
  (message, at) => `${message}${OUTER_SPACE[at % OUTER_SPACE.length]}`,
  (message, at) => `${OUTER_SPACE[at % OUTER_SPACE.length]}${message}`,
  (message, at) => withSegments(message, (all) => [...all.slice(0, 1 + (at % all.length)), '']),
  (message) => message.replaceAll('[', '[null, '),
  (message, at) => message.replace(/\[[^\]]*\]/, LISTS[at % LISTS.length]!),
  (message, at) => atSign(message, at, (before) => `${before}=null`),
  (message, at) => atSign(message, at, (before) => `${before}=${LISTS[at % LISTS.length]}`),
];

function withSegments(message: string, change: (segments: string[]) => string[]): string {
  return change(message.split(', ')).join(', ');
}

function withWords(message: string, change: (words: string[]) => string[]): string {
  return change(message.split(' ')).join(' ');
}

function atSign(message: string, at: number, join: (before: string, after: string) => string): string {
  const signs = [...message.matchAll(/=/g)].map((match) => match.index);
  const sign = signs[at % signs.length];
  return sign === undefined ? message : join(message.slice(0, sign), message.slice(sign + 1));
}

/** A message such as could stand under a code, well-formed or not. */
export function messageOf(row: CodeTemplates): fc.Arbitrary<string> {
  const rendered = fc.constantFrom(...row.templates).chain((template) => renderingOf(row, template));
  return messedUp(
    row,
    rendered.map(({ template, values }) => render(template, values)),
  );
}

/** The same for templates that a message cannot always be rendered from: what stands for a value is put in its place then. */
export function messageOfAny(row: CodeTemplates): fc.Arbitrary<string> {
  const rendered = fc
    .constantFrom(...row.templates)
    .chain((template) => valuesFor(row, parseTemplate(template)).map((values) => ({ template, values })))
    .map(({ template, values }) => {
      try {
        return render(template, values);
      } catch {
        return template.text.replaceAll(/\{(\w+)(?::[\w?]+|=\w+)\}|[[\]<>]|\|.*?(?=>)/g, (_, field) =>
          String(values[field] ?? ''),
        );
      }
    });
  return messedUp(row, rendered);
}

function messedUp(row: CodeTemplates, rendered: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const mutation = fc.tuple(
    fc.constantFrom(...MUTATIONS),
    fc.nat(400),
    fc.oneof(fc.constantFrom(...TRAPS), fc.constantFrom(...piecesOf(row))),
  );
  return fc
    .tuple(rendered, fc.array(mutation, { maxLength: 3 }))
    .map(([message, mutations]) => mutations.reduce((text, [mutate, at, piece]) => mutate(text, at, piece), message))
    .filter((message) => message.length <= 400);
}

/** One code of every kind of template; the rest of 92xxx differs from 92043 in the opening words alone. */
export const KINDS: readonly AuditCode[] = CATALOGUE.filter(
  ({ code, templates }) =>
    templates.length > 0 && (Math.floor(code / 1000) !== 92 || [92023, 92043, 92101, 92131, 92261].includes(code)),
);
