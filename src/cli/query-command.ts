import type { Settings } from '../settings/index.ts';
import { answerOfLake, printAnswer, type Rights } from './answer.ts';
import { EXIT_DONE } from './failure.ts';

/** Runs one SQL statement over the views of a lake and prints its result. */
export async function queryCommand(
  settings: Settings,
  sql: string,
  { json, unrestricted }: Rights & { readonly json: boolean },
): Promise<number> {
  printAnswer(await answerOfLake(settings, sql, { unrestricted }), json);
  return EXIT_DONE;
}
