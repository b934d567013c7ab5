import {
  askQuestion,
  collected,
  type FirstRows,
  firstOfQuestion,
  missingIn,
  noQuestion,
  objectsOf,
  questionFiles,
  questionOf,
} from '../asking/index.ts';
import { countText, type Html, markup, numberText } from '../present/index.ts';
import { PARAMETER_TYPES, type Question } from '../questions/index.ts';
import { exactAddress, field } from './browse-fields.ts';
import { zoneAsked, zoneField } from './browse-filter.ts';
import type { AnswerMemory } from './browse-memory.ts';
import { rowsTable } from './browse-table.ts';
import { type Asked, address, type Shown } from './browse-view.ts';
import { refuseOthers } from './browse-words.ts';
import { engineMomentText } from './period.ts';

/** Rows of an answer that a page shows; its JSON has all. */
const MOST_ROWS = 500;

/** The questions that the project comes with. */
export async function questionsView(_: Asked): Promise<Shown> {
  const questions = questionFiles();
  return {
    title: 'Questions',
    part: 'questions',
    data: {
      questions: questions.map(({ number, name, question, parameters }) => ({ number, name, question, parameters })),
    },
    body: () => markup`<p>What a security team asks. Each looks at its own days, counted back from a day that can be chosen.</p>
<ol class="questions">${questions.map(
      ({ number, name, question }) =>
        markup`<li value="${number}"><a href="${address(`/questions/${name}`)}">${question}</a></li>`,
    )}</ol>`,
  };
}

/** One question: what it finds and why that matters, what it is asked with, and its answer. */
export function questionView(memory: AnswerMemory, timeZone: string): (asked: Asked) => Promise<Shown> {
  return async (asked) => await askedQuestion(asked, memory, timeZone);
}

async function askedQuestion(
  { lake, name, params, isJson }: Asked,
  memory: AnswerMemory,
  timeZone: string,
): Promise<Shown> {
  const questions = questionFiles();
  const question = questionOf(questions, name);
  if (question === null) return noSuchQuestion(noQuestion(questions, name));
  refuseOthers(params, { once: ['from', 'to', 'instance', 'zone', ...question.parameters.map((each) => each.name)] });
  const zone = zoneAsked(params, timeZone);
  const values = Object.fromEntries(
    question.parameters.flatMap((each) => {
      const written = params.get(each.name) ?? '';
      return written === '' ? [] : [[each.name, written]];
    }),
  );
  const isMissing = missingIn(question, { values }).length > 0;
  const { answer, to } = await lake('tables', async (session) => {
    // A lake of past days is asked up to its last day, unless somebody wants another.
    const last = wordOf(params, 'to') ?? session.days?.[1];
    if (isMissing) return { answer: null, to: last };
    const [from, instance] = [wordOf(params, 'from'), wordOf(params, 'instance')];
    const given = {
      ...(from !== undefined && { from }),
      ...(last !== undefined && { to: last }),
      ...(instance !== undefined && { instances: [instance] }),
      values,
    };
    const answer = await memory.of(session).remember(
      ['question', isJson, question.name, given],
      async (): Promise<FirstRows> => {
        if (!isJson) return await firstOfQuestion(session, question, given, MOST_ROWS);
        const all = await collected(await askQuestion(session, question, given));
        return { ...all, count: all.rows.length };
      },
      ({ rows }) => rows.length <= MOST_ROWS,
    );
    return { answer, to: last };
  });
  return {
    title: question.question,
    part: 'questions',
    zone,
    above: [['Questions', '/questions']],
    data: { question: question.name, to: to ?? null, values, rows: answer === null ? null : objectsOf(answer) },
    body: () => markup`
${about(question)}
<form class="filters" method="get"><div class="fields">
${field({ name: 'from', label: 'From', value: params.get('from') ?? '', hint: 'the first day, such as 2026-03-01; the question has days of its own' })}
${field({ name: 'to', label: 'To', value: to ?? '', hint: 'the last day, with all of it, in UTC' })}
${field({ name: 'instance', label: 'Instance', value: params.get('instance') ?? '', hint: 'the Nexthink instance; all where it is empty' })}
${question.parameters.map((each) => parameterField(each, params.get(each.name)))}${zoneField(params, timeZone)}
</div><div class="actions"><button class="main">Ask</button><a href="${exactAddress(address(`/questions/${question.name}`))}">As it comes</a></div></form>
${answer === null ? markup`<p class="card">Give what it is about to have it answered.</p>` : answered(answer, zone)}`,
  };
}

function noSuchQuestion(error: string): Shown {
  return {
    title: 'There is no such question',
    part: 'questions',
    above: [['Questions', '/questions']],
    data: { error },
    body: () => markup`<p class="card warn">${error}</p>`,
    status: 404,
  };
}

function parameterField(
  { name, type, fallback, isNeeded, description }: Question['parameters'][number],
  given: string | null,
): Html {
  const hint = `${description} ${PARAMETER_TYPES[type]}`;
  return field({ name, label: labelOf(name), value: given ?? (isNeeded ? '' : fallback), hint });
}

function labelOf(name: string): string {
  return `${name[0]?.toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;
}

function wordOf(params: URLSearchParams, name: string): string | undefined {
  const word = params.get(name)?.trim() ?? '';
  return word === '' ? undefined : word;
}

function about({ finds, why, normal, limits }: Question): Html {
  const limit = limits === null ? '' : markup`<dt>Limits</dt><dd>${limits}</dd>`;
  return markup`<dl><dt>Finds</dt><dd>${finds}</dd><dt>Why it matters</dt><dd>${why}</dd><dt>Normal</dt><dd>${normal}</dd>${limit}</dl>`;
}

function answered(answer: FirstRows, zone: string): Html {
  const { count } = answer;
  if (count === 0) return markup`<p class="card good">Nothing: no row answers this.</p>`;
  const more = count > MOST_ROWS ? markup` The first ${numberText(MOST_ROWS)} are shown; the JSON has all.` : '';
  return markup`<h2>${countText(count, 'row')}</h2><p class="dim">Times in ${zone}.${more}</p>${rowsTable('The answer', { ...answer, rows: zoned(answer, zone) })}`;
}

/** Rows with their instants in a zone. */
function zoned({ types, rows }: FirstRows, zone: string): readonly (readonly unknown[])[] {
  if (zone === 'UTC') return rows;
  const isInstant = types.map((type) => type?.kind === 'timestamp' && type.isInstant);
  return rows.map((row) =>
    row.map((value, column) =>
      isInstant[column] === true && typeof value === 'string' ? engineMomentText(value, zone) : value,
    ),
  );
}
