import type { CommitLine } from './action-lines.ts';
import { STATE_FIELDS } from './checkpoint-schema.ts';
import { isObject } from './json.ts';

/** Members of the actions that are read; a removal may repeat what the file was added with. */
const KNOWN: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  STATE_FIELDS.map(({ name, type }) => [name, new Set([...type.map((field) => field.name), 'stats', 'tags'])]),
);

/**
 * Names of the actions and members in a commit of which this program makes nothing, as newer engines write them. They
 * decide nothing of which rows are there.
 */
export function unknownParts(lines: readonly CommitLine[]): readonly string[] {
  const found = new Set<string>();
  for (const { line, action } of lines) {
    const { kind, beside, value } = line;
    if (action === null) found.add(kind);
    for (const name of beside) found.add(name);
    const known = KNOWN.get(kind);
    const members = value[kind];
    if (known === undefined || !isObject(members)) continue;
    for (const name in members) if (!known.has(name)) found.add(`${kind}.${name}`);
  }
  return [...found];
}
