import { CATALOGUE } from '../catalogue/index.ts';
import type { Clock } from './dates.ts';
import { type EventFilter, eventFilter, type FilterName, type FilterWords } from './event-filter.ts';
import { countEvents, instancesIn } from './event-search.ts';
import type { LakeSession } from './session.ts';

const KNOWN_CODES: ReadonlySet<number> = new Set(CATALOGUE.map(({ code }) => code));

/** Filters of which the words may stand elsewhere in a message. */
const NAMES = ['actor', 'user', 'person', 'object'] as const satisfies readonly FilterName[];

/** What to say where a filter finds nothing: what the lake has, and what finds something that is near. */
export async function nothingFound(session: LakeSession, words: FilterWords, clock: Clock): Promise<string> {
  if (session.days === null) return 'no event found: the lake has none yet';
  const unknown = await unknownCodes(session, words, clock);
  if (unknown !== null) return unknown;
  const hint = await nearestHint(session, words, clock);
  const [first, last] = session.days;
  return `no event found; the lake has events from ${first} to ${last} (UTC)${hint === null ? '' : `; ${hint}`}`;
}

/** What to say of codes that neither the lake nor the catalogue has; null where one of them has any. */
async function unknownCodes(session: LakeSession, words: FilterWords, clock: Clock): Promise<string | null> {
  const { wanted } = eventFilter(words, clock);
  const codes = wanted.code ?? [];
  if (codes.length === 0 || codes.some((code) => !/^\d+$/.test(code) || KNOWN_CODES.has(Number(code)))) return null;
  if ((await countEvents(session, { from: null, to: null, wanted: { code: codes } })) > 0) return null;
  const named = codes.length === 1 ? `code ${codes[0]}` : `the codes ${codes.join(', ')}`;
  return `no event found: the lake has none of ${named}, and the catalogue does not know ${codes.length === 1 ? 'it' : 'them'}; audit-lake codes lists those that there are`;
}

async function nearestHint(session: LakeSession, words: FilterWords, clock: Clock): Promise<string | null> {
  const filter = eventFilter(words, clock);
  const names = Object.keys(filter.wanted) as FilterName[];
  const count = (other: EventFilter) => countEvents(session, other);
  if ((filter.from !== null || filter.to !== null) && names.length > 0) {
    const whenever = await count({ ...filter, from: null, to: null });
    if (whenever > 0) return `without --from and --to it has ${whenever} of these`;
  }
  let near: { readonly left: FilterName; readonly found: number } | null = null;
  for (const left of names.length > 1 ? names : []) {
    const { [left]: _, ...wanted } = filter.wanted;
    const found = await count({ ...filter, wanted });
    // The fewest are nearest to what is wanted.
    if (found > 0 && (near === null || found < near.found)) near = { left, found };
  }
  if (near !== null) return `without --${near.left} it has ${near.found} of these`;
  if (names.includes('instance'))
    return `its instances are ${(await instancesIn(session)).map((name) => name ?? '(none)').join(', ')}`;
  for (const name of NAMES) {
    const given = words[name];
    if (given === undefined || names.length > 1) continue;
    const found = await count(eventFilter({ text: given }, clock));
    if (found > 0) return `--text ${JSON.stringify(given[0])} finds ${found} whose message has it`;
  }
  return null;
}
