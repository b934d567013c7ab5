import process from 'node:process';
import {
  type AskedLake,
  type EventAccount,
  type EventFate,
  eventAccount,
  eventFate,
  eventNamed,
  LakeSession,
} from '../asking/index.ts';
import { visible } from '../present/index.ts';
import { askedLake } from './asked-lake.ts';
import { type CommandOutcome, command } from './command.ts';
import { eventText } from './event-text.ts';
import { EXIT_DONE, EXIT_FOUND } from './exit-codes.ts';
import { shownPlace } from './lake-place.ts';
import { MASKING, type MaskFlags, masked } from './mask-options.ts';

/** Shows everything about one event: columns, reading, raw record and proof. */
export const register = command<MaskFlags, [uid: string]>({
  name: 'show',
  examples: [
    ['show 0123456789abcdef --lake ./lake', 'one event, and its proof'],
    ['show 01234567 --lake ./lake -o event.html', 'the same as a page'],
  ],
  words: [['<event_uid>', 'its 32 hex digits, or at least the first 8 of them']],
  flags: MASKING,
  json: 'one JSON object',
  formats: ['json', 'html'],
  settings: ['lake', 'rawRetentionDays'],
  run: async ({ settings, flags }, given) => {
    const lake = askedLake(settings());
    const session = await LakeSession.open(lake, masked(flags));
    try {
      const uid = await eventNamed(session, given, true);
      const { rawRetentionDays } = settings();
      const account = uid === null ? null : await eventAccount({ ...lake, rawRetentionDays }, session, uid);
      if (account === null) return await missing(lake, session, given);
      const exitCode = account.problems.length > 0 ? EXIT_FOUND : EXIT_DONE;
      return { exitCode, json: () => account, text: () => eventText(account), html: () => pageOf(account) };
    } finally {
      await session.close();
    }
  },
});

async function pageOf(account: EventAccount): Promise<string> {
  const { eventPage } = await import('../pages/index.ts');
  return await eventPage(account);
}

/** One line that says that there is no such event, and why as far as that is known. */
async function missing({ storage, settings }: AskedLake, session: LakeSession, given: string): Promise<CommandOutcome> {
  const uid = given.trim().toLowerCase();
  const about = `there is no event ${uid} in ${shownPlace(settings.lake)}`;
  process.stderr.write(
    `audit-lake: ${visible(`${about}${fateText(await eventFate(storage, session, session.realId(uid)))}`)}\n`,
  );
  return { exitCode: EXIT_FOUND };
}

function fateText(fate: EventFate): string {
  switch (fate.kind) {
    case 'erased':
      return ' any more: it was erased, and its id is kept so that it does not come back';
    case 'withdrawn':
      return ` any more: it is of ${fate.path}, which was withdrawn (history says why)`;
    case 'unknown':
      return fate.retainedFrom === null
        ? ''
        : `; events before ${fate.retainedFrom} were removed by retention, and whether it was one of these its id does not tell`;
  }
}
