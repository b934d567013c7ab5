import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Headers of a request, by their names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

const FEWEST_CHARACTERS = 16;
/** What Azure leaves in a setting where it could not look the secret up: a text that anybody can guess. */
const UNRESOLVED = /^@Microsoft\.KeyVault\(/i;
/** What arrives in a header as it was sent. */
const CARRIED = /^[!-~]([ -~]*[!-~])?$/;
/** Made anew by every process: nobody can prepare texts whose digests begin alike. */
const KEY = randomBytes(32);

/** What is wrong with a secret as it is set; null where it will do. Does not repeat it. */
export function faultOfSecret(secret: string): string | null {
  if (secret === '') return 'no secret is set';
  if (UNRESOLVED.test(secret)) return 'the secret is a Key Vault reference that was not resolved';
  if (secret.length < FEWEST_CHARACTERS) return `the secret has fewer than ${FEWEST_CHARACTERS} characters`;
  if (!CARRIED.test(secret)) {
    return 'the secret has what no header carries: a blank or a line end before or behind it, or a character beyond ASCII';
  }
  return null;
}

/**
 * Whether a request shows the secret: in the header that is named, as the password of Basic authentication, or as a Bearer token.
 * Takes as long whatever is shown, wherever it differs.
 */
export function showsSecret(headers: Headers, secret: string, headerName: string): boolean {
  const authorization = headers['authorization'] ?? '';
  const [, scheme = '', credentials = ''] = /^([A-Za-z]+) +([^ ]+) *$/.exec(authorization) ?? [];
  const shown = [
    headers[headerName.toLowerCase()] ?? '',
    scheme.toLowerCase() === 'basic' ? passwordOf(credentials) : '',
    scheme.toLowerCase() === 'bearer' ? credentials : '',
  ];
  const expected = digest(secret);
  let isShown = false;
  for (const each of shown) isShown = timingSafeEqual(digest(each), expected) || isShown;
  return isShown;
}

/** What stands behind the first colon of Basic credentials (RFC 7617); the user's name may be anything. */
function passwordOf(credentials: string): string {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? '' : text.slice(colon + 1);
}

function digest(text: string): Buffer {
  return createHmac('sha256', KEY).update(text).digest();
}
