import { json, type Reply } from './reply.ts';
import { invalidParameter, type StorageRequest } from './request.ts';
import { containerOf, type Service } from './service.ts';
import { pathNotFound } from './service-error.ts';
import { type Listed, page, pageSizeOf, positionOf, positionText, startOf, walk } from './walk.ts';

/** Windows counts hundreds of nanoseconds since 1601. */
const FILE_TIME_OF_1970 = 116_444_736_000_000_000n;

/** Path List: what lies below a directory, numbers and booleans as strings, ETags without quotes. */
export function listPaths(request: StorageRequest, service: Service): Reply {
  const container = containerOf(request, service);
  const directoryPath = (request.query.get('directory') ?? '').replace(/^\/|\/$/g, '');
  const directory = container.find(directoryPath);
  if (directory?.kind !== 'directory') throw pathNotFound(request);
  const recursive = request.query.get('recursive') === 'true';
  const beginFrom = request.query.get('beginFrom');
  if (!recursive && beginFrom?.includes('/')) throw invalidParameter('beginFrom', beginFrom);
  const begin = beginFrom === null ? null : startOf([directoryPath, beginFrom].filter((part) => part !== '').join('/'));
  const from = positionOf(request, 'continuation') ?? begin;
  const listing = walk(directory, directoryPath, from, () => recursive);
  const { items, next } = page(listing, pageSizeOf(request, service, 'maxResults'));
  const continuation = next === null ? {} : { 'x-ms-continuation': positionText(next) };
  return json(200, { paths: items.map(listed) }, continuation);
}

function listed({ path, entry }: Listed): Record<string, string> {
  const { owner, group, permissions } = entry.access;
  return {
    contentLength: String(entry.kind === 'file' ? entry.content.length : 0),
    creationTime: String(BigInt(entry.created.getTime()) * 10_000n + FILE_TIME_OF_1970),
    etag: entry.etag,
    group,
    ...(entry.kind === 'directory' && { isDirectory: 'true' }),
    lastModified: entry.modified.toUTCString(),
    name: path,
    owner,
    permissions,
  };
}
