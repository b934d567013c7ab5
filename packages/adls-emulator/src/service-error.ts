import type { Reply } from './reply.ts';
import type { StorageRequest } from './request.ts';
import { element } from './xml.ts';

/** A refusal as the service words it: HTTP status and error code. The message is for people only. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'ServiceError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A verb, header or parameter of the service that the emulator does not have. */
export function notEmulated(what: string): ServiceError {
  return new ServiceError(501, 'NotImplemented', `The emulator does not have ${what}.`);
}

/** There is no such file or directory, in the words of the host that was asked. */
export function pathNotFound(request: StorageRequest): ServiceError {
  return request.host === 'dfs'
    ? new ServiceError(404, 'PathNotFound', 'The specified path does not exist.')
    : new ServiceError(404, 'BlobNotFound', 'The specified blob does not exist.');
}

/** There is no such container, in the words of the host that was asked. */
export function containerNotFound(request: StorageRequest): ServiceError {
  return request.host === 'dfs'
    ? new ServiceError(404, 'FilesystemNotFound', 'The specified filesystem does not exist.')
    : new ServiceError(404, 'ContainerNotFound', 'The specified container does not exist.');
}

/** The answer that carries a refusal: XML on the blob host, JSON on the dfs host, headers alone for HEAD and 304. */
export function refusal(error: ServiceError, request: Pick<StorageRequest, 'host' | 'method' | 'id'>): Reply {
  const headers: Record<string, string> = { 'x-ms-error-code': error.code, ...error.headers };
  if (request.method === 'HEAD' || error.status === 304) return { status: error.status, headers };
  const message = `${error.message}\nRequestId:${request.id}\nTime:${new Date().toISOString()}`;
  if (request.host === 'dfs') {
    headers['Content-Type'] = 'application/json;charset=utf-8';
    return { status: error.status, headers, body: JSON.stringify({ error: { code: error.code, message } }) };
  }
  headers['Content-Type'] = 'application/xml';
  const body = element('Error', element('Code', error.code), element('Message', message));
  return { status: error.status, headers, body: `<?xml version="1.0" encoding="utf-8"?>${body}` };
}
