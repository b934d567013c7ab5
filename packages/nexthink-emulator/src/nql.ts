import { randomUUID } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { jsonReply, type Reply, type Request } from './exchange.ts';
import { csvOf, type Query } from './query.ts';
import type { Tokens } from './tokens.ts';
import type { Trail } from './trail.ts';

export interface NqlOptions {
  readonly queries: Readonly<Record<string, Query>>;
  /** Exports of a day (UTC); what is asked for beyond them is refused with 429. */
  readonly callsPerDay: number;
  /** Most records of a result. */
  readonly rowCap: number;
  /** Whether a result that was cut says so with 206, or only by its number of records. */
  readonly saysTruncated: boolean;
  /** How long an export takes, in milliseconds. */
  readonly takesMs: number;
  /** How long an address of a result is good, in seconds. */
  readonly addressSeconds: number;
  readonly randomId?: () => string;
}

interface Export {
  readonly id: string;
  readonly query: string;
  readonly startedAt: number;
  /** Null where the query fails. */
  readonly content: Buffer | null;
  readonly suffix: string;
  readonly isTruncated: boolean;
}

const SCOPE = 'service:integration';
const DAY_MS = 86_400_000;

/** The NQL export, and the host that its results are fetched from. Source: docs.nexthink.com/api/nql/export-an-nql. */
export class NqlApi {
  /** Calls that came in, by their day in UTC: those that were refused for their number, too. */
  readonly calls = new Map<string, number>();
  /** The exports that the service knows. Those which are deleted are gone for it, too. */
  readonly exports = new Map<string, Export>();
  /** Exports that end with ERROR, whatever they ask for. */
  failNext = 0;
  readonly #options: NqlOptions;
  readonly #trail: Trail;
  readonly #tokens: Tokens;
  readonly #now: () => number;
  readonly #filesOrigin: () => string;
  readonly #addresses = new Map<string, { readonly id: string; readonly until: number }>();

  constructor(
    options: NqlOptions,
    { trail, tokens, now, filesOrigin }: { trail: Trail; tokens: Tokens; now: () => number; filesOrigin: () => string },
  ) {
    this.#options = options;
    this.#trail = trail;
    this.#tokens = tokens;
    this.#now = now;
    this.#filesOrigin = filesOrigin;
  }

  readonly serve = (request: Request): Reply | null => {
    const { host, url, method } = request;
    if (host === 'files') return this.#file(request);
    const [, id] = /^\/api\/v1\/nql\/status\/([^/]+)$/.exec(url.pathname) ?? [];
    const isStart = url.pathname === '/api/v1/nql/export';
    if (!isStart && id === undefined) return null;
    if (!this.#tokens.isGood(request, SCOPE))
      return jsonReply(401, { message: `no good token: ${request.headers['authorization']}` });
    if (isStart) return method === 'POST' ? this.#start(request) : jsonReply(405, { message: 'method not allowed' });
    return this.#status(id ?? '');
  };

  #start(request: Request): Reply {
    const day = new Date(this.#now()).toISOString().slice(0, 10);
    const calls = (this.calls.get(day) ?? 0) + 1;
    this.calls.set(day, calls);
    if (calls > this.#options.callsPerDay) {
      const wait = Math.ceil((DAY_MS - (this.#now() % DAY_MS)) / 1000);
      return jsonReply(429, { message: 'too many requests' }, { 'retry-after': String(wait) });
    }
    const { queryId, parameters = {}, compression = 'NONE' } = parsed(request.body);
    const query = typeof queryId === 'string' ? this.#options.queries[queryId] : undefined;
    if (query === undefined || !/^#[a-z0-9_]{2,255}$/.test(String(queryId)))
      return jsonReply(404, { message: `no query ${queryId}` });
    if (!['NONE', 'GZIP', 'ZSTD'].includes(String(compression))) return jsonReply(400, { message: 'compression' });
    const id = (this.#options.randomId ?? randomUUID)();
    this.exports.set(id, this.#run(id, String(queryId), query, parameters, String(compression)));
    return jsonReply(200, { exportId: id });
  }

  #run(id: string, queryId: string, query: Query, parameters: unknown, compression: string): Export {
    const suffix = { NONE: '.csv', GZIP: '.csv.gz', ZSTD: '.csv.zst' }[compression] ?? '.csv';
    const begun = { id, query: queryId, startedAt: this.#now(), suffix };
    if (this.failNext > 0) {
      this.failNext--;
      return { ...begun, content: null, isTruncated: false };
    }
    try {
      const { header, rows } = query(this.#trail, parameters as Record<string, string>, this.#now());
      const text = Buffer.from(csvOf({ header, rows: rows.slice(0, this.#options.rowCap) }));
      const content = suffix === '.csv' ? text : suffix === '.csv.gz' ? gzipSync(text) : zstdCompressSync(text);
      return { ...begun, content, isTruncated: rows.length > this.#options.rowCap };
    } catch {
      return { ...begun, content: null, isTruncated: false };
    }
  }

  #status(id: string): Reply {
    const found = this.exports.get(id);
    if (found === undefined) return jsonReply(404, { message: 'no such export' });
    const since = this.#now() - found.startedAt;
    const { takesMs, addressSeconds, saysTruncated } = this.#options;
    if (since < takesMs) return jsonReply(200, { status: since * 2 < takesMs ? 'SUBMITTED' : 'IN_PROGRESS' });
    if (found.content === null) return jsonReply(200, { status: 'ERROR', errorDescription: 'the query failed' });
    const signature = randomUUID().replaceAll('-', '');
    this.#addresses.set(signature, { id, until: this.#now() + addressSeconds * 1000 });
    const address = `${this.#filesOrigin()}/exports/${id}${found.suffix}?X-Amz-Expires=${addressSeconds}&X-Amz-Signature=${signature}`;
    return jsonReply(found.isTruncated && saysTruncated ? 206 : 200, { status: 'COMPLETED', resultsFileUrl: address });
  }

  /** A store of files with pre-signed addresses: it refuses whoever shows another right, too. */
  #file({ method, url, headers }: Request): Reply {
    if (method !== 'GET') return xmlReply(405, 'MethodNotAllowed');
    if (headers['authorization'] !== undefined) return xmlReply(400, 'InvalidArgument');
    const address = this.#addresses.get(url.searchParams.get('X-Amz-Signature') ?? '');
    const found = address === undefined ? undefined : this.exports.get(address.id);
    if (address === undefined || found === undefined || url.pathname !== `/exports/${found.id}${found.suffix}`) {
      return xmlReply(403, 'SignatureDoesNotMatch');
    }
    if (this.#now() >= address.until) return xmlReply(403, 'AccessDenied');
    return {
      status: 200,
      headers: { 'content-type': 'application/octet-stream' },
      body: found.content ?? Buffer.alloc(0),
    };
  }
}

function xmlReply(status: number, code: string): Reply {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: Buffer.from(`<Error><Code>${code}</Code></Error>`),
  };
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
