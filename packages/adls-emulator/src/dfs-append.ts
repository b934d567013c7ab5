import { checkWrite } from './conditions.ts';
import { Content } from './content.ts';
import { checkMd5, givenHeaders } from './content-headers.ts';
import { restamp, type StoredFile } from './entry.ts';
import type { Reply } from './reply.ts';
import { type StorageRequest, wholeParameter } from './request.ts';
import { fileOf, type Service, writtenHeaders } from './service.ts';
import { notEmulated, ServiceError } from './service-error.ts';

/** Path Update, `action=append`: bytes staged at a position, in place of what was staged there before. */
export function appendFile(request: StorageRequest, service: Service): Reply {
  refuseLeaseAction(request);
  const file = fileOf(request, service);
  const position = wholeParameter(request, 'position', 0);
  if (position === null) throw missingPosition();
  checkLease(request, service, file);
  if (request.body.length === 0) {
    throw new ServiceError(400, 'InvalidHeaderValue', 'Content-Length is 0: an append takes at least one byte.');
  }
  if (file.origin === 'blob') {
    throw new ServiceError(409, 'InvalidAppendOperation', 'The file was written through the blob endpoint.');
  }
  if (position < file.content.length) {
    throw new ServiceError(400, 'InvalidQueryParameterValue', `Position ${position} is before the end of the file.`);
  }
  checkMd5(request);
  file.appended.set(position, request.body);
  if (request.query.get('flush') === 'true') flush(request, service, file, position + request.body.length);
  return { status: 202, headers: { 'x-ms-request-server-encrypted': 'true' } };
}

/** Path Update, `action=flush`: what is staged becomes the file's content, if it reaches the position without a gap. */
export function flushFile(request: StorageRequest, service: Service): Reply {
  refuseLeaseAction(request);
  const file = fileOf(request, service);
  const position = wholeParameter(request, 'position', 0);
  if (position === null) throw missingPosition();
  if (request.body.length > 0) {
    throw new ServiceError(400, 'ContentLengthMustBeZero', 'A flush has no body.');
  }
  checkWrite(request, file);
  checkLease(request, service, file);
  if (file.origin === 'blob') {
    throw new ServiceError(409, 'InvalidFlushOperation', 'The file was written through the blob endpoint.');
  }
  flush(request, service, file, position);
  return { status: 200, headers: { ...writtenHeaders(file), 'Content-Length': '0' } };
}

function flush(request: StorageRequest, service: Service, file: StoredFile, position: number): void {
  const parts = [file.content];
  let end = file.content.length;
  const rest = new Map(file.appended);
  for (let part = rest.get(end); part !== undefined && end < position; part = rest.get(end)) {
    rest.delete(end);
    parts.push(part);
    end += part.length;
  }
  const retained = request.query.get('retainUncommittedData') === 'true';
  if (end !== position || (rest.size > 0 && !retained)) {
    throw new ServiceError(400, 'InvalidFlushPosition', 'The staged data is not contiguous up to the position.');
  }
  file.content = Content.concat(parts);
  file.appended.clear();
  for (const [at, part] of rest) file.appended.set(at, part);
  file.headers = new Map([...file.headers, ...givenHeaders(request, 'x-ms-')]);
  restamp(file, service.store.stamp());
  if (request.query.get('close') === 'true') service.events.created('FlushWithClose', request, file);
}

function checkLease(request: StorageRequest, service: Service, file: StoredFile): void {
  file.lease.checkWrite(request.headers.get('x-ms-lease-id'), service.store.now());
}

function refuseLeaseAction(request: StorageRequest): void {
  if (request.headers.has('x-ms-lease-action')) throw notEmulated('lease actions of append and flush');
}

function missingPosition(): ServiceError {
  return new ServiceError(400, 'MissingRequiredQueryParameter', 'position is missing.');
}
