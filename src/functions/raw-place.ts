import type { Settings } from '../settings/index.ts';
import { checkPath, InvalidPath, parseLocation, placeOf, RAW, zoneName } from '../storage/index.ts';

/** A blob as the host names it. */
export interface BlobName {
  readonly container: string;
  /** Within the container, not encoded. */
  readonly name: string;
}

const ZONE = zoneName(RAW);

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
 * @throws Error saying which two differ
 */
export function checkConnection({ lake, raw }: Pick<Settings, 'lake' | 'raw'>, serviceUri: string | undefined): void {
  if (serviceUri === undefined || serviceUri === '') return;
  const [place, connected] = [parseLocation(raw === '' ? lake : raw), parseLocation(serviceUri)];
  if (place.kind !== 'account' || connected.kind !== 'account' || place.account === connected.account) return;
  throw new Error(
    `RAW__blobServiceUri: expected the account of the raw zone, ${place.account}, found ${connected.account}; ` +
      `set RAW__blobServiceUri to ${place.blobEndpoint}, or ${raw === '' ? 'AUDIT_LAKE_LAKE' : 'AUDIT_LAKE_RAW'} to a place in ${connected.account}`,
  );
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
