import { type Rows, rowsOf, TEXT, wrapped } from '../present/index.ts';
import { PARAMETER_TYPES, type Parameter, type Question } from '../questions/index.ts';

/** What a question says of itself, for a terminal. */
export function describedQuestion(question: Question): string {
  const { number, name, finds, why, normal, limits, change, period, parameters } = question;
  const days = period === 'all' ? 'every day of the lake' : `${period} days before the last, and that one`;
  return [
    `${number}  ${name}`,
    wrapped(question.question),
    ...said('finds', finds),
    ...said('why it matters', why),
    ...said('what is normal', normal),
    ...said('what it cannot see', limits),
    ...said('to change in its SQL', change),
    ...said('days', `${days}; --from and --to give others`),
    ...(parameters.length === 0 ? [] : ['', 'parameters, each given by --set NAME=VALUE or in --parameters FILE']),
    ...parameters.map(parameterLines),
  ].join('\n');
}

function said(title: string, text: string | null): string[] {
  return text === null ? [] : ['', title, wrapped(text)];
}

function parameterLines({ name, type, fallback, isNeeded, description }: Parameter): string {
  const usual = isNeeded ? 'has to be given' : `default: ${fallback === '' ? 'none' : fallback}`;
  return `  ${name} (${PARAMETER_TYPES[type]}; ${usual})\n${wrapped(description, '      ')}`;
}

/** A question as JSON has it: what it is, without its SQL. */
export function questionJson({ header: _, parts: __, ...about }: Question): object {
  return about;
}

/** What a question takes, as rows. */
export function parameterRows({ parameters }: Question): Rows {
  const columns = { name: TEXT, type: TEXT, fallback: TEXT, description: TEXT };
  return rowsOf(
    columns,
    parameters.map(({ name, type, fallback, isNeeded, description }) => ({
      ...{ name, type, fallback: isNeeded ? null : fallback, description },
    })),
  );
}
