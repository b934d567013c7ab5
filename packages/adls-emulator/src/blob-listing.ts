import { shownMetadata } from './content-headers.ts';
import type { Entry, StoredFile } from './entry.ts';
import { type Reply, xml } from './reply.ts';
import { invalidParameter, type StorageRequest } from './request.ts';
import { containerOf, type Service } from './service.ts';
import { type Listed, page, pageSizeOf, positionOf, positionText, startOf, walk } from './walk.ts';
import { document, element, Markup, nameElement } from './xml.ts';

/** List Blobs, flat or by the delimiter `/`: a true prefix of the path; directories are listed, as they are in this namespace. */
export function listBlobs(request: StorageRequest, service: Service): Reply {
  const container = containerOf(request, service);
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  if (delimiter !== '' && delimiter !== '/') throw invalidParameter('delimiter', delimiter);
  const startFrom = query.get('startFrom');
  const from = positionOf(request, 'marker') ?? (startFrom === null ? null : startOf(startFrom));
  const enter = (path: string): boolean => {
    return prefix.startsWith(`${path}/`) || (delimiter === '' && `${path}/`.startsWith(prefix));
  };
  const size = pageSizeOf(request, service, 'maxresults');
  const { items, next } = page(withPrefix(walk(container.root, '', from, enter), prefix), size);
  const include = new Set((query.get('include') ?? '').split(','));
  const listed = items.map(({ path, entry }) => {
    const grouped = delimiter !== '' && entry.kind === 'directory';
    return grouped ? element('BlobPrefix', nameElement(`${path}/`), properties(entry, service)) : blob(path, entry);
  });
  function blob(path: string, entry: Entry): Markup {
    const metadata = include.has('metadata') ? [metadataElement(entry)] : [];
    return element('Blob', nameElement(path), properties(entry, service), ...metadata);
  }
  const body = [
    element('Prefix', prefix),
    element('Marker', query.get('marker') ?? ''),
    element('MaxResults', size),
    element('Delimiter', delimiter),
    element('Blobs', ...listed),
    element('NextMarker', next === null ? '' : positionText(next)),
  ].join('');
  const root = `<EnumerationResults ContainerName="${container.name}">${body}</EnumerationResults>`;
  return xml(200, document(new Markup(root)));
}

function* withPrefix(listing: Iterable<Listed>, prefix: string): Generator<Listed> {
  for (const item of listing) if (item.path.startsWith(prefix)) yield item;
}

function metadataElement(entry: Entry): Markup {
  return element('Metadata', ...[...shownMetadata(entry)].map(([name, value]) => element(name, value)));
}

function properties(entry: Entry, service: Service): Markup {
  return element(
    'Properties',
    element('Creation-Time', entry.created.toUTCString()),
    element('Last-Modified', entry.modified.toUTCString()),
    element('Etag', entry.etag),
    element('ResourceType', entry.kind),
    element('Content-Length', entry.kind === 'file' ? entry.content.length : 0),
    ...(entry.kind === 'file' ? fileProperties(entry, service) : []),
  );
}

function fileProperties(file: StoredFile, service: Service): Markup[] {
  const state = file.lease.state(service.store.now());
  return [
    ...[...file.headers].map(([name, value]) => element(name, value)),
    element('BlobType', 'BlockBlob'),
    element('AccessTier', 'Hot'),
    element('AccessTierInferred', 'true'),
    element('LeaseStatus', state === 'leased' ? 'locked' : 'unlocked'),
    element('LeaseState', state),
    element('ServerEncrypted', 'true'),
  ];
}
