import { getBlockList, putBlock, putBlockList } from './blob-blocks.ts';
import { deleteBlob, leaseFile, putBlob, setMetadata, setProperties, setTier } from './blob-files.ts';
import { listBlobs } from './blob-listing.ts';
import {
  accountInformation,
  createContainer,
  deleteContainer,
  headContainer,
  listContainers,
  setContainerMetadata,
} from './containers.ts';
import { appendFile, flushFile } from './dfs-append.ts';
import { listPaths } from './dfs-listing.ts';
import { createPath, deletePath, renamePath, setAccessControl } from './dfs-paths.ts';
import { headPath, readPath } from './reading.ts';
import type { StorageRequest } from './request.ts';
import type { Operation } from './service.ts';
import { notEmulated } from './service-error.ts';

type Run = Operation['run'];
type Table = Readonly<Record<string, readonly [name: string, run: Run]>>;

/** Verbs by what tells them apart: the method, and on the blob host `restype` and `comp`. */
const BLOB_SERVICE: Table = {
  'GET  list': ['ListContainers', listContainers],
  'GET account properties': ['GetAccountInformation', accountInformation],
  'HEAD account properties': ['GetAccountInformation', accountInformation],
};

const BLOB_CONTAINER: Table = {
  'PUT container ': ['CreateContainer', createContainer],
  'GET container ': ['GetContainerProperties', headContainer],
  'HEAD container ': ['GetContainerProperties', headContainer],
  'DELETE container ': ['DeleteContainer', deleteContainer],
  'PUT container metadata': ['SetContainerMetadata', setContainerMetadata],
  'GET container list': ['ListBlobs', listBlobs],
  'GET account properties': ['GetAccountInformation', accountInformation],
  'HEAD account properties': ['GetAccountInformation', accountInformation],
};

const BLOB_FILE: Table = {
  'PUT  ': ['PutBlob', putBlob],
  'GET  ': ['GetBlob', readPath],
  'HEAD  ': ['GetBlobProperties', headPath],
  'DELETE  ': ['DeleteBlob', deleteBlob],
  'PUT  block': ['PutBlock', putBlock],
  'PUT  blocklist': ['PutBlockList', putBlockList],
  'GET  blocklist': ['GetBlockList', getBlockList],
  'PUT  metadata': ['SetBlobMetadata', setMetadata],
  'PUT  properties': ['SetBlobProperties', setProperties],
  'PUT  tier': ['SetBlobTier', setTier],
  'PUT  lease': ['LeaseBlob', leaseFile],
};

const DFS_CONTAINER: Table = { GET: ['ListPaths', listPaths] };

/** On the dfs host a path's verbs are told apart by `action`; a container has one. */
const DFS_PATH: Table = {
  'PUT ': ['CreatePath', createPath],
  'PUT rename': ['RenamePath', renamePath],
  'HEAD getStatus': ['GetPathStatus', headPath],
  'HEAD getAccessControl': ['GetAccessControl', headPath],
  'DELETE ': ['DeletePath', deletePath],
  'PATCH append': ['AppendFile', appendFile],
  'PATCH flush': ['FlushFile', flushFile],
  'PATCH setAccessControl': ['SetAccessControl', setAccessControl],
};

/** The verb that a request asks for. What the emulator does not have answers 501. */
export function operationOf(request: StorageRequest): Operation {
  const [table, key] = request.host === 'dfs' ? dfsVerb(request) : blobVerb(request);
  const [name, run] = table[key] ?? ['Unknown', unknown];
  return { name, run };
}

function blobVerb({ method, container, path, query }: StorageRequest): readonly [Table, string] {
  const table = container === '' ? BLOB_SERVICE : path === '' ? BLOB_CONTAINER : BLOB_FILE;
  return [table, `${method} ${query.get('restype') ?? ''} ${query.get('comp') ?? ''}`];
}

function dfsVerb({ method, container, path, query, headers }: StorageRequest): readonly [Table, string] {
  if (path === '') return [container === '' ? {} : DFS_CONTAINER, method];
  const action = headers.has('x-ms-rename-source') ? 'rename' : (query.get('action') ?? '');
  return [DFS_PATH, `${method} ${action}`];
}

function unknown(request: StorageRequest): never {
  throw notEmulated(`${request.method} ${request.rawPath}?${request.query} on the ${request.host} host`);
}
