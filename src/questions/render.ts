import { dateOfDay, dayOfDate } from '../events/index.ts';
import { literal, sparkLiteral } from '../views/index.ts';
import { DAYS_AGO, type Dialect } from './dialect.ts';
import { type QuestionArgument, QuestionError } from './question.ts';

const DAYS_AGO_MACRO = /\{\{days_ago\((0|[1-9]\d{0,4})\)\}\}/g;

/**
 * A question's text in a dialect: each `{{days_ago(N)}}` becomes the UTC date N days before today.
 * @param asOf the day that stands for today, as `YYYY-MM-DD`; without it, the engine's clock decides when the text runs
 * @throws QuestionError where there is another macro, or the day is none
 */
export function renderQuestion(text: string, dialect: Dialect, asOf?: string): string {
  const today = asOf === undefined ? null : dayNumber(asOf);
  const rendered = text.replace(DAYS_AGO_MACRO, (_macro, days: string) =>
    today === null ? DAYS_AGO[dialect](Number(days)) : `CAST('${dateOfDay(today - Number(days))}' AS date)`,
  );
  const left = /\{\{[^}]{0,40}|\}\}/.exec(rendered);
  if (left !== null) {
    throw new QuestionError(`the only macro is {{days_ago(N)}} with N a number of days, found ${left[0]}`);
  }
  return rendered;
}

/** A question's text, rendered or not, with a value in place of the literal that stands for it. */
export function withArgument(text: string, argument: QuestionArgument, value: string, dialect: Dialect): string {
  const placeholder = `'${argument.placeholder}'`;
  // The header names the placeholder too, before the SQL does.
  const place = text.lastIndexOf(placeholder);
  const given = dialect === 'spark' ? sparkLiteral(value) : literal(value);
  return `${text.slice(0, place)}${given}${text.slice(place + placeholder.length)}`;
}

/** Whole days since 1970 of a day. @throws QuestionError where it is no day of the calendar since then */
function dayNumber(text: string): number {
  const day = dayOfDate(text);
  if (day === null || day < 0)
    throw new QuestionError(`expected a day such as 2026-03-31, found ${JSON.stringify(text)}`);
  return day;
}
