import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { background } from './background.ts';
import { type Answers, AS_OF, INSTANCES, type Instance, type Plant } from './plant.ts';
import { ACCESS } from './plants/access.ts';
import { CLASSIC, CLASSIC_ANSWERS } from './plants/classic.ts';
import { DATA } from './plants/data.ts';
import { EXECUTIONS } from './plants/executions.ts';
import { GAP_ANSWERS, HOURS } from './plants/hours.ts';
import { LOG_IN_ANSWERS, LOG_INS } from './plants/log-ins.ts';
import { OBJECTS } from './plants/objects.ts';
import { PEOPLE } from './plants/people.ts';
import { ROLE_GRANTS } from './plants/role-grants.ts';
import { TEXT_ANSWERS, TEXTS } from './plants/texts.ts';
import { WAYS_OUT } from './plants/ways-out.ts';

/** Everything that is in the lake of these tests. */
export const PLANTS: readonly Plant[] = [
  ...LOG_INS,
  ...ROLE_GRANTS,
  ...ACCESS,
  ...WAYS_OUT,
  ...EXECUTIONS,
  ...DATA,
  ...TEXTS,
  ...HOURS,
  ...OBJECTS,
  ...PEOPLE,
  ...CLASSIC,
  ...background(),
];

export const ANSWERS: Answers = merged(LOG_IN_ANSWERS, TEXT_ANSWERS, GAP_ANSWERS, CLASSIC_ANSWERS);

/** Answers to one question may stand in several files. */
function merged(...all: readonly Answers[]): Answers {
  const names = new Set(all.flatMap((each) => Object.keys(each)));
  return Object.fromEntries([...names].map((name) => [name, all.flatMap((each) => each[name] ?? [])]));
}

/** The setting that tells the instances apart. */
export const INSTANCE_SETTING = [
  ...INSTANCES.map((instance) => `${instance}/=${instance}`),
  ...INSTANCES.map((instance) => `landed/classic/${instance}/=${instance}`),
].join(',');

/** The plants of an instance in the order in which its export, or its classic log, has them: by time. */
export function plantsOf(instance: Instance, isClassic = false): Plant[] {
  const own = PLANTS.filter(
    (plant) => (plant.instance ?? 'eu') === instance && (plant.classic !== undefined) === isClassic,
  );
  return own.sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

/** Where the classic log of an instance is, below the raw zone. */
export function classicLog(instance: Instance): string {
  return `landed/classic/${instance}/portal/trail.log`;
}

/** Writes one export for each instance, `<raw>/<instance>/audit.csv`, as they come to a raw zone, and its classic log if any. */
export function writeExports(raw: string): void {
  for (const instance of INSTANCES) {
    const records = plantsOf(instance).map(({ time, code, message, actor, actorId = '' }) =>
      [time, String(code), message, actor, actorId].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','),
    );
    const text = ['time,code,message,user name,user uid', ...records, ''].join('\n');
    mkdirSync(path.join(raw, instance), { recursive: true });
    writeFileSync(path.join(raw, instance, 'audit.csv'), text);
    const lines = plantsOf(instance, true).map(
      ({ time, code, message, actor, classic = [] }) =>
        `${time.replace('Z', '+00:00')} nx-01 [${classic.join('|')}|${code}|${actor}] ${message}\n`,
    );
    if (lines.length === 0) continue;
    mkdirSync(path.dirname(path.join(raw, classicLog(instance))), { recursive: true });
    writeFileSync(path.join(raw, classicLog(instance)), lines.join(''));
  }
}

if (import.meta.main) {
  const [raw] = process.argv.slice(2);
  if (raw === undefined) throw new Error('expected the raw zone to write the exports to');
  writeExports(raw);
  process.stdout.write(JSON.stringify({ instances: INSTANCE_SETTING, as_of: AS_OF }));
}
