import { Option } from 'commander';
import { EVERY_QUESTION, type Given, instancesIn, type LakeSession, noneTakes, parseSpan } from '../asking/index.ts';
import { dateOfDay, dayOfDate, dayOfInstant } from '../events/index.ts';
import { UsageError, visible } from '../present/index.ts';
import type { Question } from '../questions/index.ts';
import { nearest } from '../settings/index.ts';
import { severalTimes } from './command.ts';
import { readParametersFile } from './parameters-file.ts';

/** The options that say what a question is asked with. */
export interface GivenFlags {
  readonly object?: string;
  readonly person?: string;
  readonly set?: readonly string[];
  readonly parameters?: string;
  readonly from?: string;
  readonly to?: string;
  readonly asOf?: string;
  readonly instance?: readonly string[];
  readonly limit?: string;
}

export const GIVEN_OPTIONS: readonly Option[] = [
  new Option('--object <id>', 'the id of the object, for the question that is about one'),
  new Option('--person <word>', 'the id or name of the person, or a word of it, for the question that is about one'),
  severalTimes(
    new Option(
      '--set <name=value>',
      'give a parameter of the question a value; a list has commas: roles=Admin,"EU, West"',
    ),
  ),
  new Option(
    '--parameters <file>',
    'values of parameters, by question: {"mass-remote-actions": {"devices": 50}} in JSON',
  ),
  new Option('--from <day>', 'the first day, such as 2026-03-01 or -7d (default: as many days as the question says)'),
  new Option('--to <day>', 'the last day, such as 2026-03-31 or yesterday (default: today, in UTC)'),
  new Option('--as-of <date>', 'the day that stands for today, such as 2026-03-31: the same as --to').conflicts('to'),
  severalTimes(new Option('--instance <name>', 'only events of this instance; may be given several times')),
  new Option('--limit <number>', 'at most so many rows'),
];

/**
 * What each of the questions that are asked is asked with. The command line counts before the file, and what the file has for
 * a question before what it has for all.
 * @param questions all that there are, for the file
 * @throws UsageError
 */
export function givenFor(
  questions: readonly Question[],
  asked: readonly Question[],
  flags: GivenFlags,
): (question: Question) => Given {
  const usual = givenBy(flags, Date.now());
  const values = valuesBy(flags);
  const file = flags.parameters === undefined ? {} : readParametersFile(flags.parameters, questions);
  const faults = Object.keys(values).flatMap((name) => noneTakes(asked, name) ?? []);
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return (question) => {
    const taken = (all: object | undefined) =>
      Object.entries(all ?? {}).filter(([name]) => question.parameters.some((each) => each.name === name));
    const own = Object.entries(file[question.name] ?? {});
    return { ...usual, values: Object.fromEntries([...taken(file[EVERY_QUESTION]), ...own, ...taken(values)]) };
  };
}

/** What the options say but the values of parameters. Days are whole: a moment means the day that it lies in. @throws UsageError */
function givenBy({ from, to, asOf, instance, limit }: GivenFlags, now: number): Omit<Given, 'values'> {
  if (asOf !== undefined && dayOfDate(asOf) === null)
    throw new UsageError(`--as-of: expected a day such as 2026-03-31, found ${JSON.stringify(asOf)}`);
  const span = parseSpan({ from, to: to ?? asOf }, { now, timeZone: 'UTC' });
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit))
    throw new UsageError(`--limit: expected a number of rows from 1, found ${JSON.stringify(limit)}`);
  return {
    ...(span.from !== null && { from: dayAt(span.from.epochMilliseconds) }),
    // What is before the end is on the last day.
    ...(span.to !== null && { to: dayAt(span.to.epochMilliseconds - 1) }),
    ...(instance !== undefined && { instances: instance }),
    ...(limit !== undefined && { limit: Number(limit) }),
  };
}

function dayAt(milliseconds: number): string {
  return dateOfDay(dayOfInstant(milliseconds));
}

/** The values that the options give, by the parameters' names; a list that is given several times goes on. @throws UsageError */
function valuesBy({ set = [], object, person }: GivenFlags): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const each of set) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(each) ?? [];
    if (name === undefined || value === undefined)
      throw new UsageError(`--set: expected name=value, found ${JSON.stringify(each)}`);
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  if (object !== undefined) values.set('object', object);
  if (person !== undefined) values.set('person', person);
  return Object.fromEntries(values);
}

/** @throws UsageError where the lake has no event of an instance that is asked about: a misspelt one would find nothing, as if there were nothing */
export async function refuseUnknownInstances(session: LakeSession, { instance = [] }: GivenFlags): Promise<void> {
  if (instance.length === 0) return;
  const known = (await instancesIn(session)).filter((each) => each !== null);
  const faults = instance.filter((each) => !known.includes(each)).map((each) => instanceFault(each, known));
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
}

function instanceFault(instance: string, known: readonly string[]): string {
  const near = nearest(instance, known);
  const others = known.length === 0 ? 'its events are of none' : `it has those of ${known.map(visible).join(', ')}`;
  const advice = near === null ? others : `did you mean ${visible(near)}?`;
  return `--instance: the lake has no events of ${visible(JSON.stringify(instance))}; ${advice}`;
}
