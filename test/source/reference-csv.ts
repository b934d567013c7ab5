/** A record as the slow reader sees it; text is Latin-1, one character per byte. */
export interface ReferenceRecord {
  readonly offset: number;
  readonly raw: string;
  readonly truncated: boolean;
  readonly outcome: string | readonly string[];
}

export interface ReferenceFile {
  readonly records: readonly ReferenceRecord[];
  readonly emptyLines: number;
  readonly resynchronised: number;
  readonly unterminated: boolean;
}

type Parsed =
  | { readonly fields: string[]; readonly end: number; readonly next: number; readonly terminated: boolean }
  | { readonly fault: string; readonly at: number };

/** The export contract's CSV, written for plainness alone: a second opinion for tests, quadratic and full of strings. */
export function referenceCsv(text: string, delimiter: string, maxRecordBytes: number): ReferenceFile {
  const records: ReferenceRecord[] = [];
  let emptyLines = 0;
  let resynchronised = 0;
  let unterminated = false;
  let offset = 0;
  while (offset < text.length) {
    if (text[offset] === '\n' || text[offset] === '\r') {
      if (text[offset] === '\n') emptyLines++;
      offset++;
      continue;
    }
    const parsed = parse(text, offset, delimiter);
    const reached = 'fault' in parsed ? parsed.at + 1 : parsed.end;
    const isTooLong = reached - offset > maxRecordBytes;
    if ('fields' in parsed && !isTooLong) {
      records.push({ offset, raw: text.slice(offset, parsed.end), truncated: false, outcome: parsed.fields });
      unterminated = !parsed.terminated;
      offset = parsed.next;
      continue;
    }
    resynchronised++;
    const [line, , lineEnd] = /^(.*?)(\r*\n|\r*$)/s.exec(text.slice(offset)) as unknown as [string, string, string];
    const content = line.slice(0, line.length - lineEnd.length);
    const truncated = content.length > maxRecordBytes;
    const raw = truncated ? cutBetweenCharacters(content, maxRecordBytes) : content;
    records.push({
      offset,
      raw,
      truncated,
      outcome: 'fault' in parsed && !isTooLong ? parsed.fault : 'record_too_long',
    });
    unterminated = !lineEnd.endsWith('\n');
    offset += line.length;
  }
  return { records, emptyLines, resynchronised, unterminated };
}

function parse(text: string, start: number, delimiter: string): Parsed {
  const fields: string[] = [];
  let field = '';
  let state: 'field start' | 'plain' | 'quoted' | 'quote closed' = 'field start';
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (state === 'quoted') {
      if (character !== '"') field += character;
      else if (text.charAt(at + 1) === '"') {
        field += '"';
        at++;
      } else state = 'quote closed';
    } else if (state === 'field start' && character === '"') {
      state = 'quoted';
    } else if (character === delimiter) {
      fields.push(field);
      field = '';
      state = 'field start';
    } else if (/^\r*(\n|$)/.test(text.slice(at))) {
      const lineFeed = text.indexOf('\n', at);
      const next = lineFeed === -1 ? text.length : lineFeed + 1;
      return { fields: [...fields, field], end: at, next, terminated: lineFeed !== -1 };
    } else if (state === 'quote closed') {
      return { fault: 'text_after_closing_quote', at };
    } else if (character === '"') {
      return { fault: 'quote_in_unquoted_field', at };
    } else {
      field += character;
      state = 'plain';
    }
  }
  if (state === 'quoted') return { fault: 'unterminated_quoted_field', at: text.length - 1 };
  return { fields: [...fields, field], end: text.length, next: text.length, terminated: false };
}

/** At most three bytes are given up for it: no character is longer. */
function cutBetweenCharacters(text: string, length: number): string {
  const isContinuation = (at: number) => text.charCodeAt(at) >> 6 === 0b10;
  const cut = [0, 1, 2, 3].find((back) => !isContinuation(length - back)) ?? 0;
  return text.slice(0, length - cut);
}
