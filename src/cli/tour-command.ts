import path from 'node:path';
import { answerOfLake, loadDuckdb } from '../asking/index.ts';
import { commandLine } from '../present/index.ts';
import { askedLake } from './asked-lake.ts';
import { command } from './command.ts';
import { EXIT_DONE } from './exit-codes.ts';
import { takeIn } from './ingest-command.ts';
import { shownPlace } from './lake-place.ts';
import { printedAnswer } from './printed-answer.ts';

const SAMPLES = path.join(import.meta.dirname, '../../samples/exports');
const FIRST_QUESTION = 'Who was given a role, by whom?';
const FIRST_QUERY = `SELECT event_time, actor_name, coalesce(user_name, group_name) AS given_to, roles_granted
FROM audit_events
WHERE len(roles_granted) > 0
ORDER BY event_time DESC
LIMIT 10`;
/** Asked as of the day after the samples' last. */
const NEXT_QUESTION = ['changes-outside-office-hours', '--as-of', '2026-03-03'];

/** From nothing to an answer: ingests the samples, asks a first question and says how to ask the next. */
export const register = command<unknown, []>({
  name: 'tour',
  settings: ['lake'],
  run: async ({ settings }) => {
    const given = settings();
    // Before anything is taken in.
    await loadDuckdb();
    const { exitCode, text } = await takeIn(given, {
      files: [SAMPLES],
      into: '',
      rejected: false,
      changeIdentity: false,
      json: false,
      verbose: false,
    });
    process.stdout.write(`${text()}\n`);
    if (exitCode !== EXIT_DONE) return { exitCode };
    process.stdout.write(`\n${FIRST_QUESTION}\n\n${FIRST_QUERY}\n\n`);
    const answer = printedAnswer(await answerOfLake(askedLake(given), FIRST_QUERY)).text();
    const next = commandLine('ask', ...NEXT_QUESTION, '--lake', shownPlace(given.lake));
    return { text: () => `${answer}\n\nNext, what else was changed while the office was closed, type:\n\n  ${next}` };
  },
});
