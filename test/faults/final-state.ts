import { verifyLake } from '../../src/verify/index.ts';
import { checkChain } from './chain-check.ts';
import { checkLog, liveFiles } from './log-check.ts';
import { readLog } from './log-replay.ts';
import { CODES, EVENTS, type Outcome, type Report } from './outcome.ts';
import { SETTINGS } from './prepared-lakes.ts';
import { checkRows } from './row-check.ts';
import { checkAcknowledgements, checkSources } from './source-check.ts';

/**
 * Everything that is wrong with a lake after all work is done, each with the promise it breaks in front; nothing where
 * all promises hold. Log, evidence and quarantine are read without the pipeline; where asked for, verify has its say too.
 */
export async function problemsOf(outcome: Outcome): Promise<string[]> {
  const problems: string[] = [];
  const report: Report = (promise, problem) => problems.push(`${promise}: ${problem}`);
  const { storage } = outcome;
  const commits = readLog(storage, EVENTS, report);
  const codes = readLog(storage, CODES, report);
  checkSources(outcome, commits, report);
  checkAcknowledgements(outcome, commits, report);
  outcome.answers.check(report);
  checkChain(storage, EVENTS, commits, report);
  checkChain(storage, CODES, codes, report);
  if (liveFiles(codes, report).size !== 1) report('log', 'audit_codes is not made of one file');
  const live = liveFiles(commits, report);
  await checkLog(storage, commits, live, report);
  await checkRows(outcome, commits, live, report);
  if (outcome.verification !== 'none') await checkVerified(outcome, report);
  return problems;
}

/** What the program itself says of the lake: that nothing is wrong with it. */
async function checkVerified({ lake, verification }: Outcome, report: Report): Promise<void> {
  try {
    const { problems } = await verifyLake(lake, SETTINGS, { deep: verification === 'deep', head: null });
    for (const { kind, where, explanation } of problems) report('verified', `${kind}, ${where}: ${explanation}`);
  } catch (error) {
    report('verified', `it ends with ${error instanceof Error ? error.message : String(error)}`);
  }
}
