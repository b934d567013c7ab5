import { EVENT_COLUMNS } from '../events/index.ts';
import { type Question, readValue, type Written } from '../questions/index.ts';
import { answerIn } from './answer.ts';
import type { Given } from './given.ts';
import type { LakeSession } from './session.ts';

const PEOPLE = EVENT_COLUMNS.filter(({ person }) => person === 'name' || person === 'id');

/**
 * What is given, with pseudonyms in place of values that are whole names or ids of people, since the views have these where
 * names are masked. A word of a name finds nobody then.
 */
export async function shownGiven(session: LakeSession, { parameters }: Question, given: Given): Promise<Given> {
  if (session.masking === null || given.values === undefined) return given;
  const values: Record<string, Written> = { ...given.values };
  for (const parameter of parameters) {
    const written = values[parameter.name];
    if (written === undefined || !['id', 'text', 'texts'].includes(parameter.type)) continue;
    const value = readValue(parameter, written);
    const texts = value.kind === 'texts' ? value.texts : value.kind === 'text' ? [value.text] : [];
    const people = await peopleAmong(session, texts);
    const shown = texts.map((text, index) => (people.has(index) ? session.pseudonym(text) : text));
    values[parameter.name] = value.kind === 'texts' ? shown : (shown[0] ?? '');
  }
  return { ...given, values };
}

/** By their places, which of the texts name a person, whatever their case. */
async function peopleAmong(session: LakeSession, texts: readonly string[]): Promise<ReadonlySet<number>> {
  if (texts.length === 0) return new Set();
  const single = PEOPLE.filter(({ list }) => !list).map(({ name }) => name);
  const named = [
    `SELECT unnest([${single.join(', ')}]) AS name FROM ${session.realEvents}`,
    ...PEOPLE.filter(({ list }) => list).map(({ name }) => `SELECT unnest(${name}) FROM ${session.realEvents}`),
  ];
  const asked = texts.map((_, index) => `(${index}, lower($v${index}))`);
  const { rows } = await answerIn(
    session,
    `SELECT DISTINCT place FROM (${named.join(' UNION ALL ')}) JOIN (VALUES ${asked.join(', ')}) AS asked(place, text) ON lower(name) = text`,
    Object.fromEntries(texts.map((text, index) => [`v${index}`, text])),
  );
  return new Set(rows.map(([place]) => Number(place)));
}
