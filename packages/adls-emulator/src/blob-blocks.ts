import { checkCommit, commit } from './blob-files.ts';
import { Content } from './content.ts';
import { checkMd5, newHeaders } from './content-headers.ts';
import type { Entry } from './entry.ts';
import { type Reply, xml } from './reply.ts';
import { metadataOf, type StorageRequest } from './request.ts';
import { containerOf, type Service, stateHeaders, writtenHeaders } from './service.ts';
import { pathNotFound, ServiceError } from './service-error.ts';
import { document, element, type Markup, unescaped } from './xml.ts';

const MOST_BLOCKS = 50_000;

/** Put Block: staged under its ID, for all writers of that path alike, and seen by no reader. */
export function putBlock(request: StorageRequest, service: Service): Reply {
  const container = containerOf(request, service);
  const id = request.query.get('blockid') ?? '';
  const standing = container.find(request.path);
  checkBlockWrite(request, service, standing);
  container.checkParents(request.path);
  const staged = container.uncommitted.get(request.path) ?? new Map<string, Content>();
  const known = [...staged.keys()][0] ?? (standing?.kind === 'file' ? [...standing.blocks.keys()][0] : undefined);
  const bytes = Buffer.from(id, 'base64');
  if (bytes.length === 0 || bytes.length > 64 || bytes.toString('base64') !== id) {
    throw new ServiceError(400, 'InvalidQueryParameterValue', `The block ID ${id} is no base64 of 1 to 64 bytes.`);
  }
  if (known !== undefined && known.length !== id.length) {
    throw new ServiceError(400, 'InvalidBlobOrBlock', 'The block IDs of a blob must all be of one length.');
  }
  const md5 = checkMd5(request);
  staged.set(id, request.body);
  container.uncommitted.set(request.path, staged);
  return { status: 201, headers: { 'Content-MD5': md5, 'x-ms-request-server-encrypted': 'true' } };
}

/** Put Block List: makes the file of the blocks it names, in one step; all other staged blocks are dropped. */
export function putBlockList(request: StorageRequest, service: Service): Reply {
  const container = containerOf(request, service);
  const standing = container.find(request.path);
  checkCommit(request, service, container, standing);
  checkBlockWrite(request, service, standing);
  const staged = container.uncommitted.get(request.path) ?? new Map<string, Content>();
  const committed = standing?.kind === 'file' ? standing.blocks : new Map<string, Content>();
  const named = namedBlocks(request.body.bytes().toString('utf8'));
  if (named.length > MOST_BLOCKS) throw new ServiceError(400, 'BlockListTooLong', `Over ${MOST_BLOCKS} blocks.`);
  const blocks = new Map<string, Content>();
  const parts = named.map(({ list, id }) => {
    const fresh = list === 'Committed' ? undefined : staged.get(id);
    const block = fresh ?? (list === 'Uncommitted' ? undefined : committed.get(id));
    if (block === undefined) throw new ServiceError(400, 'InvalidBlockList', `There is no block ${id} to commit.`);
    blocks.set(id, block);
    return block;
  });
  const headers = newHeaders(request, 'x-ms-blob-');
  const content = Content.concat(parts);
  const file = commit(request, service, { origin: 'blob', content, headers, blocks, metadata: metadataOf(request) });
  service.events.created('PutBlockList', request, file);
  return { status: 201, headers: writtenHeaders(file) };
}

/** Get Block List: committed, uncommitted or all blocks with their sizes. */
export function getBlockList(request: StorageRequest, service: Service): Reply {
  const container = containerOf(request, service);
  const entry = container.find(request.path);
  const staged = container.uncommitted.get(request.path);
  if (entry?.kind !== 'file' && staged === undefined) throw pathNotFound(request);
  const wanted = request.query.get('blocklisttype') ?? 'committed';
  const lists: Markup[] = [];
  if (wanted !== 'uncommitted') {
    lists.push(element('CommittedBlocks', ...blocksOf(entry?.kind === 'file' ? entry.blocks : new Map())));
  }
  if (wanted !== 'committed') lists.push(element('UncommittedBlocks', ...blocksOf(staged ?? new Map())));
  const headers = entry?.kind === 'file' ? fileHeaders(entry) : {};
  return xml(200, document(element('BlockList', ...lists)), headers);
}

function fileHeaders(entry: Entry & { kind: 'file' }): Record<string, string> {
  return { ...stateHeaders(entry), 'x-ms-blob-content-length': String(entry.content.length) };
}

function blocksOf(blocks: ReadonlyMap<string, Content>): Markup[] {
  return [...blocks].map(([id, { length }]) => element('Block', element('Name', id), element('Size', length)));
}

/** A file of the dfs host takes no blocks. */
function checkBlockWrite(request: StorageRequest, service: Service, standing: Entry | null): void {
  if (standing?.kind !== 'file') return;
  if (standing.origin === 'dfs') {
    throw new ServiceError(409, 'BlobOperationNotSupported', 'Blob operation is not supported.');
  }
  standing.lease.checkWrite(request.headers.get('x-ms-lease-id'), service.store.now());
}

function namedBlocks(text: string): { readonly list: string; readonly id: string }[] {
  if (!/<BlockList\b/.test(text)) throw new ServiceError(400, 'InvalidXmlDocument', 'Expected a BlockList.');
  const named = text.matchAll(/<(Latest|Committed|Uncommitted)>([^<]*)<\/\1>/g);
  return [...named].map(([, list = '', id = '']) => ({ list, id: unescaped(id) }));
}
