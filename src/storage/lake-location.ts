/** A folder of this machine. */
export interface FolderLocation {
  readonly kind: 'folder';
  readonly folder: string;
}

/** A place in a storage account. */
export interface AccountLocation {
  readonly kind: 'account';
  readonly account: string;
  /** `https://<account>.blob.core.windows.net`, or an emulator's `http://127.0.0.1:<port>/<account>`; no slash at its end. */
  readonly blobEndpoint: string;
  readonly dfsEndpoint: string;
  /** Null where the URL ends with the account. */
  readonly container: string | null;
  /** Within the container, not encoded: empty, or with a slash at its end. */
  readonly folder: string;
  /** Whether it is an emulator on this machine. */
  readonly loopback: boolean;
}

export type LakeLocation = FolderLocation | AccountLocation;

/** What an emulator's connection string says. */
export interface EmulatorAccess {
  readonly key: string;
  /** Origins, such as `http://127.0.0.1:10000`; null where it does not name them. */
  readonly blobOrigin: string | null;
  readonly dfsOrigin: string | null;
}

const ACCOUNT_HOST =
  /^([a-z0-9]{3,24})\.((?:z\d+\.)?)(?:dfs|blob)\.(core\.windows\.net|core\.usgovcloudapi\.net|core\.chinacloudapi\.cn|storage\.azure\.net)$/;

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Reads where a lake, or its raw zone, is: a folder, `https://<account>.dfs.core.windows.net[/<container>[/<folder>]]`
 * (`blob` for `dfs` too, and the other clouds' names), `abfss://<container>@<account>.dfs.core.windows.net[/<folder>]`,
 * or an emulator's `http://127.0.0.1:<port>/<account>[/<container>[/<folder>]]`.
 * @throws SyntaxError saying what is wrong; never with what a query holds, since that may be a secret
 */
export function parseLocation(text: string): LakeLocation {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return { kind: 'folder', folder: text };
  if (scheme === 'file') throw new SyntaxError("file:// is not taken: give the folder's path itself");
  if (scheme !== 'https' && scheme !== 'abfss' && scheme !== 'http') {
    throw new SyntaxError(`${scheme}:// is none of https://, abfss:// and a folder's path`);
  }
  const url = urlOf(text);
  if (url.search !== '' || url.hash !== '') {
    throw new SyntaxError(
      'a URL with a query or a fragment: a shared access signature does not belong into a setting, where it is logged and runs out; ' +
        'leave it out and give an identity a role on the account. In a folder’s name write ? as %3F and # as %23',
    );
  }
  return scheme === 'http' ? emulatorOf(url) : accountOf(url, scheme);
}

/** Whether a container may have this name. */
export function isContainerName(name: string): boolean {
  return CONTAINER.test(name);
}

/**
 * The access that a connection string gives to an account.
 * @returns null where there is none and none is needed
 * @throws SyntaxError where one is given for a real account, where an emulator lacks one, or where it cannot be read
 */
export function emulatorAccess(location: AccountLocation, connectionString: string): EmulatorAccess | null {
  if (!location.loopback) {
    if (connectionString === '') return null;
    throw new SyntaxError(
      `a connection string is for an emulator on this machine only, and ${location.account} is a real account: an account key opens everything in it ` +
        'and says nothing of who used it; leave it out, and sign in (az login) or run with a managed identity',
    );
  }
  if (connectionString === '') {
    throw new SyntaxError('an emulator takes no sign-in: give its connection string');
  }
  const parts = new Map(
    connectionString.split(';').map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()];
    }),
  );
  const key = parts.get('accountkey');
  if (key === undefined || key === '') throw new SyntaxError('the connection string has no AccountKey');
  const account = parts.get('accountname');
  if (account !== undefined && account !== location.account) {
    throw new SyntaxError(`the connection string is of account ${account}, and the URL names ${location.account}`);
  }
  return { key, blobOrigin: originOf(parts.get('blobendpoint')), dfsOrigin: originOf(parts.get('dfsendpoint')) };
}

