import type { Parameter } from './parameter.ts';
import type { ParameterType } from './parameter-type.ts';
import { QuestionError } from './question-error.ts';

/** A number of days that a macro states, or the parameter that has it. */
export type Days = number | Parameter;

/** What the SQL of a question is made of. Columns and expressions in macros are SQL of the file. */
export type Part =
  | { readonly kind: 'sql'; readonly sql: string }
  /** `{{from - 90}}`: a day so many days before the first or the last of the days that are asked about. */
  | { readonly kind: 'day'; readonly end: 'from' | 'to'; readonly before: readonly Days[] }
  /** `{{events}} AS e`: audit_events, of the instances that are asked about. */
  | { readonly kind: 'events'; readonly alias: string | null }
  /** `{{devices}}`: the value of a parameter. */
  | { readonly kind: 'value'; readonly parameter: Parameter }
  /** `{{is(person, user_name)}}`: whether a column in small letters is the value of a parameter, in whatever letters. */
  | { readonly kind: 'is'; readonly parameter: Parameter; readonly column: string }
  /** `{{words(user_name)}}`: a text in small letters, its words apart by one blank each, and a blank at both ends. */
  | { readonly kind: 'words'; readonly of: string | Parameter }
  /** `{{utc_offset(zone, event_seconds)}}`: by how many seconds a zone's clocks are ahead of UTC at that second. */
  | { readonly kind: 'offset'; readonly zone: Parameter; readonly seconds: string }
  /**
   * A line `AND {{any_of(roles, r.item)}}` or `AND {{none_of(leave_out, actor_name)}}`: whether a text is on a list, whatever
   * its case; a null is let through, since it may be what is looked for. With an empty list there is no such line.
   */
  | {
      readonly kind: 'listed';
      readonly list: Parameter;
      readonly column: string;
      readonly isWanted: boolean;
      readonly line: string;
    };

const MACROS =
  'the macros are {{from}}, {{to}}, {{from - DAYS}}, {{events}}, {{a_parameter}}, {{words(TEXT)}}, {{is(ID, COLUMN)}}, {{utc_offset(ZONE, SECONDS)}}, and on a line of their own AND {{any_of(LIST, COLUMN)}} and AND {{none_of(LIST, COLUMN)}}';

const MACRO = /(\n *AND (?=\{\{(?:any|none)_of\())?\{\{([^{}\n]*)\}\}( AS [a-z_]+)?/g;
const DAY = /^(from|to)((?: - [a-z0-9_]+)*)$/;
const CALL = /^([a-z_]+)\(([^,]+)(?:, ([^,]+))?\)$/;
const COLUMN = /^(?:[a-z]\w*\.)?[a-z]\w*$/;

/** Takes the SQL of a question apart. @throws QuestionError where a macro is none, or a parameter is not declared or not used */
export function parseTemplate(sql: string, parameters: readonly Parameter[]): Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const found of sql.matchAll(MACRO)) {
    const [all, line = '', macro = '', alias = ''] = found;
    parts.push({ kind: 'sql', sql: checkedSql(sql.slice(end, found.index)) });
    const part = partOf(macro, line, alias, parameters);
    parts.push(part);
    // An alias behind another macro is SQL like all else.
    end = found.index + all.length - (part.kind === 'events' ? 0 : alias.length);
  }
  parts.push({ kind: 'sql', sql: checkedSql(sql.slice(end)) });
  const unused = parameters.filter((parameter) => !parts.some((part) => parametersOf(part).includes(parameter)));
  if (unused.length > 0) throw new QuestionError(`the SQL does not use ${unused.map(({ name }) => name).join(', ')}`);
  return parts;
}

function checkedSql(sql: string): string {
  const stray = /\{\{.{0,40}|\}\}/.exec(sql);
  if (stray !== null) throw new QuestionError(`${MACROS}; found ${stray[0]}`);
  return sql;
}

function partOf(macro: string, line: string, alias: string, parameters: readonly Parameter[]): Part {
  const declared = (name: string | undefined, types: readonly ParameterType[]): Parameter => {
    const parameter = parameters.find((each) => each.name === name && types.includes(each.type));
    if (parameter !== undefined) return parameter;
    throw new QuestionError(
      `{{${macro}}}: expected a parameter of type ${types.join(' or ')}, found ${name}; ${MACROS}`,
    );
  };
  if (macro === 'events') return { kind: 'events', alias: alias === '' ? null : alias.slice(' AS '.length) };
  const [, end, minus = ''] = DAY.exec(macro) ?? [];
  if (end === 'from' || end === 'to') {
    const before = minus.split(' - ').slice(1);
    return {
      kind: 'day',
      end,
      before: before.map((days) => (/^\d+$/.test(days) ? Number(days) : declared(days, ['days']))),
    };
  }
  const [, called, first = '', second = ''] = CALL.exec(macro) ?? [];
  if ((called === 'any_of' || called === 'none_of') && line !== '' && COLUMN.test(second))
    return { kind: 'listed', list: declared(first, ['texts']), column: second, isWanted: called === 'any_of', line };
  if (called === 'is' && COLUMN.test(second)) return { kind: 'is', parameter: declared(first, ['id']), column: second };
  if (called === 'utc_offset' && COLUMN.test(second))
    return { kind: 'offset', zone: declared(first, ['zone']), seconds: second };
  if (called === 'words' && second === '')
    return { kind: 'words', of: parameters.find(({ name }) => name === first) ?? columnOf(first, macro) };
  return { kind: 'value', parameter: declared(macro, ['integer', 'number', 'days', 'text', 'id', 'time', 'weekdays']) };
}

function columnOf(text: string, macro: string): string {
  if (COLUMN.test(text)) return text;
  throw new QuestionError(`{{${macro}}}: expected a column or a parameter; ${MACROS}`);
}

function parametersOf(part: Part): readonly Parameter[] {
  switch (part.kind) {
    case 'day':
      return part.before.filter((days) => typeof days === 'object');
    case 'value':
    case 'is':
      return [part.parameter];
    case 'words':
      return typeof part.of === 'object' ? [part.of] : [];
    case 'offset':
      return [part.zone];
    case 'listed':
      return [part.list];
    case 'sql':
    case 'events':
      return [];
  }
}
