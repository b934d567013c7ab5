/** A file's path as it is, and as the log spells it where that is another spelling. */
export interface LogPath {
  readonly path: string;
  readonly rawPath?: string;
}

/** Paths that need no second look: no reader takes any of these characters for another, and no segment begins with a dot. */
const PLAIN = /^[\w=-][\w=.-]*(?:\/[\w=-][\w=.-]*)*$/;

/** Whether a path is the same in the log and in the lake, whoever reads it. */
export function isPlainPath(raw: string): boolean {
  return PLAIN.test(raw);
}

/** What may stand in a path of a URI (RFC 3986, 3.3), and what Java leaves in it as well: characters beyond ASCII. */
const URI_PATH = /^(?:[\w\-.~!$&'()*+,;=:@/\u00a0-\uffff]|%[0-9A-Fa-f]{2})*$/;

/** No writer encodes these, and some readers compare paths before they decode them: RFC 3986, 2.3. */
const NEEDLESS = /%(?:2[Dd]|2[Ee]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9Aa])/;

/** Characters by which a list of files becomes a pattern in DuckDB, Spark or Synapse. */
const PATTERN = /[*?[\]{}\\]/;

/**
 * The path of a data file as the log spells it: a URI relative to the table's folder, percent-encoded once. Only what
 * delta-rs, Spark and DuckDB all take for the same file is a path here.
 * Source: Delta protocol, "Add File and Remove File"; RFC 3986.
 * @throws TypeError saying what was expected and found
 */
export function logPath(raw: string): LogPath {
  if (PLAIN.test(raw)) return { path: raw };
  if (/^[A-Za-z][\w+.-]*:/.test(raw) || raw.startsWith('/')) {
    throw mismatch('a path below the table (files elsewhere, as a shallow clone has them, are not read)', raw);
  }
  if (!URI_PATH.test(raw) || !raw.isWellFormed()) throw mismatch('a percent-encoded URI', raw);
  if (NEEDLESS.test(raw)) throw mismatch('letters, digits, "-", "." and "_" as they are, not percent-encoded', raw);
  const path = decoded(raw);
  for (const segment of raw.split('/')) {
    const name = decoded(segment);
    if (name === '' || name === '.' || name === '..')
      throw mismatch('segments that are names, without "." or ".."', raw);
    if (name.includes('/')) throw mismatch('no "/" within a name', raw);
  }
  if (PATTERN.test(path)) throw mismatch('a name without * ? [ ] { } \\, which engines take for a pattern', raw);
  if ([...path].some((character) => character < ' ' || (character >= '\u007f' && character <= '\u009f'))) {
    throw mismatch('no control characters', raw);
  }
  return path === raw ? { path } : { path, rawPath: raw };
}

function decoded(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (error) {
    throw mismatch('a percent-encoded URI of UTF-8 text', raw, error);
  }
}

function mismatch(expected: string, raw: string, cause?: unknown): TypeError {
  return new TypeError(`path: expected ${expected}, found ${JSON.stringify(raw.slice(0, 200))}`, { cause });
}
