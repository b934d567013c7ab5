import { readFileSync } from 'node:fs';
import { infraFile } from './kql.ts';

/** When a rule looks, in minutes. */
export interface Timing {
  readonly every: number;
  readonly window: number;
  /** Null for a lasting alert. */
  readonly mute: number | null;
  readonly autoMitigate: boolean;
}

export interface Alert {
  readonly name: string;
  readonly severities: readonly number[];
  /** File names of its query, without extension. */
  readonly queries: readonly string[];
  /** Names that the module defines in front of the query. */
  readonly lets: readonly string[];
  readonly timing: Timing;
}

const ALERTS = infraFile('modules/alerts.bicep');

/** The alerts on queries, as the module declares them. */
export function alerts(): Alert[] {
  const [, list = ''] = /^var alerts = \[\n(.*?)^\]/ms.exec(ALERTS) ?? [];
  return [...list.matchAll(/^ {2}\{\n(.*?)^ {2}\}/gms)].map(([, body = '']) => {
    const value = (name: string) => new RegExp(`^ {4}${name}: (.*)$`, 'm').exec(body)?.[1] ?? '';
    const query = value('query');
    return {
      name: value('name').slice(1, -1),
      severities: [...value('severity').matchAll(/[a-z]+(?=$| :)|(?<=\? )[a-z]+/g)].map(([word]) =>
        Number(variable(word)),
      ),
      queries: [...query.matchAll(/loadTextContent\('\.\.\/alerts\/([a-z-]+)\.kql'\)/g)].map(([, name = '']) => name),
      lets: [...query.matchAll(/let (\w+) =/g)].map(([, name = '']) => name),
      timing: timing(value('timing')),
    };
  });
}

/** The names of the alerts on Event Grid's metrics. */
export function deliveryAlerts(): string[] {
  const [, list = ''] = /^var metrics = \[\n(.*?)^\]/ms.exec(infraFile('modules/delivery-alerts.bicep')) ?? [];
  return [...list.matchAll(/^ {4}name: '(.*)'$/gm)].map(([, name = '']) => name);
}

/** The sections of docs/operate.md about alerts: their names and what they say. */
export function alertSections(): Map<string, string> {
  const text = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
  const [, part = ''] = /^## Alerts\n(.*?)^## /ms.exec(text) ?? [];
  return new Map(
    part
      .split(/^### /m)
      .slice(1)
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  );
}

function variable(name: string): string {
  return new RegExp(`^var ${name} = (.*)$`, 'm').exec(ALERTS)?.[1] ?? '';
}

function timing(value: string): Timing {
  const text = value.startsWith('{') ? value : variable(value);
  const of = (name: string) => new RegExp(`${name}: '?([A-Za-z0-9]+)`).exec(text)?.[1] ?? '';
  return {
    every: minutes(of('evaluationFrequency')),
    window: minutes(of('windowSize')),
    mute: of('muteActionsDuration') === 'null' ? null : minutes(of('muteActionsDuration')),
    autoMitigate: of('autoMitigate') === 'true',
  };
}

/** @param duration ISO 8601, of days, hours and minutes */
function minutes(duration: string): number {
  const [, days = '0', hours = '0', rest = '0'] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  return Number(days) * 1440 + Number(hours) * 60 + Number(rest);
}
