/** Encodings that the platform's decoder lacks and we read: by code units of four bytes. */
const UTF_32 = ['utf-32le', 'utf-32be'];

/** A byte order mark, longest first: FF FE 00 00 is one of UTF-32, and begins as that of UTF-16 does. */
const MARKS: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * The name of an encoding (WHATWG Encoding, 4.2, in lower case) for any label of it: all that the platform's decoder knows, and
 * `utf-32le` and `utf-32be`. Null for any other text.
 */
export function encodingOf(label: string): string | null {
  const name = label.trim().toLowerCase();
  if (UTF_32.includes(name)) return name;
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return null;
  }
}

/** The encoding that a text's byte order mark names; null where it begins with none. */
export function markedEncoding(head: Uint8Array): string | null {
  return MARKS.find(([, mark]) => mark.every((byte, at) => head[at] === byte))?.[0] ?? null;
}
