import type { Settings } from '../settings/index.ts';
import { EXIT_DONE } from './failure.ts';
import { ingestCommand } from './ingest-command.ts';
import { shownPlace } from './lake-place.ts';
import { queryCommand } from './query-command.ts';

const FIRST_QUESTION = 'Who was given a role, by whom?';
const FIRST_QUERY = `SELECT event_time, actor_name, user_name, roles_granted, decode_status
FROM audit_events
WHERE len(roles_granted) > 0
ORDER BY event_time
LIMIT 10`;
const NEXT_QUERY =
  "SELECT user_name, count(*) AS attempts FROM audit_events WHERE event_name = 'user.login_failed' GROUP BY ALL ORDER BY attempts DESC";

/** From nothing to an answer: ingests the samples, asks a first question and says how to ask the next. */
export async function tourCommand(settings: Settings, samples: string): Promise<number> {
  const code = await ingestCommand(settings, { files: [samples], into: '', rejected: false, json: false });
  if (code !== EXIT_DONE) return code;
  process.stdout.write(`\n${FIRST_QUESTION}\n\n${FIRST_QUERY}\n\n`);
  await queryCommand(settings, FIRST_QUERY, { json: false, unrestricted: false });
  process.stdout.write(
    `\nNext, who failed to log in, type:\n\n  npm run -s audit-lake -- query "${NEXT_QUERY}" --lake ${shownPlace(settings.lake)}\n`,
  );
  return EXIT_DONE;
}
