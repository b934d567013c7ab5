import type { AuditCode } from '../src/catalogue/index.ts';
import { atWork, presentOn, SET_UP, timeWithin, WORKING_DAYS } from './calendar.ts';
import { ANA, CONTENT, type Content, nameAt, thing } from './company.ts';
import type { Deed } from './deed.ts';
import { Random } from './random.ts';
import type { Values } from './values.ts';

const OFFICE = [8, 16] as const;
const [MONDAY, TUESDAY, WEDNESDAY] = SET_UP;

/** What is done to the content that a code is about: made, changed, deleted again; none where the company has no such content. */
export function configurationDeeds({ code, action, objectType }: AuditCode): Deed[] {
  const content = Object.hasOwn(CONTENT, objectType) ? CONTENT[objectType] : undefined;
  if (content === undefined) return [];
  const { owner, lasting, trial } = content;
  const on = (day: number, name: string): Deed => {
    const time = timeWithin(day, ...OFFICE, Random.of(code, name, day));
    return { time, code, actor: nameAt(owner, time), values: saying(objectType, name) };
  };
  const [made, deleted] = trialDays(objectType, content);
  switch (action) {
    case 'create':
      return [...lasting.map((name) => on(owner === ANA ? MONDAY : TUESDAY, name)), on(made, trial)];
    case 'update':
      return [
        ...lasting.map((name) => on(WEDNESDAY, name)),
        ...updates(code, content).map(([day, name]) => on(day, name)),
      ];
    case 'delete':
      return [on(deleted, trial)];
    default:
      return [];
  }
}

/** What is set up once is tried out while it is; other things are tried out on some days of the new year. */
function trialDays(objectType: string, { owner, updatesPerDay }: Content): readonly [number, number] {
  if (updatesPerDay === 0) return [TUESDAY, WEDNESDAY];
  const random = Random.of('trial', objectType);
  const first = random.whole(3, 18);
  const made = presentOn(owner, WORKING_DAYS.slice(first));
  return [made, presentOn(owner, WORKING_DAYS.slice(WORKING_DAYS.indexOf(made) + random.whole(1, 4)))];
}

/** The days on which a lasting thing is changed, and which. */
function updates(code: number, { owner, lasting, updatesPerDay }: Content): (readonly [number, string])[] {
  return WORKING_DAYS.filter((day) => atWork(day).includes(owner)).flatMap((day) => {
    const random = Random.of(code, day);
    return lasting.filter(() => random.chance(updatesPerDay / lasting.length)).map((name) => [day, name] as const);
  });
}

function saying(objectType: string, name: string): Values {
  const subtype = Random.of('subtype', name).pick(['STRING', 'INTEGER', 'BOOLEAN']);
  return { object_id: thing(objectType, name).id, object_name: name, object_subtype: subtype };
}

/** Where nothing is known of a code but its row, as of one that was just added: twice while the platform is set up. */
export function unfamiliarDeeds({ code, objectType }: AuditCode): Deed[] {
  return [MONDAY, WEDNESDAY].map((day) => {
    const time = timeWithin(day, ...OFFICE, Random.of(code, day));
    return { time, code, actor: ANA.name, values: saying(objectType, objectType.replaceAll('_', ' ')) };
  });
}
