import { Account } from './adls-account.ts';
import { AdlsFailure, isContainerMissing } from './adls-fault.ts';
import { Requests } from './adls-request.ts';
import { systemHost } from './host.ts';
import { parseLocation } from './lake-location.ts';
import type { LakeSettings } from './open-lake.ts';
import { PATIENT } from './retry.ts';

/** A blob as a listing tells it. */
export interface ListedBlob {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly lastModified: Date;
}

/** A container of an account that holds no lake: read by its Blob endpoint alone, since such an account may have no other. */
export interface BlobContainer {
  list(): AsyncIterable<ListedBlob>;
  read(blob: ListedBlob): Promise<Uint8Array | null>;
}

/**
 * A container by the URL of its account's Blob service, opened as the lake is.
 * @throws SyntaxError where that is no such URL
 */
export function openBlobContainer(
  {
    identityClientId,
    storageConnectionString: connectionString,
    storageVersion: serviceVersion,
  }: Pick<LakeSettings, 'identityClientId' | 'storageConnectionString' | 'storageVersion'>,
  serviceUrl: string,
  container: string,
): BlobContainer {
  const location = parseLocation(serviceUrl);
  if (location.kind === 'folder') throw new SyntaxError(`${serviceUrl}: expected the URL of a Blob service`);
  const account = new Account(location, { identityClientId, connectionString, serviceVersion });
  const requests = (operation: string, name: string) =>
    new Requests(
      account,
      { container, name, root: '', zone: container },
      { operation, path: `${container}/${name}`, host: systemHost, policy: PATIENT },
    );
  return {
    async *list() {
      let continuationToken: string | undefined;
      do {
        const token = continuationToken;
        const page = await requests('list', '').send(
          async ({ blobs }, abortSignal) => {
            const pages = blobs.listBlobsFlat({ abortSignal });
            return (await pages.byPage(token === undefined ? {} : { continuationToken: token }).next()).value;
          },
          { expected: isContainerMissing },
        );
        if (page === undefined || page instanceof AdlsFailure) return;
        for (const { name, properties } of page.segment.blobItems) {
          yield { name, size: properties.contentLength ?? 0, lastModified: properties.lastModified };
        }
        continuationToken = page.continuationToken;
      } while (continuationToken !== undefined && continuationToken !== '');
    },
    async read({ name, size }) {
      if (size === 0) return new Uint8Array();
      const found = await requests('read', name).send(
        ({ blobs }, abortSignal) => blobs.getBlobClient(name).downloadToBuffer(0, size, { abortSignal }),
        { expected: ({ status }) => status === 404, bytes: size },
      );
      return found instanceof AdlsFailure ? null : found;
    },
  };
}
