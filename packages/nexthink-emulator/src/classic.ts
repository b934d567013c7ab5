import { type DateReading, type LogLine, linesAsked } from './classic-logs.ts';
import { jsonReply, type Reply, type Request } from './exchange.ts';
import type { Tokens } from './tokens.ts';

/** What the Audit Trail API (classic) has, and how it behaves. */
export interface ClassicOptions {
  readonly portal: LogLine[];
  /** The logs of the Engines by their host names. */
  readonly engines: Map<string, LogLine[]>;
  /** Engines that are not connected. */
  readonly unreachable: Set<string>;
  /** Whether a call for all Engines fails where one is not connected; else that one is left out. */
  readonly allOrNothing: boolean;
  /** Passwords of local accounts. */
  readonly accounts: ReadonlyMap<string, string>;
  /** Local accounts without the rights of an administrator. */
  readonly ordinary: ReadonlySet<string>;
  readonly reading: DateReading;
  /** Whether errors repeat what was sent, as some do. */
  readonly repeatsRequest: boolean;
  /** What its own clock shows, in milliseconds since 1970. */
  readonly now: () => number;
}

/** The scope of its tokens. */
const SCOPE = 'service:audit-trail';

/** The Audit Trail API (classic). Source: its page, "Calling the Audit Trail API" and "Error conditions". */
export class ClassicApi {
  readonly options: ClassicOptions;
  readonly #tokens: Tokens;

  constructor(options: ClassicOptions, tokens: Tokens) {
    this.options = options;
    this.#tokens = tokens;
  }

  readonly serve = (request: Request): Reply | null => {
    const { pathname, searchParams } = request.url;
    const match = /^\/audit-trail\/api\/v1\/(portal|engines|engine\/([^/]+))\/type\/auditlog$/.exec(pathname);
    if (request.host !== 'api' || match === null) return null;
    const allowed = this.#allowed(request);
    if (allowed !== 200) return this.#problem(request, allowed, 'not allowed');
    const [, trail = '', engine = ''] = match;
    const { reading, now } = this.options;
    try {
      const found = this.#logs(trail, decodeURIComponent(engine));
      if (typeof found === 'string') return this.#problem(request, 500, found);
      const asked = found.flatMap((lines) => linesAsked(lines, searchParams, reading, now()));
      const body = Buffer.from(asked.map(({ text }) => `${text}\n`).join(''));
      return { status: 200, headers: { 'content-type': 'text/plain;charset=UTF-8', date: this.#date() }, body };
    } catch (error) {
      if (error instanceof RangeError) return this.#problem(request, 400, `bad ${error.message}`);
      throw error;
    }
  };

  /** Logs to concatenate, or what the error says. */
  #logs(trail: string, engine: string): LogLine[][] | string {
    const { portal, engines, unreachable, allOrNothing } = this.options;
    if (trail === 'portal') return [portal];
    if (trail === 'engines') {
      const away = [...unreachable].find((name) => engines.has(name));
      if (away !== undefined && allOrNothing) return `Engine ${away} is unreachable`;
      return [...engines].flatMap(([name, lines]) => (unreachable.has(name) ? [] : [lines]));
    }
    const lines = engines.get(engine);
    if (lines === undefined) return `Unknown Engine ${engine}`;
    return unreachable.has(engine) ? `Engine ${engine} is unreachable` : [lines];
  }

  #allowed(request: Request): 200 | 401 | 403 {
    const { accounts, ordinary } = this.options;
    const [scheme, given = ''] = (request.headers['authorization'] ?? '').split(' ');
    if (scheme === 'Bearer') return this.#tokens.isGood(request, SCOPE) ? 200 : 401;
    if (scheme !== 'Basic') return 401;
    const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(given, 'base64').toString('utf8')) ?? [];
    if (accounts.get(user) !== password) return 401;
    return ordinary.has(user) ? 403 : 200;
  }

  #problem({ headers }: Request, status: number, message: string): Reply {
    const repeated = this.options.repeatsRequest ? { request: headers } : {};
    return jsonReply(status, [{ code: status, message, ...repeated }], { date: this.#date() });
  }

  #date(): string {
    return new Date(this.options.now()).toUTCString();
  }
}
