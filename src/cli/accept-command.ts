import { systemHost } from '../lake/index.ts';
import { type Acceptance, acceptChange, NotAcceptable } from '../maintenance/index.ts';
import type { Settings } from '../settings/index.ts';
import { changeObserver } from './commit-warnings.ts';
import { EXIT_DONE, UsageError } from './failure.ts';
import { tableToChange } from './tables.ts';
import { visible, visibleJson } from './visible.ts';

export interface AcceptCommandOptions {
  /** Of audit_events. */
  readonly version: string;
  readonly reason: string;
  readonly json: boolean;
}

/** Acknowledges a data change of another engine, and prints what was put on record. */
export async function acceptCommand(
  settings: Settings,
  { version, reason, json }: AcceptCommandOptions,
): Promise<number> {
  if (!/^\d{1,15}$/.test(version)) {
    throw new UsageError(`accept takes a version such as 17, as verify and history name it; found ${version}`);
  }
  if (reason.trim() === '') throw new UsageError('--reason takes a text that says why; found none');
  const observer = changeObserver(process.stderr);
  const { storage, events } = await tableToChange(settings, false, observer);
  const options = { version: Number(version), reason, observer };
  const acceptance = await acceptChange(storage, systemHost, events, options).catch((error: unknown) => {
    throw error instanceof NotAcceptable ? new UsageError(error.message) : error;
  });
  process.stdout.write(json ? `${visibleJson(report(acceptance))}\n` : `${describe(acceptance)}\n`);
  return EXIT_DONE;
}

function report({ snapshot, accepted, sha256, operation, engine, needsReplay }: Acceptance) {
  return { version: snapshot.version, accepted, sha256, operation, engine, needs_replay: needsReplay };
}

function describe({ snapshot, accepted, sha256, operation, engine, needsReplay }: Acceptance): string {
  const what = `${visible(operation ?? 'a commit')} by ${visible(engine ?? 'an engine that does not say its name')}`;
  const done = `accepted version ${accepted} (${what}, SHA-256 ${sha256}), in version ${snapshot.version}`;
  return needsReplay
    ? `${done}\nit stands for nothing yet: run audit-lake replay, which puts the removed rows back`
    : done;
}
