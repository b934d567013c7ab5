import type { TokenCredential } from '@azure/identity';
import type {
  ContainerClient,
  IHttpClient,
  RequestPolicyFactory,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import type { DataLakeFileSystemClient } from '@azure/storage-file-datalake';
import { type AccountLocation, emulatorAccess } from './lake-location.ts';

/** Who asks, and through what. */
export interface AccountAccess {
  /** Client id of a user-assigned managed identity; empty for whoever is signed in. */
  readonly identityClientId?: string;
  /** For an emulator on this machine; empty otherwise. */
  readonly connectionString?: string;
  /** The version of the service that requests ask for, as `2023-11-03`; empty for the SDK's own. */
  readonly serviceVersion?: string;
  /** In place of DefaultAzureCredential. */
  readonly credential?: TokenCredential;
  /** In place of the SDK's own. */
  readonly httpClient?: IHttpClient;
}

/** Both faces of one container: files by the Blob endpoint, which publishes in one request, listings by the DFS endpoint. */
export interface Container {
  readonly name: string;
  readonly blobs: ContainerClient;
  readonly paths: DataLakeFileSystemClient;
}

type Credential = TokenCredential | StorageSharedKeyCredential;

/** One credential for all accounts, so that its token is asked for once. */
const signedIn = new Map<string, Promise<TokenCredential>>();

/** A storage account. The SDK is loaded with the first request: a lake in a folder never needs it. */
export class Account {
  readonly name: string;
  readonly #location: AccountLocation;
  readonly #access: AccountAccess;
  readonly #containers = new Map<string, Promise<Container>>();
  #credential: Promise<Credential> | null = null;

  /** @throws SyntaxError where the connection string does not suit the account */
  constructor(location: AccountLocation, access: AccountAccess) {
    emulatorAccess(location, access.connectionString ?? '');
    this.name = location.account;
    this.#location = location;
    this.#access = access;
  }

  container(name: string): Promise<Container> {
    const known = this.#containers.get(name) ?? this.#open(name);
    this.#containers.set(name, known);
    return known;
  }

  async #open(name: string): Promise<Container> {
    const [{ ContainerClient, newPipeline }, { DataLakeFileSystemClient }] = await Promise.all([
      import('@azure/storage-blob'),
      import('@azure/storage-file-datalake'),
    ]);
    this.#credential ??= this.#signIn();
    const { httpClient } = this.#access;
    const pipeline = newPipeline(await this.#credential, {
      retryOptions: { maxTries: 1 },
      ...(httpClient !== undefined && { httpClient }),
    });
    const { serviceVersion = '' } = this.#access;
    if (serviceVersion !== '') pipeline.factories.push(asking(serviceVersion));
    const { blobEndpoint, dfsEndpoint } = this.#endpoints();
    return {
      name,
      blobs: new ContainerClient(`${blobEndpoint}/${name}`, pipeline),
      paths: new DataLakeFileSystemClient(`${dfsEndpoint}/${name}`, pipeline),
    };
  }

  async #signIn(): Promise<Credential> {
    const { credential, connectionString = '', identityClientId = '' } = this.#access;
    if (credential !== undefined) return credential;
    const access = emulatorAccess(this.#location, connectionString);
    if (access !== null) {
      const { StorageSharedKeyCredential } = await import('@azure/storage-blob');
      return new StorageSharedKeyCredential(this.name, access.key);
    }
    return await credentialOf(identityClientId);
  }

  /** An emulator may answer for the two endpoints at two ports, of which the URL names one. */
  #endpoints(): Pick<AccountLocation, 'blobEndpoint' | 'dfsEndpoint'> {
    const access = emulatorAccess(this.#location, this.#access.connectionString ?? '');
    if (access === null) return this.#location;
    const { origin } = new URL(this.#location.blobEndpoint);
    const { blobOrigin, dfsOrigin } = access;
    if (origin !== blobOrigin && origin !== dfsOrigin) return this.#location;
    return {
      blobEndpoint: `${blobOrigin ?? origin}/${this.name}`,
      dfsEndpoint: `${dfsOrigin ?? blobOrigin ?? origin}/${this.name}`,
    };
  }
}

/**
 * Has every request ask for this version of the service. The clients know no option for that; a factory of the pipeline comes before
 * whatever signs a request.
 */
function asking(version: string): RequestPolicyFactory {
  return {
    create: (next) => ({
      sendRequest: (request) => {
        request.headers.set('x-ms-version', version);
        return next.sendRequest(request);
      },
    }),
  };
}

/** The credential of whoever is signed in, or of a managed identity: one for all that ask. */
export function credentialOf(identityClientId: string): Promise<TokenCredential> {
  const known = signedIn.get(identityClientId) ?? defaultCredential(identityClientId);
  signedIn.set(identityClientId, known);
  return known;
}

async function defaultCredential(identityClientId: string): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential(identityClientId === '' ? {} : { managedIdentityClientId: identityClientId });
}
