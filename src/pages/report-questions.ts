import {
  type FirstRows,
  firstOfQuestion,
  type Given,
  type LakeSession,
  missingIn,
  questionFiles,
} from '../asking/index.ts';
import { commandLine, type Html, markup, numberText } from '../present/index.ts';
import type { Question } from '../questions/index.ts';
import { rowTable } from './row-table.ts';

/** Rows of an answer that are shown. */
const MOST = 10;

/** After how long it is said again how far the questions are. */
const SAID_EVERY_MS = 5_000;

/** A question with what came of it; null where it is about one thing or person, and nobody said about which. */
export interface AskedQuestion {
  readonly question: Question;
  readonly answer: FirstRows | null;
}

/** Asks every question that can be asked with what is given. @param tell is told now and then how far that is, where it takes long */
export async function askedQuestions(
  session: LakeSession,
  givenTo: (question: Question) => Given,
  tell: (step: string) => void,
): Promise<AskedQuestion[]> {
  const asked: AskedQuestion[] = [];
  const questions = questionFiles();
  let saidAt = performance.now();
  for (const question of questions) {
    if (performance.now() - saidAt > SAID_EVERY_MS) {
      saidAt = performance.now();
      tell(`asking question ${question.number} of ${questions.length}: ${question.name}`);
    }
    const given = givenTo(question);
    const answer =
      missingIn(question, given).length === 0 ? await firstOfQuestion(session, question, given, MOST) : null;
    asked.push({ question, answer });
  }
  return asked;
}

/** Each question with why it is asked, what is normal, and the first rows of the answer. */
export function questionsPart(asked: readonly AskedQuestion[], timeZone: string): Html {
  const list = asked.map(
    ({ question, answer }) =>
      markup`<li><a href="#${idOf(question)}">${askedText(question)}</a> ${answer === null ? markup`<span class="dim">not asked</span>` : markup`<strong>${numberText(answer.count)}</strong>`}</li>`,
  );
  return markup`<p>Each is one of the questions of <code>audit-lake ask</code>. They are asked of the whole days of the period, in UTC. That a question has an answer is no accusation: what is normal stands beside it.</p>
<ol>${list}</ol>
${asked.map((each) => questionPart(each, timeZone))}`;
}

function questionPart({ question, answer }: AskedQuestion, timeZone: string): Html {
  const { number, name, why, normal, limits } = question;
  const command = commandLine('ask', name);
  return markup`<h3 id="${idOf(question)}">${number}. ${askedText(question)}</h3>
<p>${question.finds}</p>
<p><strong>Why it matters:</strong> ${why}</p>
<p><strong>Normal:</strong> ${normal}</p>
${limits === null ? null : markup`<p class="dim"><strong>Not seen:</strong> ${limits}</p>`}
${
  answer === null
    ? markup`<p class="dim">Not asked here, since it is about one thing or person: <code>${command}</code> takes which.</p>`
    : rowTable('Answer', answer, { timeZone, whole: `${command} gives them all` })
}`;
}

/** Whether people expect no answer at all, by what the question says is normal. */
export function isUnusual({ question, answer }: AskedQuestion): boolean {
  return (answer?.count ?? 0) > 0 && /^(None|Next to none|Rare)\b/.test(question.normal);
}

export function idOf({ name }: Question): string {
  return `question-${name}`;
}

/** The question without the days that it is asked about by itself, since it was asked about others. */
export function askedText({ question }: Question): string {
  return question.replace(/,? (?:in|of|from) the last \d+ days/g, '');
}
