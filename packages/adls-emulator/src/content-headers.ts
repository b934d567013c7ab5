import { createHash } from 'node:crypto';
import type { ContentHeaders, Entry } from './entry.ts';
import { decoded, type StorageRequest } from './request.ts';
import { ServiceError } from './service-error.ts';

const KEPT = [
  'Content-Type',
  'Content-Encoding',
  'Content-Language',
  'Content-Disposition',
  'Cache-Control',
  'Content-MD5',
];

/** The headers a request sets on a file (`x-ms-blob-content-type`, or `x-ms-content-type` on the dfs host). */
export function givenHeaders(request: StorageRequest, prefix: 'x-ms-blob-' | 'x-ms-'): Map<string, string> {
  const given = new Map<string, string>();
  for (const name of KEPT) {
    const value = request.headers.get(`${prefix}${name.toLowerCase()}`);
    if (value !== undefined && value !== '') given.set(name, value);
  }
  return given;
}

/** The headers of a new file, with the type that files have where none is given. */
export function newHeaders(request: StorageRequest, prefix: 'x-ms-blob-' | 'x-ms-'): Map<string, string> {
  return new Map([['Content-Type', 'application/octet-stream'], ...givenHeaders(request, prefix)]);
}

/** Refuses a body that is not the one whose MD5 the request gives, and returns the body's MD5 in base64. */
export function checkMd5(request: StorageRequest): string {
  const hash = createHash('md5');
  for (const piece of request.body.pieces()) hash.update(piece);
  const md5 = hash.digest('base64');
  const given = request.headers.get('content-md5');
  if (given !== undefined && given !== md5) {
    throw new ServiceError(400, 'Md5Mismatch', 'The MD5 given in the request is not that of its body.');
  }
  return md5;
}

/** A file's own headers, as a reader is given them; a part of a file has no MD5 of its own. */
export function answeredHeaders(headers: ContentHeaders, whole: boolean): Record<string, string> {
  const answered = Object.fromEntries(headers);
  const { 'Content-MD5': md5, ...rest } = answered;
  if (md5 === undefined) return rest;
  return whole ? answered : { ...rest, 'x-ms-blob-content-md5': md5 };
}

/** Metadata as the listing and the headers give it; a directory says that it is one. */
export function shownMetadata(entry: Entry): ReadonlyMap<string, string> {
  return entry.kind === 'directory' ? new Map([...entry.metadata, ['hdi_isfolder', 'true']]) : entry.metadata;
}

/** The dfs host's form of metadata: `name=<base64>,…`. */
export function propertiesOf(request: StorageRequest): Map<string, string> {
  const properties = new Map<string, string>();
  for (const pair of (request.headers.get('x-ms-properties') ?? '').split(',').filter((text) => text !== '')) {
    const equals = pair.indexOf('=');
    if (equals < 1) throw new ServiceError(400, 'InvalidHeaderValue', `The property ${pair} is no name=value.`);
    properties.set(pair.slice(0, equals).trim(), Buffer.from(pair.slice(equals + 1), 'base64').toString('utf8'));
  }
  return properties;
}

/** Metadata in the dfs host's form. */
export function propertiesText(metadata: ReadonlyMap<string, string>): string {
  return [...metadata].map(([name, value]) => `${name}=${Buffer.from(value).toString('base64')}`).join(',');
}

/** The path in an `x-ms-rename-source` header: `/container/path`, encoded, perhaps with a shared access signature. */
export function renameSource(request: StorageRequest): { readonly container: string; readonly path: string } {
  const [encoded = ''] = (request.headers.get('x-ms-rename-source') ?? '').split('?');
  const segments = encoded.split('/').slice(1);
  if (segments[0] === request.account) segments.shift();
  const [container = '', ...path] = segments;
  if (container === '' || path.length === 0) {
    throw new ServiceError(400, 'InvalidRenameSourcePath', `The rename source ${encoded} is no /filesystem/path.`);
  }
  return { container: decoded(container), path: decoded(path.join('/')).replace(/\/$/, '') };
}
