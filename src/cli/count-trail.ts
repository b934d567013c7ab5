import process from 'node:process';
import { checkLoopback, countNql, type NqlPull, openLandingState } from '../landing/index.ts';
import { visible } from '../present/index.ts';
import { SETTINGS, type Settings } from '../settings/index.ts';
import { systemHost } from '../storage/index.ts';
import { interruption, openLakeHere } from './interruption.ts';
import { notes } from './notes.ts';

/** The settings that having the trail counted takes. */
export const COUNT_SETTINGS: readonly (keyof Settings)[] = [
  ...(['landingState', 'landingFolder', 'nqlCountQuery'] as const),
  ...SETTINGS.filter(({ landing }) => landing === true)
    .map(({ name }) => name as keyof Settings)
    .filter((name) => name.startsWith('nql') && name !== 'nqlQuery' && name !== 'nqlCountQuery'),
];

/** What Nexthink counted, by the call of the day that is kept back for it. @throws NotConfigured, StateError, storage errors */
export async function countTrail(settings: Settings): Promise<NqlPull> {
  checkLoopback(settings, process.env);
  const context = { storage: openLakeHere(settings), host: systemHost };
  return await countNql(context, settings, {
    state: openLandingState(settings),
    signal: interruption,
    onStep: (step) => notes.write(`compare nql: ${visible(step)}\n`),
  });
}

/** Why no counts came, for people. */
export function countingText({ outcome, waitUntil, fault }: NqlPull): string {
  const until = waitUntil === null ? '' : ` until ${new Date(waitUntil).toISOString()}`;
  const why = fault === null ? '' : `: ${fault.message}`;
  return `the trail was not counted (${outcome.replaceAll('_', ' ')}${until})${why}; run again later, or compare with what was counted before: --landed`;
}
