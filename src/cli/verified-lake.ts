import process from 'node:process';
import { eventDays, tablesIfAny } from '../asking/index.ts';
import { openTablesAsTheyStand } from '../lake/index.ts';
import type { VerifiedLake } from '../pages/index.ts';
import { commandLine, UsageError, visible } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import {
  CURATED,
  EVIDENCE,
  maskedLocation,
  QUARANTINE,
  RAW,
  type Storage,
  StorageError,
  systemHost,
} from '../storage/index.ts';
import { PROGRAM_VERSION, TableError } from '../table/index.ts';
import { recordVerification, type Verification, verifyLake } from '../verify/index.ts';
import { shownPlace } from './lake-place.ts';
import { notes } from './notes.ts';
import { stepsOn } from './progress.ts';
import { whoRuns } from './who.ts';

/** How a lake is to be verified. */
export interface VerifyRequest {
  readonly deep: boolean;
  /** A head noted elsewhere; null where none is given. */
  readonly head: string | null;
  /** Whether the lake is to have a record of it. */
  readonly record: boolean;
}

/** A verification that has ended. */
export interface Verified extends VerifyRequest {
  readonly result: Verification;
  readonly began: Date;
  readonly ended: Date;
}

/**
 * Verifies the lake of a command, says how far it is, and leaves a record of it.
 * @throws UsageError where there is no lake, or the head is none; StorageFault
 */
export async function verifiedHere(storage: Storage, settings: Settings, request: VerifyRequest): Promise<Verified> {
  const { deep, head, record } = request;
  if (head !== null && !/^[0-9a-f]{16,64}$/i.test(head)) {
    throw new UsageError(`--head takes 16 to 64 hex digits, as verify prints them; found "${head}"`);
  }
  await checkLake(storage, settings.lake);
  const began = new Date();
  const observer = stepsOn(notes, 'verify');
  const result = await verifyLake(storage, settings, { deep, head, observer }).finally(observer.stop);
  if (result.counts.commits === 0 && result.counts.raw_files === 0) throw noLake(settings.lake);
  if (record) await leaveRecord(storage, settings, deep, result);
  return { ...request, result, began, ended: new Date() };
}

/** The same with all that a page says of it. */
export async function withProvenance(storage: Storage, settings: Settings, verified: Verified): Promise<VerifiedLake> {
  return {
    ...verified,
    lake: shownPlace(settings.lake),
    by: await whoRuns(settings),
    programVersion: PROGRAM_VERSION,
    days: await eventDaysIfTold(storage, settings),
    command: commandCalled(),
  };
}

/** The command as it was called, without what a location may hold of secrets. */
export function commandCalled(): string {
  return commandLine(...process.argv.slice(2).map(maskedLocation));
}

/** The days of events, of a lake that may be anything but whole. */
async function eventDaysIfTold(storage: Storage, settings: Settings): Promise<VerifiedLake['days']> {
  try {
    const tables = await tablesIfAny(storage, settings, openTablesAsTheyStand);
    return tables === null ? null : eventDays(tables.events);
  } catch (error) {
    if (error instanceof TableError || error instanceof StorageError) return null;
    throw error;
  }
}

/** Whoever mistypes a place is told so before anything else. @throws UsageError where nothing is there */
async function checkLake(storage: Storage, lake: string): Promise<void> {
  let faults = 0;
  const onFault = () => faults++;
  for (const zone of [RAW, CURATED, EVIDENCE, QUARANTINE])
    for await (const _ of storage.list(zone, { onFault })) return;
  if (faults === 0) throw noLake(lake);
}

/** Puts it on record where this user may write; else that is said, and changes nothing of the result. */
async function leaveRecord(storage: Storage, settings: Settings, deep: boolean, result: Verification): Promise<void> {
  const by = await whoRuns(settings);
  const ended = { ...result, deep, newestOnly: false, filesLeft: 0, by };
  const recorded = await recordVerification({ storage, host: systemHost }, ended);
  if (typeof recorded !== 'string') {
    notes.write(`verify: no record of this verification was left in the lake: ${visible(recorded.message)}\n`);
  }
}

function noLake(lake: string): UsageError {
  return new UsageError(`there is no lake in ${lake}: neither a log nor raw files are there`);
}
