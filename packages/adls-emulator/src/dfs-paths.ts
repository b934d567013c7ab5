import { checkSource, checkWrite } from './conditions.ts';
import type { Container } from './container.ts';
import { newHeaders, propertiesOf, renameSource } from './content-headers.ts';
import { type Directory, type Entry, newDirectory, newFile } from './entry.ts';
import type { Reply } from './reply.ts';
import type { StorageRequest } from './request.ts';
import { containerOf, entryOf, type Service, writtenHeaders } from './service.ts';
import { notEmulated, ServiceError } from './service-error.ts';
import { positionText, startOf } from './walk.ts';

/** Path Create: an empty file or a directory, over whatever file stands there unless a condition forbids it. */
export function createPath(request: StorageRequest, service: Service): Reply {
  if (request.headers.has('x-ms-expiry-option')) throw notEmulated('expiry of files');
  const resource = request.query.get('resource');
  if (resource !== 'file' && resource !== 'directory') {
    throw new ServiceError(400, 'InvalidQueryParameterValue', `Resource ${resource}: expected file or directory.`);
  }
  const container = containerOf(request, service);
  const standing = container.find(request.path);
  checkWrite(request, standing);
  container.checkParents(request.path);
  if (standing !== null && standing.kind !== resource) throw pathConflict();
  checkLease(request, service, standing, 'x-ms-lease-id');
  const stamp = service.store.stamp();
  const metadata = propertiesOf(request);
  if (resource === 'directory') {
    if (standing?.kind === 'directory') return { status: 201, headers: writtenHeaders(standing) };
    const directory = newDirectory('', stamp, metadata);
    container.place(request.path, directory, stamp);
    service.events.directoryCreated(request);
    return { status: 201, headers: writtenHeaders(directory) };
  }
  const file = newFile('', stamp, { origin: 'dfs', headers: newHeaders(request, 'x-ms-'), metadata });
  if (standing?.kind === 'file') file.lease = standing.lease;
  container.place(request.path, file, stamp);
  container.uncommitted.delete(request.path);
  service.events.created('CreateFile', request, file);
  return { status: 201, headers: writtenHeaders(file) };
}

/** Path Create with a rename source: one step for a whole directory, too; the ETag and the time stay. */
export function renamePath(request: StorageRequest, service: Service): Reply {
  const from = renameSource(request);
  const origin = service.store.account(request.account).containers.get(from.container);
  const source = origin?.find(from.path) ?? null;
  if (source === null) throw new ServiceError(404, 'SourcePathNotFound', 'The source path does not exist.');
  checkSource(request, source);
  checkLease(request, service, source, 'x-ms-source-lease-id');
  const container = containerOf(request, service);
  if (source.kind === 'directory' && container.name === from.container && isBelow(request.path, from.path)) {
    throw new ServiceError(409, 'InvalidRenameSourcePath', 'A directory cannot be moved below itself.');
  }
  const parent = container.find(request.path.split('/').slice(0, -1).join('/'));
  if (parent?.kind !== 'directory') {
    const message = 'The parent directory of the destination path does not exist.';
    throw new ServiceError(404, 'RenameDestinationParentPathNotFound', message);
  }
  const standing = container.find(request.path);
  checkWrite(request, standing);
  checkDestination(source, standing);
  checkLease(request, service, standing, 'x-ms-lease-id');
  container.place(request.path, source, service.store.stamp());
  service.events.renamed(request, source, `${from.container}/${from.path}`);
  return { status: 201, headers: writtenHeaders(source) };
}

/** Path Delete: a file, an empty directory, or with `recursive=true` a whole one; in pages where the client asks for them. */
export function deletePath(request: StorageRequest, service: Service): Reply {
  const container = containerOf(request, service);
  const entry = entryOf(request, service);
  checkWrite(request, entry);
  checkLease(request, service, entry, 'x-ms-lease-id');
  if (entry.kind === 'directory' && entry.children.size > 0) {
    if (request.query.get('recursive') !== 'true') {
      throw new ServiceError(409, 'DirectoryNotEmpty', 'The directory is not empty, and recursive is not true.');
    }
    if (request.query.get('paginated') === 'true' && !clear(container, entry, { left: service.pageSize })) {
      return { status: 200, headers: { 'x-ms-continuation': positionText(startOf(request.path)) } };
    }
  }
  container.remove(entry);
  service.events.deleted(request, entry);
  return { status: 200, headers: { 'x-ms-delete-id': request.id } };
}

/** Path Update, `action=setAccessControl`: keeps what it is given, and grants or forbids nothing by it. */
export function setAccessControl(request: StorageRequest, service: Service): Reply {
  const entry = entryOf(request, service);
  checkWrite(request, entry);
  const given = (name: 'owner' | 'group' | 'permissions' | 'acl'): string => {
    return request.headers.get(`x-ms-${name}`) ?? entry.access[name];
  };
  entry.access = { owner: given('owner'), group: given('group'), permissions: given('permissions'), acl: given('acl') };
  return { status: 200, headers: writtenHeaders(entry) };
}

function checkLease(request: StorageRequest, service: Service, entry: Entry | null, header: string): void {
  if (entry?.kind === 'file') entry.lease.checkWrite(request.headers.get(header), service.store.now());
}

function checkDestination(source: Entry, standing: Entry | null): void {
  if (standing === null) return;
  if (source.kind !== standing.kind) {
    const message = 'The source and the destination are of different resource types.';
    throw new ServiceError(409, 'InvalidSourceOrDestinationResourceType', message);
  }
  if (standing.kind === 'directory' && standing.children.size > 0 && standing !== source) {
    throw new ServiceError(409, 'DirectoryNotEmpty', 'The destination directory is not empty.');
  }
}

/** Removes what lies below, deepest first, as far as the page allows; true when nothing is left. */
function clear(container: Container, directory: Directory, page: { left: number }): boolean {
  for (const child of [...directory.children.values()]) {
    if (child.kind === 'directory' && !clear(container, child, page)) return false;
    if (page.left === 0) return false;
    page.left -= 1;
    container.remove(child);
  }
  return true;
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}

function pathConflict(): ServiceError {
  return new ServiceError(409, 'PathConflict', 'The path exists and is of another resource type.');
}
