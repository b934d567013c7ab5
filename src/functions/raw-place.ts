import { maskedLocation, type Settings, SettingsError } from '../settings/index.ts';
import { checkPath, InvalidPath, parseLocation, placeOf, RAW, zoneName } from '../storage/index.ts';

/** A blob as the host names it. */
export interface BlobName {
  readonly container: string;
  /** Within the container, not encoded. */
  readonly name: string;
}

const ZONE = zoneName(RAW);

/** Where the app is told of the account whose files are announced. */
const CONNECTION = 'RAW__blobServiceUri';

/** Where raw files are, as the host names them. */
export class RawPlace {
  readonly container: string;
  /** What of a blob's name comes before the path in the raw zone: empty, or with a slash at its end. */
  readonly folder: string;
  /** The storage account; null for a folder. */
  readonly #account: string | null;

  constructor({ lake, raw }: Pick<Settings, 'lake' | 'raw'>) {
    const location = parseLocation(raw === '' ? lake : raw);
    const place =
      location.kind === 'account'
        ? placeOf(location, raw === '' ? null : ZONE, 'list', RAW)
        : { container: ZONE, root: '' };
    this.#account = location.kind === 'account' ? location.account : null;
    this.container = place.container;
    this.folder = place.root;
  }

  /** The trigger's path: it names the parts of a blob's path, and filters nothing. */
  get triggerPath(): string {
    return `${this.container}/{name}`;
  }

  /** Whether something in this account may be in the raw zone. @param account null where that is not known */
  isIn(account: string | null): boolean {
    return account === null || this.#account === null || account === this.#account;
  }

  /** The lake path of a blob; null for one that is not in the raw zone, or whose name no lake path can have. */
  lakePath({ container, name }: BlobName): string | null {
    if (container !== this.container || !name.startsWith(this.folder)) return null;
    const path = `${RAW}${name.slice(this.folder.length)}`;
    try {
      checkPath('ingest', path);
      return path;
    } catch (error) {
      if (error instanceof InvalidPath) return null;
      throw error;
    }
  }
}

/**
 * Makes sure that the trigger's connection and the settings mean the same account: otherwise every announced file would
 * be gone when it is looked for.
 * @param settings those that are understood: where the place is not among them there is nothing to compare
 * @throws SettingsError saying which two differ, or that the connection is none
 */
export function checkConnection(
  { lake, raw }: Partial<Pick<Settings, 'lake' | 'raw'>>,
  serviceUri: string | undefined,
): void {
  if (serviceUri === undefined || serviceUri === '') return;
  const text = raw === '' ? lake : raw;
  const connected = connectedAccount(serviceUri);
  if (text === undefined) return;
  const place = parseLocation(text);
  if (place.kind !== 'account' || place.account === connected.account) return;
  throw new SettingsError([
    {
      names: [CONNECTION],
      expected: `the account of the raw zone, ${place.account}`,
      found: connected.account,
      remedy: `set ${CONNECTION} to ${place.blobEndpoint}, or ${raw === '' ? 'AUDIT_LAKE_LAKE' : 'AUDIT_LAKE_RAW'} to a place in ${connected.account}`,
    },
  ]);
}

/** @throws SettingsError where it is no URL of an account: the host takes nothing else for a service URI */
function connectedAccount(serviceUri: string) {
  try {
    const location = parseLocation(serviceUri);
    if (location.kind === 'account') return location;
    throw new SyntaxError('no URL');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const expected = 'the URL of the Blob endpoint of the account with the raw zone';
    const found = `${JSON.stringify(maskedLocation(serviceUri))}: ${error.message}`;
    const remedy = `set ${CONNECTION}, for example to "https://landing.blob.core.windows.net"`;
    throw new SettingsError([{ names: [CONNECTION], expected, found, remedy }]);
  }
}

/** What the host hands over in place of a blob's content, as the extension's model binding data. */
interface BindingData {
  readonly content?: Uint8Array | null;
}

/**
 * The name of the blob that binding data stand for. No content is fetched with it: the storage driver streams that.
 * @throws TypeError where the host sends something else
 */
export function blobReference(data: BindingData | readonly BindingData[]): BlobName {
  const [only] = [data].flat() as readonly BindingData[];
  const text = Buffer.from(only?.content ?? []).toString('utf8');
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  if (!hasNames(parsed)) {
    throw new TypeError(
      'expected ContainerName and BlobName in the binding data of the blob trigger, found something else; is sdkBinding true, and the extension bundle 4.x?',
    );
  }
  return { container: parsed.ContainerName, name: parsed.BlobName };
}

function hasNames(value: unknown): value is { readonly ContainerName: string; readonly BlobName: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { ContainerName, BlobName } = value as Readonly<Record<string, unknown>>;
  return typeof ContainerName === 'string' && typeof BlobName === 'string';
}
