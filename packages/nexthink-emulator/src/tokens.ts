import { jsonReply, type Reply, type Request } from './exchange.ts';

/** A client that may ask for tokens. */
export interface Client {
  readonly id: string;
  readonly secret: string;
  readonly scope: string;
}

/** The token endpoint, and which tokens are good. Source: docs.nexthink.com/api/getting-authentication-token. */
export class Tokens {
  readonly #clients: readonly Client[];
  readonly #seconds: number;
  readonly #now: () => number;
  readonly #issued = new Map<string, { readonly scope: string; readonly until: number }>();
  #count = 0;

  constructor(clients: readonly Client[], seconds: number, now: () => number) {
    this.#clients = clients;
    this.#seconds = seconds;
    this.#now = now;
  }

  /** Tokens given out so far. */
  get count(): number {
    return this.#count;
  }

  /** Takes every token back, as a service that was restarted would. */
  revoke(): void {
    this.#issued.clear();
  }

  readonly serve = (request: Request): Reply | null => {
    if (request.host !== 'api' || request.url.pathname !== TOKEN_PATH) return null;
    if (request.method !== 'POST') return jsonReply(405, { error: 'method_not_allowed' });
    const form = new URLSearchParams(request.body);
    const given = Buffer.from(request.headers['authorization']?.replace(/^Basic /, '') ?? '', 'base64').toString();
    const client = this.#clients.find(({ id, secret }) => given === `${id}:${secret}`);
    if (client === undefined)
      return jsonReply(401, { error: 'invalid_client', error_description: `no client ${given}` });
    if (form.get('grant_type') !== 'client_credentials') return jsonReply(400, { error: 'unsupported_grant_type' });
    if (form.get('scope') !== client.scope) return jsonReply(400, { error: 'invalid_scope' });
    const token = `eyJ.token-${++this.#count}.${client.scope.replaceAll(':', '_')}`;
    this.#issued.set(token, { scope: client.scope, until: this.#now() + this.#seconds * 1000 });
    return jsonReply(200, {
      token_type: 'Bearer',
      expires_in: this.#seconds,
      access_token: token,
      scope: client.scope,
    });
  };

  /** Whether a request has a token of a scope that is still good. */
  isGood(request: Request, scope: string): boolean {
    const [, token] = /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '') ?? [];
    const issued = token === undefined ? undefined : this.#issued.get(token);
    return issued !== undefined && issued.scope === scope && this.#now() < issued.until;
  }
}

export const TOKEN_PATH = '/oauth2/default/v1/token';
