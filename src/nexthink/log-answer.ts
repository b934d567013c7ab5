/** How many bytes of an answer are looked at. */
export const HEAD_BYTES = 4096;

/** How gzip and Zstandard begin. */
const COMPRESSED = ['\x1f\x8b', '\x28\xb5\x2f\xfd'];

/**
 * What an answer is that should be a log and is none, null where it may be one: the Audit Trail API (classic) answers with JSON
 * where it fails, and what stands before it with a page to sign in.
 * @param head its first bytes
 * @param type the media type that it says it has
 */
export function otherThanLog(head: Uint8Array, type: string | undefined): 'JSON' | 'a page of HTML or XML' | null {
  const text = Buffer.from(head).toString('latin1');
  // A line may begin with a bracket, or with the priority of syslog.
  const start = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^(?:\{|\[\s*[[{"\]])/.test(start)) return 'JSON';
  if (/^<[a-z!?]/i.test(start)) return 'a page of HTML or XML';
  // Every line of a log has a bar. What is compressed says nothing by its first bytes.
  if (start === '' || start.includes('|') || COMPRESSED.some((magic) => text.startsWith(magic))) return null;
  if (type === 'application/json' || type?.endsWith('+json') === true) return 'JSON';
  return type === 'text/html' || type === 'application/xhtml+xml' ? 'a page of HTML or XML' : null;
}