/**
 * Checks a connection string against all locations of a lake; empty ones stand for none.
 * @throws SyntaxError where it does not suit all that are in an account
 */
export function checkEmulatorAccess(locations: readonly string[], connectionString: string): void {
  const accounts = locations
    .filter((text) => text !== '')
    .map(parseLocation)
    .filter((location) => location.kind === 'account');
  for (const account of accounts) emulatorAccess(account, connectionString);
}

/** Whether a location is in a storage account that is no emulator. @throws SyntaxError where it cannot be read */
export function isRealAccount(text: string): boolean {
  const location = parseLocation(text);
  return location.kind === 'account' && !location.loopback;
}

function originOf(endpoint: string | undefined): string | null {
  if (endpoint === undefined) return null;
  const url = urlOf(endpoint);
  if (!LOOPBACK_HOSTS.has(url.hostname))
    throw new SyntaxError('the connection string names an endpoint that is not on this machine');
  return url.origin;
}

function urlOf(text: string): URL {
  if (!URL.canParse(text)) throw new SyntaxError('no valid URL');
  return new URL(text);
}

function accountOf(url: URL, scheme: 'https' | 'abfss'): AccountLocation {
  const [, account, zone, cloud] = ACCOUNT_HOST.exec(url.hostname) ?? [];
  if (account === undefined || url.port !== '') {
    // What stands for a host may be the beginning of a password that has a slash in it.
    const host = url.pathname.includes('@') ? '' : ` ${JSON.stringify(url.host)}`;
    throw new SyntaxError(`the host${host} is no storage account such as acct.dfs.core.windows.net`);
  }
  if (url.password !== '') throw new SyntaxError('a URL with a password');
  const container = scheme === 'abfss' ? url.username : null;
  if (container === '') throw new SyntaxError('names no container: expected abfss://container@account…');
  if (container === null && url.username !== '') throw new SyntaxError('a user name before the host: meant abfss://?');
  return {
    kind: 'account',
    account,
    blobEndpoint: `https://${account}.${zone}blob.${cloud}`,
    dfsEndpoint: `https://${account}.${zone}dfs.${cloud}`,
    ...within([...(container === null ? [] : [container]), ...segmentsOf(url)]),
    loopback: false,
  };
}

function emulatorOf(url: URL): AccountLocation {
  if (!LOOPBACK_HOSTS.has(url.hostname)) {
    throw new SyntaxError(
      'http:// is for an emulator on this machine (127.0.0.1) only; everything else needs https://',
    );
  }
  const [account, ...rest] = segmentsOf(url);
  if (account === undefined)
    throw new SyntaxError('names no account: expected http://127.0.0.1:<port>/<account>[/<container>]');
  const endpoint = `${url.origin}/${account}`;
  return { kind: 'account', account, blobEndpoint: endpoint, dfsEndpoint: endpoint, ...within(rest), loopback: true };
}

function segmentsOf(url: URL): string[] {
  try {
    return url.pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    throw new SyntaxError('has a % that no two hexadecimal digits of UTF-8 follow; write a plain % as %25');
  }
}

function within(segments: readonly string[]): Pick<AccountLocation, 'container' | 'folder'> {
  const [container, ...folders] = segments;
  if (container === undefined) return { container: null, folder: '' };
  if (!isContainerName(container)) {
    throw new SyntaxError(
      `${JSON.stringify(container)} is no container's name (3 to 63 lower case letters, digits and single hyphens)`,
    );
  }
  const odd = folders.find((folder) => folder.includes('/') || folder.includes('\\') || folder.endsWith('.'));
  if (odd !== undefined) {
    throw new SyntaxError(`${JSON.stringify(odd)} is no folder's name: it holds a slash or ends in a dot`);
  }
  return { container, folder: folders.map((folder) => `${folder}/`).join('') };
}
