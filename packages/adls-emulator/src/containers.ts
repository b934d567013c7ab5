import { Container } from './container.ts';
import { type Reply, xml } from './reply.ts';
import { metadataOf, type StorageRequest } from './request.ts';
import { containerOf, type Service, stateHeaders } from './service.ts';
import { ServiceError } from './service-error.ts';
import { pageSizeOf, positionOf, positionText } from './walk.ts';
import { document, element, Markup } from './xml.ts';

const NAME = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;

/** Create Container. */
export function createContainer(request: StorageRequest, { store }: Service): Reply {
  const { containers } = store.account(request.account);
  const { container: name } = request;
  if (!NAME.test(name)) {
    throw new ServiceError(400, 'InvalidResourceName', `The container name ${name} is not allowed.`);
  }
  if (containers.has(name)) {
    throw new ServiceError(409, 'ContainerAlreadyExists', `The container ${name} already exists.`);
  }
  const container = new Container(name, store.stamp(), metadataOf(request));
  containers.set(name, container);
  return { status: 201, headers: { ...stateHeaders(container.root), 'x-ms-namespace-enabled': 'true' } };
}

/** Get Container Properties. */
export function headContainer(request: StorageRequest, service: Service): Reply {
  const container = containerOf(request, service);
  const own = [...container.metadata].map(([name, value]) => [`x-ms-meta-${name}`, value] as const);
  const namespace = {
    'x-ms-namespace-enabled': 'true',
    'x-ms-lease-state': 'available',
    'x-ms-lease-status': 'unlocked',
  };
  return {
    status: 200,
    headers: { ...stateHeaders(container.root), ...namespace, ...Object.fromEntries(own) },
  };
}

/** Delete Container: gone at once, and its name is free again. */
export function deleteContainer(request: StorageRequest, service: Service): Reply {
  const { name } = containerOf(request, service);
  service.store.account(request.account).containers.delete(name);
  return { status: 202, headers: {} };
}

/** Set Container Metadata. */
export function setContainerMetadata(request: StorageRequest, service: Service): Reply {
  const container = containerOf(request, service);
  container.metadata = metadataOf(request);
  const { etag, time } = service.store.stamp();
  container.root.etag = etag;
  container.root.modified = time;
  return { status: 200, headers: stateHeaders(container.root) };
}

/** List Containers. */
export function listContainers(request: StorageRequest, service: Service): Reply {
  const { containers } = service.store.account(request.account);
  const prefix = request.query.get('prefix') ?? '';
  const from = positionOf(request, 'marker')?.path ?? '';
  const size = pageSizeOf(request, service, 'maxresults');
  const names = [...containers.keys()].filter((name) => name.startsWith(prefix) && name > from).sort();
  const shown = names.slice(0, size).flatMap((name) => containers.get(name) ?? []);
  const last = names.length > size ? shown.at(-1) : undefined;
  const next = last === undefined ? '' : positionText({ path: last.name, past: true });
  const listed = shown.map((container) => listedContainer(container));
  const body = [
    element('Prefix', prefix),
    element('MaxResults', size),
    element('Containers', ...listed),
    element('NextMarker', next),
  ].join('');
  return xml(200, document(new Markup(`<EnumerationResults>${body}</EnumerationResults>`)));
}

/** Get Account Information. */
export function accountInformation(): Reply {
  const headers = { 'x-ms-sku-name': 'Standard_LRS', 'x-ms-account-kind': 'StorageV2', 'x-ms-is-hns-enabled': 'true' };
  return { status: 200, headers };
}

function listedContainer({ name, root, metadata }: Container): Markup {
  const properties = element(
    'Properties',
    element('Last-Modified', root.modified.toUTCString()),
    element('Etag', `"${root.etag}"`),
    element('LeaseStatus', 'unlocked'),
    element('LeaseState', 'available'),
    element('HasImmutabilityPolicy', 'false'),
    element('HasLegalHold', 'false'),
  );
  const own = [...metadata].map(([key, value]) => element(key, value));
  return element('Container', element('Name', name), properties, element('Metadata', ...own));
}
