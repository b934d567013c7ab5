import { createHash, timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { noPage } from './browse-refusal.ts';

/** Who may look: whoever was given the address, and nobody on other sites. */
export interface Gate {
  /** Where the pages are served: on this machine alone. */
  readonly port: number;
  /** Stands in the first address, and counts once. */
  readonly token: string;
  /** What the cookie holds from then on. */
  readonly secret: string;
}

/** The path of the first address. */
const ENTRY = '/enter';

/** Characters of an address: what no form of ours makes longer. */
export const LONGEST_ADDRESS = 8192;

const NOBODY = [
  'accelerometer',
  'camera',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
];

/**
 * The headers of every answer. Nothing is loaded but from here, no script or style stands in a page, no form leads elsewhere,
 * nobody may frame or keep a page, or learn its address.
 */
export function strictHeaders(): MiddlewareHandler {
  const own = ["'self'"];
  const none = ["'none'"];
  const headers = secureHeaders({
    contentSecurityPolicy: {
      ...{ defaultSrc: none, scriptSrc: own, styleSrc: own, imgSrc: own, connectSrc: own, formAction: own },
      ...{ frameAncestors: none, baseUri: none, trustedTypes: none, requireTrustedTypesFor: ["'script'"] },
    },
    ...{ crossOriginOpenerPolicy: true, crossOriginResourcePolicy: true, crossOriginEmbedderPolicy: true },
    ...{ referrerPolicy: 'no-referrer', xFrameOptions: 'DENY', strictTransportSecurity: false },
    permissionsPolicy: Object.fromEntries(NOBODY.map((name) => [name, []])),
  });
  return async (context, next) => {
    await headers(context, next);
    context.res.headers.set('cache-control', 'no-store');
  };
}

/**
 * Lets through only what asks for a page, at this address, from this site, with the cookie. The first address is traded for the
 * cookie, once, and leads on to an address without the token, so that none of them stays in the history or is shown.
 */
export function guarded(gate: Gate): MiddlewareHandler {
  const cookie = `audit_lake_${gate.port}`;
  let isUsed = false;
  const enter = (context: Context): Response => {
    const shown = context.req.query('token') ?? '';
    const isKnown = isSame(shown, gate.token);
    if (isUsed || !isKnown) return noPage(context, 403);
    // Whoever only asks what would come gets nothing in exchange, and takes nothing from whoever opens it.
    if (context.req.raw.method === 'HEAD') return context.redirect('/', 303);
    isUsed = true;
    context.header('set-cookie', `${cookie}=${gate.secret}; HttpOnly; SameSite=Strict; Path=/`);
    return context.redirect('/', 303);
  };
  return async (context, next) => {
    const { method, url } = context.req.raw;
    if (method !== 'GET' && method !== 'HEAD') {
      context.header('allow', 'GET, HEAD');
      return noPage(context, 405);
    }
    if (url.length > LONGEST_ADDRESS) return noPage(context, 414);
    if (!isOwnPlace(context, gate.port) || !isOwnSite(context)) return noPage(context, 403);
    const hasCookie = cookies(context).some(([name, value]) => name === cookie && isSame(value, gate.secret));
    if (context.req.path === ENTRY) return hasCookie ? context.redirect('/', 303) : enter(context);
    if (!hasCookie) return noPage(context, 403);
    await next();
  };
}

/** Whether a request is for this machine by its own name: another name may lead here for somebody else's page. */
function isOwnPlace(context: Context, port: number): boolean {
  const host = context.req.header('host');
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/** Whether no other site has a hand in a request. */
function isOwnSite(context: Context): boolean {
  const origin = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  return (
    (origin === undefined || origin === `http://${context.req.header('host')}`) &&
    (site === undefined || site === 'same-origin' || site === 'none')
  );
}

function cookies(context: Context): [name: string, value: string][] {
  return (context.req.header('cookie') ?? '').split(';').map((each) => {
    const [name = '', ...value] = each.trim().split('=');
    return [name, value.join('=')];
  });
}

/** Whether two secrets are the same, in a time that tells nothing of them. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
