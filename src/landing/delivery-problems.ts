import type { Settings } from '../settings/index.ts';
import { type BadReason, foldName, namesOf, REQUIRED_ROLES, ROLES, type SourceSettings } from '../source/index.ts';
import type { DeliveryReading } from './delivery-reading.ts';
import { namesIn } from './found-names.ts';
import type { JsonFault } from './json-text.ts';
import type { Problem } from './problem.ts';

/** What a bad record lacks, for whoever wrote the template that it comes from. */
const LACKS: Readonly<Partial<Record<BadReason, string>>> = {
  keys_not_understood: 'time, code and message under names that are known',
  time_missing: 'a time',
  time_unreadable: 'a time that can be read, such as 2026-03-01T00:04:19.707Z or milliseconds since 1970',
  time_out_of_range: 'a time from 2000 on, and at most a day from now',
  code_missing: 'a code',
  code_unreadable: 'a code that is a whole number',
  message_missing: 'a message',
  placeholder: 'values in place of the {{placeholders}} of the template',
  duplicate_key: 'each name once',
  invalid_utf8: 'whole characters, where half of a pair stands (\\ud83d without what belongs behind it)',
  not_an_object: 'an object',
  invalid_json: 'JSON',
  record_too_long: 'a shorter record (AUDIT_LAKE_MAX_RECORD_BYTES)',
};

/** A body in which nothing is. */
export const EMPTY_BODY: Problem = {
  status: 400,
  kind: 'empty',
  title: 'Empty',
  detail: 'expected a body in JSON, found none; look at the payload of the webhook, or of the API call',
};

/** A body that is still compressed after what its headers say was undone. Nothing of it was kept. */
export function compressedProblem(found: string): Problem {
  return {
    status: 415,
    kind: 'media-type',
    title: 'Not a form that is taken',
    detail:
      `expected JSON in UTF-8, found what begins as ${found} does; compress it once, by gzip, deflate, br or zstd, and say so in ` +
      'the header Content-Encoding; nothing was kept, send it again',
  };
}

/** A body that is no JSON, or nested too deep. Nothing of it was kept. */
export function jsonProblem({ kind, offset, line, column, expected }: JsonFault): Problem {
  const remedies = {
    syntax: 'where a value has quotes or line ends, it has to be escaped; nothing was kept',
    depth: 'send less, or raise AUDIT_LAKE_WEBHOOK_MAX_DEPTH where the receiver runs; nothing was kept',
    utf8: 'JSON is sent in UTF-8; nothing was kept',
  };
  return {
    status: 400,
    kind: kind === 'depth' ? 'too-deep' : 'no-json',
    title: kind === 'depth' ? 'Nested too deep' : 'No JSON',
    detail: `expected ${expected} at line ${line}, column ${column} (byte ${offset}), found something else; ${remedies[kind]}`,
    members: { line, column, offset },
  };
}

/**
 * A body in JSON of which no record can be read. It was kept, so that nothing is lost, and whoever set up the sender learns
 * at once what it lacks: which names are expected, which are there, and which setting tells one from the other.
 */
export function notUnderstood(
  body: Buffer,
  reading: DeliveryReading,
  source: SourceSettings,
  settings: Pick<Settings, 'webhookAliases'>,
  landed: string,
): Problem {
  const found = namesIn(firstText(body));
  const setting = 'AUDIT_LAKE_WEBHOOK_ALIASES';
  const expected = Object.fromEntries(ROLES.map((role) => [role, namesOf(role, source)]));
  const isMapped = Object.keys(settings.webhookAliases).length > 0;
  const missing = REQUIRED_ROLES.filter((role) => !hasName(found, namesOf(role, source)));
  const what = missing.length > 0 && reading.bad === 0 ? `no name for ${missing.join(', ')}` : lacking(reading);
  return {
    status: 422,
    kind: 'not-understood',
    title: 'Not understood',
    detail:
      `expected at least one audit record with ${REQUIRED_ROLES.join(', ')}; found ${what}. What was sent is kept in ${landed}, ` +
      `so there is no need to send it again. Correct the payload template for what follows, or say under which names they are: ${setting}` +
      `${isMapped ? ', which is set,' : ''} takes role=name, and paths with dots into nested objects. Once it is set for the receiver ` +
      'and for ingestion alike, audit-lake ingest --rejected takes in what was kept',
    members: {
      expected,
      found,
      setting,
      records: reading.records,
      ...(!reading.isWhole && { more: true }),
      ...(reading.refused !== null && { reason: reading.refused }),
      ...(reading.bad > 0 && { reasons: reading.reasons }),
      landed,
    },
  };
}

function lacking({ records, reasons, refused, isWhole }: DeliveryReading): string {
  const [reason] = Object.entries(reasons).toSorted(([, a], [, b]) => b - a)[0] ?? [];
  if (reason === undefined) return `that the readers refuse it as a whole (${refused ?? 'no record'})`;
  const lacks = LACKS[reason as BadReason];
  return `${records === 1 ? 'a record' : `${isWhole ? '' : 'at least '}${records} records`}, of which none can be read (${reason}${lacks === undefined ? '' : `: expected ${lacks}`})`;
}

/** Whether one of the names that were found is among those that are expected, wherever its record is. */
function hasName(found: readonly string[], expected: readonly string[]): boolean {
  const names = new Set(expected.map(foldName));
  const own = (name: string) => foldName(name.slice(name.includes('[].') ? name.lastIndexOf('[].') + 3 : 0));
  return found.some((name) => names.has(own(name).replace(/^(platform\.)?audit_logs\./, '')) || names.has(own(name)));
}

/** The first JSON text of a body: all of it, or the first line. */
function firstText(body: Buffer): unknown {
  const whole = body.toString('utf8');
  const text = whole.slice(Math.max(0, whole.search(/[[{]/)));
  for (const each of [text, text.split('\n', 1)[0] ?? '']) {
    try {
      return JSON.parse(each);
    } catch {
      // It is the other one.
    }
  }
  return null;
}
