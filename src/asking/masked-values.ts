import { EVENT_COLUMNS } from '../events/index.ts';
import { type Asked, type Question, type Value, words } from '../questions/index.ts';
import { answerIn } from './answer.ts';
import type { LakeSession } from './session.ts';

const PEOPLE = EVENT_COLUMNS.filter(({ person }) => person === 'name' || person === 'id');

/**
 * What is asked, with pseudonyms in place of people, since the views have these where names are masked: a value that is a whole
 * name or id becomes its pseudonym, and one that is looked for as a word becomes those of everybody it finds.
 */
export async function shownAsked(session: LakeSession, question: Question, asked: Asked): Promise<Asked> {
  if (session.masking === null || asked.values === undefined) return asked;
  const values = new Map(asked.values);
  for (const [name, value] of asked.values) values.set(name, await shownValue(session, question, name, value));
  return { ...asked, values };
}

async function shownValue(session: LakeSession, { parts }: Question, name: string, value: Value): Promise<Value> {
  if (value.kind === 'texts') {
    const people = await peopleAmong(session, value.texts);
    return { kind: 'texts', texts: value.texts.map((text, at) => (people.has(at) ? session.pseudonym(text) : text)) };
  }
  if (value.kind !== 'text') return value;
  const isWord = parts.some(({ kind, ...part }) => kind === 'words' && 'of' in part && isNamed(part.of, name));
  if (isWord) return { kind: 'people', names: [value.text, ...(await peopleBy(session, value.text))] };
  const isPerson = (await peopleAmong(session, [value.text])).has(0);
  return isPerson ? { kind: 'text', text: session.pseudonym(value.text) } : value;
}

function isNamed(of: unknown, name: string): boolean {
  return typeof of === 'object' && of !== null && 'name' in of && of.name === name;
}

/** The pseudonyms of all names that hold a word, or several next to each other, and of a whole name or id. */
async function peopleBy(session: LakeSession, text: string): Promise<string[]> {
  const [asked, name] = [words('$text', 'duckdb'), words('name', 'duckdb')];
  const { rows } = await answerIn(
    session,
    `SELECT DISTINCT name FROM (${namedIn(session)}) WHERE lower(name) = lower($text)` +
      ` OR (is_name AND ${asked} <> '  ' AND contains(${name}, ${asked}))`,
    { text },
  );
  return [...new Set(rows.map(([found]) => session.pseudonym(String(found))))];
}

/** By their places, which of the texts name a person, whatever their case. */
async function peopleAmong(session: LakeSession, texts: readonly string[]): Promise<ReadonlySet<number>> {
  if (texts.length === 0) return new Set();
  const asked = texts.map((_, index) => `(${index}, lower($v${index}))`);
  const { rows } = await answerIn(
    session,
    `SELECT DISTINCT place FROM (${namedIn(session)}) JOIN (VALUES ${asked.join(', ')}) AS asked(place, text) ON lower(name) = text`,
    Object.fromEntries(texts.map((text, index) => [`v${index}`, text])),
  );
  return new Set(rows.map(([place]) => Number(place)));
}

/** SQL of every value that names a person, and whether it is a name and no id. */
function namedIn({ realEvents }: LakeSession): string {
  return PEOPLE.map(({ name, list, person }) => {
    const value = list ? `unnest(${name})` : name;
    return `SELECT ${value} AS name, ${person === 'name'} AS is_name FROM ${realEvents}`;
  }).join(' UNION ALL ');
}
