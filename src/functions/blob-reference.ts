import type { BlobName } from './landing.ts';

/** What the host hands over in place of a blob's content, as the extension's model binding data. */
interface BindingData {
  readonly content?: Uint8Array | null;
}

/**
 * The name of the blob that binding data stand for. No content is fetched with it: the storage driver streams that.
 * @throws TypeError where the host sends something else
 */
export function blobReference(data: BindingData | readonly BindingData[]): BlobName {
  const [only] = [data].flat() as readonly BindingData[];
  const text = Buffer.from(only?.content ?? []).toString('utf8');
  const parsed: unknown = text === '' ? null : JSON.parse(text);
  if (!hasNames(parsed)) {
    throw new TypeError(
      'expected ContainerName and BlobName in the binding data of the blob trigger, found something else; is sdkBinding true, and the extension bundle 4.x?',
    );
  }
  return { container: parsed.ContainerName, name: parsed.BlobName };
}

function hasNames(value: unknown): value is { readonly ContainerName: string; readonly BlobName: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { ContainerName, BlobName } = value as Readonly<Record<string, unknown>>;
  return typeof ContainerName === 'string' && typeof BlobName === 'string';
}
