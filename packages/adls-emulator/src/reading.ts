import { checkRead } from './conditions.ts';
import { Content } from './content.ts';
import { answeredHeaders, propertiesText, shownMetadata } from './content-headers.ts';
import type { Entry } from './entry.ts';
import type { Reply } from './reply.ts';
import type { StorageRequest } from './request.ts';
import { entryOf, type Service, stateHeaders } from './service.ts';
import { ServiceError } from './service-error.ts';

/** Get Blob and the dfs host's Read: a file, or a range of it; a directory reads as an empty file. */
export function readPath(request: StorageRequest, service: Service): Reply {
  const entry = entryOf(request, service);
  checkRead(request, entry);
  if (entry.kind === 'file' && entry.tier === 'Archive') {
    throw new ServiceError(409, 'BlobArchived', 'This operation is not permitted on an archived blob.');
  }
  const content = entry.kind === 'file' ? entry.content : Content.empty;
  const range = rangeOf(request, content.length);
  const headers = description(request, entry, service.store.now(), range === null);
  if (range === null) {
    return { status: 200, headers: { ...headers, 'Content-Length': String(content.length) }, body: content };
  }
  const part = content.slice(range.start, range.end);
  const place = `bytes ${range.start}-${range.end - 1}/${content.length}`;
  return {
    status: 206,
    headers: { ...headers, 'Content-Length': String(part.length), 'Content-Range': place },
    body: part,
  };
}

/** Get Blob Properties and the dfs host's Get Properties: what stands there, without its bytes. */
export function headPath(request: StorageRequest, service: Service): Reply {
  const entry = entryOf(request, service);
  checkRead(request, entry);
  const length = entry.kind === 'file' ? entry.content.length : 0;
  const headers = description(request, entry, service.store.now(), true);
  return { status: 200, headers: { ...headers, 'Content-Length': String(length) } };
}

/** Everything about an entry that goes into headers. */
function description(request: StorageRequest, entry: Entry, now: Date, whole: boolean): Record<string, string> {
  const { owner, group, permissions, acl } = entry.access;
  const metadata = shownMetadata(entry);
  const own = entry.kind === 'file' ? answeredHeaders(entry.headers, whole) : {};
  return {
    ...own,
    ...stateHeaders(entry),
    ...leaseHeaders(entry, now),
    'Accept-Ranges': 'bytes',
    'x-ms-creation-time': entry.created.toUTCString(),
    'x-ms-server-encrypted': 'true',
    'x-ms-resource-type': entry.kind,
    'x-ms-owner': owner,
    'x-ms-group': group,
    'x-ms-permissions': permissions,
    ...(request.query.get('action') === 'getAccessControl' && { 'x-ms-acl': acl }),
    ...(request.host === 'dfs' ? { 'x-ms-properties': propertiesText(metadata) } : blobHeaders(metadata)),
    ...(entry.kind === 'file' && { 'x-ms-access-tier': entry.tier }),
  };
}

function blobHeaders(metadata: ReadonlyMap<string, string>): Record<string, string> {
  const named = [...metadata].map(([name, value]) => [`x-ms-meta-${name}`, value] as const);
  return {
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-access-tier': 'Hot',
    'x-ms-access-tier-inferred': 'true',
    ...Object.fromEntries(named),
  };
}

function leaseHeaders(entry: Entry, now: Date): Record<string, string> {
  const state = entry.kind === 'file' ? entry.lease.state(now) : 'available';
  return { 'x-ms-lease-state': state, 'x-ms-lease-status': state === 'leased' ? 'locked' : 'unlocked' };
}

/** The range asked for, as `[start, end)`; null for the whole file. Other forms than the service knows are passed over. */
function rangeOf({ headers }: StorageRequest, length: number): { readonly start: number; readonly end: number } | null {
  const [, first = '', last = ''] =
    /^bytes=(\d+)-(\d*)$/.exec(headers.get('x-ms-range') ?? headers.get('range') ?? '') ?? [];
  if (first === '' || (last !== '' && Number(last) < Number(first))) return null;
  if (Number(first) >= length) {
    const headers = { 'Content-Range': `bytes */${length}` };
    throw new ServiceError(416, 'InvalidRange', 'The range begins beyond the end of the file.', headers);
  }
  return { start: Number(first), end: last === '' ? length : Math.min(Number(last) + 1, length) };
}
