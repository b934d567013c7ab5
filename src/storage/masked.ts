const URL_TEXT = /([a-z][a-z0-9+.-]*:\/\/)([^\s"'`<>]*)/gi;

/** Names that stand before a secret: in a shared access signature, a connection string, a query. The `=` may be encoded. */
const NAMED_SECRET =
  /((?:\b|%[0-9a-f]{2})(?:sig|signature|accountkey|sharedaccesskey|sharedaccesssignature|password|passwd|pwd|secret|client_secret|token|access_token))(=|%3d)([^&;\s"'`<>]+)/gi;

const ACCOUNT_HOST =
  /^[a-z0-9.-]+\.(?:core\.windows\.net|core\.usgovcloudapi\.net|core\.chinacloudapi\.cn|storage\.azure\.net)/i;

/** User and password before an account's host, where a scheme is misspelt or left out. */
const USER_OF_HOST =
  /[^\s"'`<>/@]{1,200}:(?!\/\/)[^\s"'`<>@…]{0,500}@(?=[a-z0-9.-]+\.(?:core\.windows\.net|core\.usgovcloudapi\.net|core\.chinacloudapi\.cn|storage\.azure\.net))/gi;

/**
 * A text with what may be a secret in a location replaced by `…`: user and password, query and fragment of a URL, and
 * whatever is named a signature, key, password or token. For messages and for places that are shown.
 */
export function masked(text: string): string {
  return text
    .replace(URL_TEXT, (_, scheme: string, rest: string) => scheme + maskedRest(scheme, rest))
    .replace(USER_OF_HOST, '…@')
    .replace(NAMED_SECRET, (_, name: string, equals: string) => `${name}${equals}…`);
}

/** A location by itself, masked as {@link masked} does, blanks and quotes in a password included. */
export function maskedLocation(location: string): string {
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(location.trim()) ?? [];
  return masked(scheme === undefined || rest === undefined ? location : scheme + maskedRest(scheme, rest));
}

/** What follows `scheme://`. */
function maskedRest(scheme: string, rest: string): string {
  const end = rest.search(/[?#]/);
  if (end < 0) return maskedPlace(scheme, rest);
  // A password may hold both, unencoded.
  const isInUser = rest.includes('@', end) && !rest.slice(0, end).includes('/');
  return isInUser ? `…${rest.slice(rest.lastIndexOf('@'))}` : `${maskedPlace(scheme, rest.slice(0, end))}${rest[end]}…`;
}

/** A place of which nothing before the host is shown but the container of an abfss location. */
function maskedPlace(scheme: string, place: string): string {
  const host = place.lastIndexOf('@');
  if (host < 0) return place;
  const url = URL.canParse(scheme + place) ? new URL(scheme + place) : null;
  const isAllPlace = url !== null && url.username === '' && url.password === '';
  // A slash in a password ends what a URL's reader takes for the host.
  if (isAllPlace && !ACCOUNT_HOST.test(place.slice(host + 1))) return place;
  const user = place.slice(0, host);
  const isContainer = scheme.toLowerCase() === 'abfss://' && /^[a-z0-9-]{3,63}$/.test(user);
  return `${isContainer ? user : '…'}${place.slice(host)}`;
}
