/**
 * A stand-in for the interfaces of Nexthink by which an audit trail is pulled: access tokens, the NQL export, the host of its
 * results, and the Audit Trail API (classic); in memory, on two loopback ports. README.md says what it takes for the service's behaviour.
 */

import { ClassicApi, type ClassicOptions } from './classic.ts';
import type { Reply, Request, Service } from './exchange.ts';
import { type Fault, Faults } from './faults.ts';
import { NqlApi, type NqlOptions } from './nql.ts';
import { pastHours } from './query.ts';
import { type Listening, listenOn } from './server.ts';
import { type Client, TOKEN_PATH, Tokens } from './tokens.ts';
import { Trail, type TrailRecord } from './trail.ts';

export type { ClassicOptions } from './classic.ts';
export type { DateReading, LogLine } from './classic-logs.ts';
export { linesAsked } from './classic-logs.ts';
export type { Reply, Request } from './exchange.ts';
export type { Chance, Fault, FaultRule } from './faults.ts';
export { betweenParameters, hoursAndCodes, pastHours, type Query } from './query.ts';
export type { TrailRecord } from './trail.ts';

export interface NexthinkOptions {
  /** Clients of the token endpoint. Default: `client` with the secret `client-secret` and the scope of the NQL API. */
  readonly clients?: readonly Client[];
  /** How long a token is good. Default: 900. */
  readonly tokenSeconds?: number;
  readonly nql?: Partial<NqlOptions>;
  /** Default: a Portal and two Engines, whose logs the account `audit-export` with the password `account-password` may have. */
  readonly classic?: Partial<ClassicOptions>;
  readonly records?: readonly TrailRecord[];
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<void>;
}

/** A request that came, and how it was answered; null where it was not. */
export interface RecordedRequest {
  readonly request: Request;
  readonly fault: Fault | null;
  readonly status: number | null;
}

const NQL: NqlOptions = {
  queries: { '#audit_trail': pastHours(24) },
  callsPerDay: 50,
  rowCap: 1_000_000,
  saysTruncated: true,
  takesMs: 0,
  addressSeconds: 900,
};

function classicByDefault(): Omit<ClassicOptions, 'now'> {
  return {
    portal: [],
    engines: new Map([
      ['engine-01.acme.example', []],
      ['engine-02.acme.example', []],
    ]),
    unreachable: new Set(),
    allOrNothing: false,
    accounts: new Map([['audit-export', 'account-password']]),
    ordinary: new Set(),
    reading: { zone: 'UTC', twice: 'earlier', onTheClock: false },
    repeatsRequest: false,
  };
}

/** What Nexthink is, without a network. */
export class Nexthink {
  readonly trail = new Trail();
  readonly faults = new Faults();
  readonly requests: RecordedRequest[] = [];
  readonly tokens: Tokens;
  readonly nql: NqlApi;
  readonly classic: ClassicApi;
  /** Where results are fetched from. */
  filesOrigin = 'https://files.nexthink.invalid';
  readonly #services: readonly Service[];

  constructor({
    clients,
    tokenSeconds = 900,
    nql = {},
    classic = {},
    records = [],
    now = Date.now,
  }: NexthinkOptions = {}) {
    const known = clients ?? [{ id: 'client', secret: 'client-secret', scope: 'service:integration' }];
    this.tokens = new Tokens(known, tokenSeconds, now);
    this.trail.add(...records);
    const parts = { trail: this.trail, tokens: this.tokens, now, filesOrigin: () => this.filesOrigin };
    this.nql = new NqlApi({ ...NQL, ...nql }, parts);
    this.classic = new ClassicApi({ ...classicByDefault(), now, ...classic }, this.tokens);
    this.#services = [this.tokens.serve, this.nql.serve, this.classic.serve];
  }

  /** What is answered where nothing goes wrong. */
  answer(request: Request): Reply {
    for (const serve of this.#services) {
      const reply = serve(request);
      if (reply !== null) return reply;
    }
    return { status: 404, headers: {}, body: Buffer.from('nothing is here') };
  }
}

/** A running emulator. */
export interface Emulator extends AsyncDisposable {
  readonly nexthink: Nexthink;
  /** For nqlUrl and classicUrl. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  close(): Promise<void>;
}

/** Starts an emulator on this machine alone. Whoever starts it closes it. */
export async function startNexthink(options: NexthinkOptions = {}): Promise<Emulator> {
  const nexthink = new Nexthink(options);
  const open: Listening[] = [];
  for (const host of ['api', 'files'] as const) open.push(await listenOn(nexthink, host, options.sleep));
  const [api, files] = open;
  if (api === undefined || files === undefined) throw new Error('expected two addresses');
  nexthink.filesOrigin = files.origin;
  const close = async (): Promise<void> => {
    for (const each of open) await each.close();
  };
  return { nexthink, apiUrl: api.origin, tokenUrl: api.origin + TOKEN_PATH, close, [Symbol.asyncDispose]: close };
}

if (import.meta.main) {
  const { apiUrl, tokenUrl } = await startNexthink();
  console.log(
    JSON.stringify({
      apiUrl,
      tokenUrl,
      clientId: 'client',
      clientSecret: 'client-secret',
      query: '#audit_trail',
      user: 'audit-export',
      password: 'account-password',
    }),
  );
}
