import { checkWrite } from './conditions.ts';
import type { Container } from './container.ts';
import { checkMd5, givenHeaders, newHeaders } from './content-headers.ts';
import { type Entry, type FileContents, newFile, restamp, type StoredFile } from './entry.ts';
import type { Reply } from './reply.ts';
import { metadataOf, type StorageRequest } from './request.ts';
import { containerOf, entryOf, fileOf, type Service, writtenHeaders } from './service.ts';
import { notEmulated, ServiceError } from './service-error.ts';

/** Put Blob: content and existence in one step. */
export function putBlob(request: StorageRequest, service: Service): Reply {
  const type = request.headers.get('x-ms-blob-type');
  if (type === undefined) throw new ServiceError(400, 'MissingRequiredHeader', 'x-ms-blob-type is missing.');
  if (request.headers.has('x-ms-copy-source')) throw notEmulated('Put Blob From URL');
  if (type !== 'BlockBlob') {
    const code = 'FeatureNotYetSupportedForHierarchicalNamespaceAccounts';
    throw new ServiceError(409, code, `${type} is not supported for hierarchical namespace accounts.`);
  }
  const md5 = checkMd5(request);
  const headers = newHeaders(request, 'x-ms-blob-');
  const plainType = request.headers.get('content-type');
  if (!request.headers.has('x-ms-blob-content-type') && plainType !== undefined) headers.set('Content-Type', plainType);
  if (!headers.has('Content-MD5')) headers.set('Content-MD5', md5);
  const { body } = request;
  const contents: FileContents = { origin: 'blob', content: body, headers, metadata: metadataOf(request) };
  const file = commit(request, service, contents);
  service.events.created('PutBlob', request, file);
  return { status: 201, headers: { ...writtenHeaders(file), 'Content-MD5': md5 } };
}

/** Puts a file written on the blob host in its place, once its conditions and the lease are met. */
export function commit(request: StorageRequest, service: Service, contents: FileContents): StoredFile {
  const container = containerOf(request, service);
  const standing = container.find(request.path);
  checkCommit(request, service, container, standing);
  const stamp = service.store.stamp();
  const file = newFile('', stamp, contents);
  if (standing?.kind === 'file') file.lease = standing.lease;
  container.place(request.path, file, stamp);
  container.uncommitted.delete(request.path);
  return file;
}

/** The checks of a commit, also for those who must make them before they look at what is to be committed. */
export function checkCommit(
  request: StorageRequest,
  service: Service,
  container: Container,
  standing: Entry | null,
): void {
  checkWrite(request, standing);
  if (standing?.kind === 'directory') {
    throw new ServiceError(409, 'ResourceTypeMismatch', 'A directory stands at this path.');
  }
  container.checkParents(request.path);
  standing?.lease.checkWrite(request.headers.get('x-ms-lease-id'), service.store.now());
}

/** Delete Blob: a file, or an empty directory. */
export function deleteBlob(request: StorageRequest, service: Service): Reply {
  const entry = entryOf(request, service);
  checkWrite(request, entry);
  if (entry.kind === 'directory' && entry.children.size > 0) {
    throw new ServiceError(409, 'DirectoryIsNotEmpty', 'The directory is not empty.');
  }
  if (entry.kind === 'file') entry.lease.checkWrite(request.headers.get('x-ms-lease-id'), service.store.now());
  containerOf(request, service).remove(entry);
  service.events.deleted(request, entry);
  return { status: 202, headers: { 'x-ms-delete-type-permanent': 'true' } };
}

/** Set Blob Metadata: replaces all of it. */
export function setMetadata(request: StorageRequest, service: Service): Reply {
  return change(request, service, (file) => {
    file.metadata = metadataOf(request);
  });
}

/** Set Blob Properties: replaces the content headers, all of them. */
export function setProperties(request: StorageRequest, service: Service): Reply {
  return change(request, service, (file) => {
    file.headers = givenHeaders(request, 'x-ms-blob-');
  });
}

/** Set Blob Tier: neither content, nor ETag, nor time changes. Rehydration, which takes hours, is done at once. */
export function setTier(request: StorageRequest, service: Service): Reply {
  const file = fileOf(request, service);
  const tier = (['Hot', 'Cool', 'Cold', 'Archive'] as const).find(
    (each) => each === request.headers.get('x-ms-access-tier'),
  );
  if (tier === undefined) throw new ServiceError(400, 'InvalidHeaderValue', 'x-ms-access-tier is missing or unknown.');
  file.tier = tier;
  return { status: 200, headers: {} };
}

/** The lease verbs of both hosts. */
export function leaseFile(request: StorageRequest, service: Service): Reply {
  const { headers } = request;
  const file = fileOf(request, service);
  const now = service.store.now();
  const [leaseId, proposed] = [headers.get('x-ms-lease-id'), headers.get('x-ms-proposed-lease-id')];
  checkWrite(request, file);
  const answer = (status: number, own: Record<string, string>): Reply => {
    return { status, headers: { ...writtenHeaders(file), ...own } };
  };
  switch (headers.get('x-ms-lease-action')) {
    case 'acquire': {
      const id = file.lease.acquire(proposed, Number(headers.get('x-ms-lease-duration') ?? '-1'), now);
      return answer(201, { 'x-ms-lease-id': id });
    }
    case 'renew':
      file.lease.renew(leaseId, now);
      return answer(200, { 'x-ms-lease-id': leaseId ?? '' });
    case 'change':
      return answer(200, { 'x-ms-lease-id': file.lease.change(leaseId, proposed) });
    case 'release':
      file.lease.release(leaseId);
      return answer(200, {});
    case 'break':
      file.lease.break();
      return answer(202, { 'x-ms-lease-time': '0' });
    default:
      throw new ServiceError(400, 'InvalidHeaderValue', 'x-ms-lease-action is missing or unknown.');
  }
}

function change(request: StorageRequest, service: Service, act: (file: StoredFile) => void): Reply {
  const file = fileOf(request, service);
  checkWrite(request, file);
  file.lease.checkWrite(request.headers.get('x-ms-lease-id'), service.store.now());
  act(file);
  restamp(file, service.store.stamp());
  return { status: 200, headers: writtenHeaders(file) };
}
