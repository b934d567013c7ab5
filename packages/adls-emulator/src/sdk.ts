import { BlobServiceClient, type ContainerClient, isRestError } from '@azure/storage-blob';
import {
  type DataLakeFileSystemClient,
  DataLakeServiceClient,
  StorageSharedKeyCredential,
} from '@azure/storage-file-datalake';
import type { EmulatedAccount, Emulator } from './index.ts';

/** The real SDKs' clients of one container, by public host names; they send each request once. */
export interface Clients {
  readonly blobs: ContainerClient;
  readonly files: DataLakeFileSystemClient;
}

/** Clients that sign with the account's key. */
export function clientsOf(
  emulator: Emulator,
  container = 'raw',
  account: EmulatedAccount = emulator,
  retryOptions: { readonly maxTries: number; readonly retryDelayInMs?: number } = { maxTries: 1 },
): Clients {
  const credential = new StorageSharedKeyCredential(account.account, account.key);
  const options = { httpClient: emulator.httpClient, retryOptions };
  return {
    blobs: new BlobServiceClient(account.blobHost, credential, options).getContainerClient(container),
    files: new DataLakeServiceClient(account.dfsHost, credential, options).getFileSystemClient(container),
  };
}

/** How an attempt ended: `done`, the service's refusal as `<status> <code>`, or the name of another error. */
export async function outcome(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'done';
  } catch (error) {
    if (!isRestError(error) || error.statusCode === undefined)
      return error instanceof Error ? error.name : String(error);
    const code = error.response?.headers.get('x-ms-error-code');
    return `${error.statusCode} ${code ?? 'without a code'}`;
  }
}

/** Writes a file as an uploader on the dfs host does: create, append, flush. */
export async function upload(files: DataLakeFileSystemClient, path: string, text: string, close = true): Promise<void> {
  const file = files.getFileClient(path);
  const bytes = Buffer.from(text);
  await file.create();
  if (bytes.length > 0) await file.append(bytes, 0, bytes.length);
  await file.flush(bytes.length, { close });
}

/** A file's text, by the blob host. */
export async function textOf(blobs: ContainerClient, path: string): Promise<string> {
  return (await blobs.getBlobClient(path).downloadToBuffer()).toString('utf8');
}

/** A file's ETag as headers give it. */
export async function etagOf(blobs: ContainerClient, path: string): Promise<string> {
  return (await blobs.getBlobClient(path).getProperties()).etag ?? '';
}
