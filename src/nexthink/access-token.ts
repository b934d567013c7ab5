import type { Host } from '../storage/index.ts';
import { NexthinkError } from './errors.ts';
import { type Send, textOf, unexpected } from './http.ts';

/** Who asks for tokens, and where. Source: RFC 6749, section 4.4; docs.nexthink.com/api/getting-authentication-token. */
export interface ClientCredentials {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
}

/** Access tokens of one client. */
export interface AccessTokens {
  /** One that is good for a while: a known one, or a new one, which all that ask at once share. @throws NexthinkError */
  get(signal?: AbortSignal): Promise<string>;
  /** Forgets a token that was refused. */
  forget(token: string): void;
}

/** What a token without `expires_in` is taken to be good for. */
const USUAL_SECONDS = 300;
/** So long before its end a token is renewed, and never later than after three quarters of its time. */
const EARLY_MS = 60_000;

const WHAT = 'get an access token';

/** Tokens by client credentials, kept in memory alone. */
export function accessTokens(send: Send, host: Pick<Host, 'now'>, client: ClientCredentials): AccessTokens {
  let known: { readonly token: string; readonly until: number } | null = null;
  let asking: Promise<string> | null = null;
  const ask = async (): Promise<string> => {
    const asked = host.now();
    // Not with the signal of one of those that wait for it.
    const { token, seconds } = await requestToken(send, client);
    const lasts = seconds * 1000;
    known = { token, until: asked + Math.max(lasts - EARLY_MS, lasts * 0.75) };
    return token;
  };
  return {
    get: async (signal) => {
      signal?.throwIfAborted();
      const now = host.now();
      // A clock that was set back makes no token younger.
      if (known !== null && now < known.until && known.until - now <= MOST_KEPT_MS) return known.token;
      asking ??= ask().finally(() => {
        asking = null;
      });
      return await asking;
    },
    forget: (token) => {
      if (known?.token === token) known = null;
    },
  };
}

/** No token is kept for longer than a day, whatever it says. */
const MOST_KEPT_MS = 86_400_000;

async function requestToken(
  send: Send,
  { tokenUrl, clientId, clientSecret, scope }: ClientCredentials,
): Promise<{ token: string; seconds: number }> {
  const answer = await send({
    what: WHAT,
    method: 'POST',
    url: tokenUrl,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
    reach: 'network',
  });
  if (answer.status !== 200) {
    const refused = answer.status === 400 || answer.status === 401 || answer.status === 403;
    throw unexpected(WHAT, answer, 'status 200', refused ? 'check the client id, its secret and the scope' : '');
  }
  return readToken(await textOf(answer));
}

function readToken(text: string): { token: string; seconds: number } {
  const members = jsonObject(text);
  const token = members?.['access_token'];
  // What cannot stand in a header would be an error that quotes it.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new NexthinkError(`${WHAT}: expected a JSON object with access_token, found another answer`, 200, false);
  }
  const seconds = Number(members?.['expires_in'] ?? USUAL_SECONDS);
  return { token, seconds: Number.isFinite(seconds) && seconds > 0 ? seconds : USUAL_SECONDS };
}

/** A JSON object; null for what is none. */
function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
