import type { Dialect } from './dialect.ts';
import { textLiteral } from './literal.ts';
import { type Parameter, type Values, valueIn } from './parameter.ts';
import { type AskedDays, Days } from './period.ts';
import { FINAL_SELECT, type Question } from './question.ts';
import type { Part } from './template.ts';
import type { Value } from './value.ts';
import { offsetsOf } from './zone-offset.ts';

/** What a question is rendered with; with nothing, it is what its file says, and reads days by the clock of the engine. */
export interface Asked extends AskedDays {
  readonly values?: Values;
  /** The instances whose events are asked about; left out, all events. */
  readonly instances?: readonly string[];
  /** At most so many rows, the first ones. */
  readonly limit?: number;
  /** The day when the text is made, `YYYY-MM-DD`: the offsets of a zone are written into the text from here on. */
  readonly today?: string;
}

/** What a dialect and what is asked give to every part of a question. */
interface Context {
  readonly dialect: Dialect;
  readonly days: Days;
  readonly asked: Asked;
}

/**
 * A question's text in a dialect, header included.
 * @throws QuestionError where it cannot be asked so: a day is none, the first day is after the last
 */
export function renderQuestion(question: Question, dialect: Dialect, asked: Asked = {}): string {
  const context = { dialect, days: new Days(question.period, dialect, asked), asked };
  const sql = question.parts.map((part) => renderPart(part, context)).join('');
  return `${question.header}${limited(sql, dialect, asked.limit)}`;
}

function renderPart(part: Part, { dialect, days, asked }: Context): string {
  const values = asked.values ?? new Map();
  switch (part.kind) {
    case 'sql':
      return part.sql;
    case 'day':
      return days.day(
        part.end,
        part.before.reduce<number>((sum, each) => sum + (typeof each === 'number' ? each : numberIn(values, each)), 0),
      );
    case 'events':
      return events(part.alias, asked.instances, dialect);
    case 'value':
      return written(valueIn(values, part.parameter), dialect);
    case 'is': {
      const value = valueIn(values, part.parameter);
      if (value.kind !== 'people') return `${part.column} = LOWER(${written(value, dialect)})`;
      const names = value.names.map((name) => `LOWER(${textLiteral(name, dialect)})`);
      return names.length === 0 ? '1 = 0' : `${part.column} IN (${names.join(', ')})`;
    }
    case 'words':
      return words(typeof part.of === 'string' ? part.of : written(valueIn(values, part.of), dialect), dialect);
    case 'offset': {
      const zone = valueIn(values, part.zone);
      return zone.kind === 'zone' ? offset(zone.zone, part.seconds, days, asked.today) : '0';
    }
    case 'listed': {
      const list = valueIn(values, part.list);
      if (list.kind !== 'texts' || list.texts.length === 0) return '';
      const texts = list.texts.map((text) => `LOWER(${textLiteral(text, dialect)})`).join(', ');
      return `${part.line}(${part.column} IS NULL OR LOWER(${part.column}) ${part.isWanted ? 'IN' : 'NOT IN'} (${texts}))`;
    }
  }
}

function written(value: Value, dialect: Dialect): string {
  switch (value.kind) {
    case 'number':
      return value.digits;
    case 'numbers':
      return value.numbers.join(', ');
    case 'text':
      return textLiteral(value.text, dialect);
    case 'texts':
      return value.texts.map((text) => textLiteral(text, dialect)).join(', ');
    case 'people':
      // No word: they are found as they are.
      return textLiteral('', dialect);
    case 'zone':
      return textLiteral(value.zone, dialect);
  }
}

function numberIn(values: Values, parameter: Parameter): number {
  const value = valueIn(values, parameter);
  return value.kind === 'number' ? Number(value.digits) : 0;
}

function events(alias: string | null, instances: readonly string[] | undefined, dialect: Dialect): string {
  const name = alias === null ? '' : ` AS ${alias}`;
  if (instances === undefined) return `audit_events${name}`;
  const wanted = instances.map((instance) => textLiteral(instance, dialect)).join(', ');
  return `(SELECT * FROM audit_events WHERE instance IN (${wanted}))${alias === null ? ' AS audit_events' : name}`;
}

/** What stands between the words of a name, an address or an account. */
const BETWEEN_WORDS = '.,;:@-_/\\+()<>"';

/** SQL of a text in small letters, its words apart by one blank each, and a blank at both ends. */
export function words(text: string, dialect: Dialect): string {
  const apart = `TRANSLATE(LOWER(${text}), ${textLiteral(BETWEEN_WORDS, dialect)}, '${' '.repeat(BETWEEN_WORDS.length)}')`;
  // Twice makes one blank of up to four.
  return `CONCAT(' ', TRIM(REPLACE(REPLACE(${apart}, '  ', ' '), '  ', ' ')), ' ')`;
}

function offset(zone: string, seconds: string, days: Days, today: string | undefined): string {
  if (zone === 'UTC') return '0';
  const { from, to } = days.seconds(today);
  const offsets = offsetsOf(zone, from, to);
  const last = offsets.at(-1)?.seconds ?? 0;
  const steps = offsets.slice(0, -1).map((each) => ` WHEN ${seconds} < ${each.until} THEN ${each.seconds}`);
  return steps.length === 0 ? String(last) : `CASE${steps.join('')} ELSE ${last} END`;
}

/** The first rows alone. */
function limited(sql: string, dialect: Dialect, limit: number | undefined): string {
  if (limit === undefined) return sql;
  if (dialect !== 'tsql') return `${sql.trimEnd()}\nLIMIT ${limit}\n`;
  const place = sql.lastIndexOf(FINAL_SELECT) + FINAL_SELECT.trimEnd().length;
  return `${sql.slice(0, place)} TOP (${limit})${sql.slice(place)}`;
}
