import { Temporal } from 'temporal-polyfill';
import {
  type AskedLake,
  type Given,
  instancesIn,
  KEPT_FOR_MANY_STATEMENTS,
  LakeSession,
  type MaskRequest,
} from '../asking/index.ts';
import type { ByRecord } from '../lake/index.ts';
import { type Html, markup, numberText, UsageError } from '../present/index.ts';
import type { Question } from '../questions/index.ts';
import { nearest } from '../settings/index.ts';
import { type Storage, StorageError } from '../storage/index.ts';
import { type PastVerification, pastVerifications } from '../verify/index.ts';
import { facts, handedInPage, type Section } from './frame.ts';
import { isOfLake, lostDataFiles, lostPart, nothingCountedPart } from './lost-evidence.ts';
import { maskedBy, maskedVerification, maskingPart } from './masked-names.ts';
import { dayIn, PeriodEvents, type Scope } from './period.ts';
import { activityPart, periodText } from './report-activity.ts';
import { changesPart } from './report-changes.ts';
import { glancePart, instancesPart } from './report-glance.ts';
import { healthPart } from './report-health.ts';
import { peoplePart } from './report-people.ts';
import { askedQuestions, questionsPart } from './report-questions.ts';
import {
  checkedPart,
  findingsPart,
  headsPart,
  resultPart,
  utc,
  type VerifiedLake,
  verdict,
  whoSaid,
} from './verification.ts';

/** What a report is made of, beside the lake itself. */
export interface ReportContext {
  readonly scope: Scope;
  /** The lake's place, as output may show it. */
  readonly lake: string;
  /** A verification that was made for it; null where there is none. */
  readonly verified: VerifiedLake | null;
  /** Whose names are masked; left out, nobody's. */
  readonly mask?: MaskRequest;
  /** When it is made. */
  readonly now: Date;
  readonly by: ByRecord;
  readonly programVersion: string;
  /** How it was called. */
  readonly command: string;
  /** Values for a question's parameters, by their names. */
  readonly valuesOf: (question: Question) => NonNullable<Given['values']>;
  /** Is told what takes its time. */
  readonly tell: (step: string) => void;
}

/**
 * A report on a period, as one page that stands for itself: what happened, what stands out, and whether the evidence is whole.
 * Data files that the verification found to be lost are left out, and where nothing can be counted the page has the verification
 * alone. Not where names are masked: who stood in what is lost, nobody knows.
 * @throws what `LakeSession` does, of a lake that was not verified, or found to be whole
 */
export async function reportPage(lake: AskedLake, given: ReportContext): Promise<string> {
  try {
    return await countedPage(lake, given);
  } catch (error) {
    lake.signal.throwIfAborted();
    const { verified, mask } = given;
    const isBroken = verified !== null && verified.result.problems.length > 0 && mask === undefined;
    if (isBroken && isOfLake(error)) return await evidencePage(verified, error, given);
    throw error;
  }
}

/** What is left of a report where the lake cannot be asked. */
async function evidencePage(
  verified: VerifiedLake,
  error: Error,
  { now, by, ...given }: ReportContext,
): Promise<string> {
  return await handedInPage({
    title: 'Audit report',
    about: markup`<p class="dim">Made ${utc(now)}.</p>`,
    sections: [
      { id: 'glance', title: 'At a glance', body: nothingCountedPart(error) },
      { id: 'verification', title: 'Verification', body: verificationPart(verified) },
    ],
    foot: markup`<p>Made by audit-lake ${given.programVersion} on ${utc(now)}, run by ${whoSaid(by)}, of <span class="mono">${given.lake}</span>:</p>
<pre>${given.command}</pre>`,
  });
}

async function countedPage(lake: AskedLake, given: ReportContext): Promise<string> {
  const { mask, verified } = given;
  const session = await LakeSession.open(lake, {
    quarantine: true,
    keptFiles: KEPT_FOR_MANY_STATEMENTS,
    ...(mask === undefined ? verified && { without: lostDataFiles(verified.result) } : { mask }),
  });
  try {
    const context = { ...maskedContext(session, given), storage: lake.storage };
    const period = new PeriodEvents(session, context.scope, context.now.getTime());
    await checkInstance(session, context.scope);
    return await handedInPage({
      title: `Audit report, ${periodText(period)}`,
      about: markup`<p class="dim">Made ${utc(context.now)}. Days begin and times are shown in ${context.scope.timeZone}.</p>${maskingPart(session)}${lostPart(session)}`,
      sections: await sections(session, period, context),
      foot: footPart(session, context),
    });
  } finally {
    await session.close();
  }
}

type ShownContext = ReportContext & { readonly storage: Storage };

/** The whole days of a period, and its instance, with the values that were given for a question. */
function givenBy({ from, to, scope: { instance } }: PeriodEvents, { valuesOf }: ReportContext) {
  const last = Temporal.Instant.compare(from, to) < 0 ? to.subtract({ nanoseconds: 1 }) : from;
  const days = { from: dayIn(from, 'UTC'), to: dayIn(last, 'UTC') };
  return (question: Question): Given => ({
    ...days,
    ...(instance !== null && { instances: [instance] }),
    values: valuesOf(question),
  });
}

