import { Random } from '../../samples/random.ts';
import { CURRENT_CODES, sampleMessage } from '../../samples/values.ts';
import { AS_OF, type Instance, logIn, type Plant, person } from './plant.ts';

const HOUR = 3_600_000;
const END = Date.parse(`${AS_OF}T00:00:00Z`);
const PEOPLE = ['li.wei', 'bo.larsen', 'chidi.obi', 'dana.levy'].map(person);

/** Hours before {@link AS_OF} that an instance's automation is at work, and how often. */
interface Rhythm {
  readonly instance: Instance;
  readonly from: string;
  readonly everyHours: number;
  readonly until?: string;
  /** Hours in which nothing comes: from the first, not included, to the last, not included. */
  readonly silences?: readonly (readonly [string, string])[];
}

const RHYTHMS: readonly Rhythm[] = [
  {
    instance: 'eu',
    from: '2026-02-24T00:00:00Z',
    everyHours: 1,
    silences: [
      // Six times as long as usual; the second lacks a second of six hours.
      ['2026-03-14T00:00:00Z', '2026-03-14T06:00:00Z'],
      ['2026-03-21T00:00:00Z', '2026-03-21T06:30:00Z'],
    ],
  },
  {
    instance: 'us',
    from: '2026-02-24T00:00:00Z',
    everyHours: 3,
    silences: [
      // Five times as long as usual; the second is not four times as long.
      ['2026-03-18T06:00:00Z', '2026-03-18T21:00:00Z'],
      ['2026-03-24T00:00:00Z', '2026-03-24T09:00:00Z'],
    ],
  },
  { instance: 'lab', from: '2026-02-24T12:00:00Z', everyHours: 48 },
  { instance: 'old', from: '2026-03-09T12:00:00Z', everyHours: 48, until: '2026-03-29T12:00:00Z' },
];

const ROUTINE = CURRENT_CODES.filter((row) => [92041, 92151, 92311, 93262, 94262].includes(row.code));

/**
 * What happens every day and is no finding: automation that sets values and updates dashboards round the clock, and people
 * who log in from their usual address on some working days.
 */
export function background(): Plant[] {
  const random = new Random(7);
  return [...RHYTHMS.flatMap((rhythm) => automation(rhythm, random)), ...PEOPLE.flatMap(workingDays)];
}

function automation({ instance, from, everyHours, until, silences = [] }: Rhythm, random: Random): Plant[] {
  const plants: Plant[] = [];
  const last = until === undefined ? END + 12 * HOUR : Date.parse(until);
  for (let time = Date.parse(from); time <= last; time += everyHours * HOUR) {
    const row = random.pick(ROUTINE);
    const message = sampleMessage(row, random);
    if (silences.some(([begin, end]) => time > Date.parse(begin) && time < Date.parse(end))) continue;
    const note = `automation of ${instance} ${plants.length}`;
    plants.push({ note, time: new Date(time).toISOString(), code: row.code, message, actor: 'automation', instance });
  }
  return plants;
}

/** Log-ins at nine on working days, ten days apart from the end of last year on, one address each. */
function workingDays(who: ReturnType<typeof person>, index: number): Plant[] {
  const plants: Plant[] = [];
  for (let time = Date.parse('2025-12-31T09:00:00Z'); time < END; time += 10 * 24 * HOUR) {
    const day = new Date(time).getUTCDay();
    if (day === 0 || day === 6) continue;
    plants.push({
      note: `${who.name} at work ${plants.length}`,
      time: new Date(time).toISOString(),
      ...logIn(who, `203.0.113.${200 + index}`),
    });
  }
  return plants;
}
