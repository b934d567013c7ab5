import { type DateReading, type LogLine, linesAsked } from './classic-logs.ts';

/** What the Audit Trail API (classic) has, and how it behaves. */
export interface ClassicService {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly portal: LogLine[];
  /** The logs of the Engines by their host names. */
  readonly engines: Map<string, LogLine[]>;
  /** Engines that are not connected. */
  readonly unreachable: Set<string>;
  /** Whether a call for all Engines fails where one is not connected; else that one is left out. */
  readonly allOrNothing?: boolean;
  /** Passwords of local accounts. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Local accounts without the rights of an administrator. */
  readonly ordinary?: ReadonlySet<string>;
  /** Tokens that are good. */
  readonly tokens: Set<string>;
  readonly reading: DateReading;
  /** Whether errors repeat what was sent, as some do. */
  readonly repeatsRequest?: boolean;
}

/** An answer, before faults. */
export interface ClassicReply {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

/** Answers a request; null where it is for something else. Source: Audit Trail API (classic). */
export function answerClassic(
  service: ClassicService,
  url: URL,
  authorization: string | undefined,
): ClassicReply | null {
  const match = /^\/audit-trail\/api\/v1\/(portal|engines|engine\/([^/]+))\/type\/auditlog$/.exec(url.pathname);
  if (match === null) return null;
  const allowed = statusOf(service, authorization);
  if (allowed !== 200) return problem(service, allowed, 'not allowed', authorization);
  const [, trail, engine] = match;
  try {
    const found = logsOf(service, trail === undefined ? '' : trail, engine);
    if (typeof found === 'string') return problem(service, 500, found, authorization);
    const asked = found.map((lines) => linesAsked(lines, url.searchParams, service.reading, service.now()));
    const text = asked.map((lines) => lines.map((line) => `${line.text}\n`).join('')).join('');
    return { status: 200, type: 'text/plain;charset=UTF-8', body: Buffer.from(text) };
  } catch (error) {
    if (error instanceof RangeError) return problem(service, 400, `bad ${error.message}`, authorization);
    throw error;
  }
}

/** Logs to concatenate, or what the error says. */
function logsOf(service: ClassicService, trail: string, engine: string | undefined): LogLine[][] | string {
  const { portal, engines, unreachable, allOrNothing } = service;
  if (trail === 'portal') return [portal];
  if (trail === 'engines') {
    const away = [...unreachable].find((name) => engines.has(name));
    if (away !== undefined && allOrNothing === true) return `Engine ${away} is unreachable`;
    return [...engines].flatMap(([name, lines]) => (unreachable.has(name) ? [] : [lines]));
  }
  const name = decodeURIComponent(engine ?? '');
  const lines = engines.get(name);
  if (lines === undefined) return `Unknown Engine ${name}`;
  return unreachable.has(name) ? `Engine ${name} is unreachable` : [lines];
}

function statusOf({ accounts, ordinary, tokens }: ClassicService, authorization = ''): 200 | 401 | 403 {
  const [scheme, given = ''] = authorization.split(' ');
  if (scheme === 'Bearer') return tokens.has(given) ? 200 : 401;
  if (scheme !== 'Basic') return 401;
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(given, 'base64').toString('utf8')) ?? [];
  if (accounts.get(user) !== password) return 401;
  return ordinary?.has(user) === true ? 403 : 200;
}

function problem(
  { repeatsRequest }: ClassicService,
  status: number,
  message: string,
  authorization: string | undefined,
): ClassicReply {
  const errors = [{ code: status, message, ...(repeatsRequest === true && { request: { authorization } }) }];
  return { status, type: 'application/json', body: Buffer.from(JSON.stringify(errors)) };
}
