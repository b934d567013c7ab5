import { compressedAs } from './delivery-form.ts';
import { compressedProblem, jsonProblem } from './delivery-problems.ts';
import { faultOfJson, type JsonFault } from './json-text.ts';
import type { Problem } from './problem.ts';

const [OPENING_BRACE, LF, CR] = [0x7b, 0x0a, 0x0d];
/** What may stand before a text: blanks, a byte order mark, and the separator of a sequence (RFC 7464). */
const BEFORE: ReadonlySet<number> = new Set([0x20, 0x09, LF, CR, 0x1e, 0xef, 0xbb, 0xbf]);

/** What the bytes of a delivery are, before any reader looks at them. */
export interface DeliveryJson {
  /** Why none of it is taken, whatever the readers would make of it; null where they may look. */
  readonly refused: Problem | null;
  /** Where some lines are no JSON: why it is refused if none of the others is a record. */
  readonly damage: Problem | null;
}

/**
 * Judges a delivery by its bytes alone: it is JSON in UTF-8, a text or several one after the other, or lines of which each is
 * an object or damaged. Readers of exports know tables, compression and other encodings as well; a delivery has none of these.
 */
export function deliveryJson(body: Buffer, maxDepth: number): DeliveryJson {
  const fault = faultOfJson(body, maxDepth);
  if (fault === null) return { refused: null, damage: null };
  const compression = compressedAs(body);
  if (compression !== null) return { refused: compressedProblem(compression), damage: null };
  if (fault.kind !== 'syntax') return { refused: jsonProblem(fault), damage: null };
  const lines = linesOf(body, maxDepth);
  if (lines === null) return { refused: jsonProblem(fault), damage: null };
  return lines.depth === null
    ? { refused: null, damage: jsonProblem(fault) }
    : { refused: jsonProblem(lines.depth), damage: null };
}

/** Null where a body is no lines of JSON, be it damaged ones; else where one of them is nested too deep. */
function linesOf(body: Buffer, maxDepth: number): { readonly depth: JsonFault | null } | null {
  if (body[firstOf(body)] !== OPENING_BRACE) return null;
  let hasObject = false;
  let line = 1;
  for (let start = 0, end = 0; start < body.length; start = end + 1) {
    end = start;
    while (end < body.length && body[end] !== LF && body[end] !== CR) end++;
    const text = body.subarray(start, end);
    const isObject = text[firstOf(text)] === OPENING_BRACE;
    const fault = isObject ? faultOfJson(text, maxDepth) : null;
    if (fault?.kind === 'depth') return { depth: { ...fault, offset: start + fault.offset, line } };
    if (isObject && fault === null) hasObject = true;
    if (body[end] === LF) line++;
  }
  return hasObject ? { depth: null } : null;
}

function firstOf(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length && BEFORE.has(bytes[at]!)) at++;
  return at;
}
