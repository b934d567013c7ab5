import { Option } from 'commander';
import { type Acceptance, acceptChange, NotAcceptable } from '../maintenance/index.ts';
import { UsageError, visible } from '../present/index.ts';
import { systemHost } from '../storage/index.ts';
import { command } from './command.ts';
import { commitWarnings } from './commit-warnings.ts';
import { notes } from './notes.ts';
import { tablesToChange } from './tables.ts';
import { whoRuns } from './who.ts';

/** Acknowledges a data change of another engine, and says what was put on record. */
export const register = command<{ readonly reason: string }, [version: string]>({
  name: 'accept',
  words: [['<version>', 'the version of audit_events, as verify and history name it']],
  flags: [new Option('--reason <text>', 'why, for the log, where it stays for good').makeOptionMandatory()],
  json: 'one JSON object',
  settings: ['lake'],
  run: async ({ settings, flags: { reason } }, version) => {
    if (!/^\d{1,15}$/.test(version)) {
      throw new UsageError(
        `accept takes a version such as 17, as verify and history name it; found ${visible(version)}`,
      );
    }
    if (reason.trim() === '') throw new UsageError('--reason takes a text that says why; found none');
    const observer = commitWarnings(notes);
    const given = settings();
    const { storage, events } = await tablesToChange(given, false, observer);
    const options = { version: Number(version), reason, by: await whoRuns(given), observer };
    const acceptance = await acceptChange({ storage, host: systemHost }, events, options).catch((error: unknown) => {
      throw error instanceof NotAcceptable ? new UsageError(error.message) : error;
    });
    return { json: () => report(acceptance), text: () => describe(acceptance) };
  },
});

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
