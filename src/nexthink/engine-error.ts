/** The longest text of an answer that an error repeats. */
const MOST_CHARACTERS = 200;

/**
 * What the JSON array of a failed call says, as far as it may be shown; null where the answer is no such array. What its elements are
 * is not documented: every text in them is taken. One that has, or may have, a credential in it is left out whole.
 * Source: Audit Trail API (classic), "Error conditions".
 * @param secrets what was sent and must not be repeated
 */
export function engineError(body: string, secrets: readonly string[]): string | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  if (!Array.isArray(value)) return null;
  const shown = [...new Set(textsIn(value))].filter((text) => mayBeShown(text, secrets)).join(', ');
  return shown.length > MOST_CHARACTERS ? `${shown.slice(0, MOST_CHARACTERS)}…` : shown;
}

function* textsIn(value: unknown, depth = 0): Generator<string> {
  if (typeof value === 'string') yield oneLine(value);
  if (typeof value !== 'object' || value === null || depth > 5) return;
  for (const member of Object.values(value)) yield* textsIn(member, depth + 1);
}

function oneLine(text: string): string {
  return text.replace(/[\p{C}\s]+/gu, ' ').trim();
}

/** Plain words: nothing that names a header or a credential, and no word long enough to be one; names of hosts have dots. */
function mayBeShown(text: string, secrets: readonly string[]): boolean {
  if (text === '' || secrets.some((secret) => secret !== '' && text.includes(secret))) return false;
  if (/authori[sz]ation|bearer|basic|cookie|token|secret|passw|credential|api.?key|[?&]\w+=/i.test(text)) return false;
  return text.split(/[\s"'(),:;.]+/).every((word) => word.length <= 24 && !/[=%\\]/.test(word));
}