/** What is said on the page that comes from no view of the session. */
function maskedContext(session: LakeSession, context: ReportContext): ReportContext {
  const { lake, command, by, verified } = context;
  return {
    ...context,
    ...{ lake: session.masked(lake), command: session.masked(command), by: maskedBy(session, by) },
    verified: verified && maskedVerification(session, verified),
  };
}

/** A name that is misspelt would give a page without events, which looks like a quiet month. @throws UsageError */
async function checkInstance(session: LakeSession, { instance }: Scope): Promise<void> {
  if (instance === null) return;
  const names = (await instancesIn(session)).filter((each) => each !== null);
  if (names.includes(instance)) return;
  const near = nearest(instance, names);
  const there =
    names.length === 0 ? 'none, since no instance was set when it was taken in' : names.slice(0, 20).join(', ');
  const advice = near === null ? '' : `; did you mean ${near}?`;
  throw new UsageError(`--instance ${instance}: the lake has no event of it, but of ${there}${advice}`);
}

async function sections(session: LakeSession, period: PeriodEvents, context: ShownContext): Promise<Section[]> {
  const { scope, lake, verified, tell } = context;
  tell('asking the questions');
  const asked = await askedQuestions(session, givenBy(period, context), tell);
  tell('counting');
  const instances = scope.instance === null ? await instancesPart(period) : null;
  const evidence =
    verified === null
      ? ({ text: 'Not verified in this report.', kind: 'warn' } as const)
      : ({ text: verdict(verified), kind: verified.result.problems.length === 0 ? 'good' : 'bad' } as const);
  return [
    { id: 'glance', title: 'At a glance', body: await glancePart({ period, lake, asked, evidence }) },
    ...(instances === null ? [] : [{ id: 'instances', title: 'Instances', body: instances }]),
    { id: 'activity', title: 'Activity', body: await activityPart(period) },
    { id: 'people', title: 'Who, from where, what', body: await peoplePart(period) },
    { id: 'changes', title: 'Granted, deleted, let out', body: await changesPart(period) },
    { id: 'questions', title: 'What a security team asks', body: questionsPart(asked, scope.timeZone) },
    { id: 'health', title: 'How complete and how well read', body: await healthPart(session, period) },
    {
      id: 'verification',
      title: 'Verification',
      body: verified === null ? await notVerifiedPart(session, context) : verificationPart(verified),
    },
  ];
}

/** What the lake has on record of earlier verifications, where none was made for the report. */
async function notVerifiedPart(session: LakeSession, { storage }: ShownContext): Promise<Html> {
  const last = await lastVerification(storage);
  return markup`<p>The lake was not verified for this report (<code>--no-verify</code>): whether it is what its log and its evidence say is told by <code>audit-lake verify</code>.</p>
${last === null ? markup`<p>It has no earlier verification on record that can be read.</p>` : earlierPart(session, last)}`;
}

function earlierPart(session: LakeSession, last: PastVerification): Html {
  const problems = Object.entries(last.problems).map(([kind, count]) => `${kind} ${numberText(count)}`);
  const head = last.heads['audit_events'] ?? null;
  return markup`<p>The last one on record proves nothing by itself, since whoever may write to the lake can write such a record:</p>
${facts([
  ['Verified', utc(last.time)],
  ['Run by', last.by === null ? 'not on record' : whoSaid(maskedBy(session, last.by))],
  [
    'Depth',
    last.newest_only
      ? 'the newest commits alone'
      : last.deep
        ? 'everything, also read from the exports again'
        : 'everything, without reading the exports again',
  ],
  ['Head of audit_events', head === null ? 'not on record' : `${head.sha256} of version ${head.version}`],
  ['Problems', problems.length === 0 ? 'none' : problems.join(', ')],
])}`;
}

async function lastVerification(storage: Storage): Promise<PastVerification | null> {
  try {
    return (await pastVerifications(storage, 1))[0] ?? null;
  } catch (error) {
    // Whoever reads tables need have no right to the quarantine zone.
    if (error instanceof StorageError) return null;
    throw error;
  }
}

function verificationPart(verified: VerifiedLake): Html {
  return markup`${resultPart(verified)}
${findingsPart(verified)}
<h3>What was checked</h3>
${checkedPart(verified)}
<h3>Heads of the chains</h3>
${headsPart(verified)}`;
}

function footPart({ version }: LakeSession, { lake, now, by, programVersion, command, verified }: ReportContext): Html {
  const head = verified?.result.heads.audit_events ?? null;
  const sealed = head === null ? '' : `, with the head ${head.sha256} of version ${head.version}`;
  return markup`<p>Made by audit-lake ${programVersion} on ${utc(now)}, run by ${whoSaid(by)}, of version ${version} of audit_events in <span class="mono">${lake}</span>${sealed}:</p>
<pre>${command}</pre>
<p class="dim">This page is not signed: whoever relies on it makes it again from the lake, or compares the head with one that was noted elsewhere.</p>`;
}
