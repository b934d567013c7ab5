/** An error whose text is all our own: no path, no name, nothing of a file. */
export class OwnWords extends Error {
  override readonly name = 'OwnWords';
}

/** By name, since each part of the package has its own copy of a class. */
const TOLD: ReadonlySet<string> = new Set(['OwnWords', 'Interrupted', 'OutdatedProgram']);

/**
 * Runs a handler. The host logs an error's text, stack and causes, which may quote a file; what leaves here has the class of
 * the error, what the store was asked for, and the places in this program that it came by.
 */
export async function untold<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Error && TOLD.has(error.name)) throw error;
    throw withoutText(error);
  }
}

function withoutText(error: unknown): Error {
  const name = error instanceof Error ? error.constructor.name : typeof error;
  const operation = operationOf(error);
  const bare = new Error(
    `${name}${operation}; the log has a record "failure" of it, and audit-lake verify or ingest says more`,
  );
  bare.name = name;
  bare.stack = `${name}: ${bare.message}${error instanceof Error ? placesOf(error) : ''}`;
  return bare;
}

/** What the store was asked for, in the words of its drivers; empty where it was not the store. */
function operationOf(error: unknown): string {
  const isOfStore = error instanceof Error && 'operation' in error && typeof error.operation === 'string';
  const operation = isOfStore ? String(error.operation) : '';
  return /^[a-z ]{1,40}$/.test(operation) ? `, when it was to ${operation}` : '';
}

/** The lines of a stack that follow the text. */
function placesOf({ message, stack = '' }: Error): string {
  const at = message === '' ? stack.indexOf('\n') : stack.indexOf(message) + message.length;
  const isThere = at >= 0 && (message === '' || stack.includes(message));
  return isThere ? stack.slice(at).replace(/^[^\n]*/, '') : '';
}
