import { type AskedLake, eventAccount, eventFate, eventNamed } from '../asking/index.ts';
import { markup, visible } from '../present/index.ts';
import type { Settings } from '../settings/index.ts';
import { zoneAsked } from './browse-filter.ts';
import { type Asked, address, type Shown } from './browse-view.ts';
import { eventSections } from './event-page.ts';
import { engineMomentText } from './period.ts';

/** One event: its columns, how its message is read, its raw record, and what proves it. */
export function eventView(
  { storage, settings: { rawRetentionDays } }: AskedLake & { readonly settings: Settings },
  timeZone: string,
): (asked: Asked) => Promise<Shown> {
  return async ({ lake, name, params }) => {
    const zone = zoneAsked(params, timeZone);
    const { account, fate } = await lake('tables', async (session) => {
      const uid = await eventNamed(session, name);
      const found = uid === null ? null : await eventAccount({ storage, rawRetentionDays }, session, uid);
      return found === null
        ? { account: null, fate: await eventFate(storage, session, session.realId(name.trim().toLowerCase())) }
        : { account: found, fate: null };
    });
    const above = [['Events', '/events']] as const;
    if (account === null) {
      return {
        title: 'There is no such event',
        part: 'events',
        above,
        data: { error: 'there is no such event', fate },
        body: () => markup`<p class="card warn">The table has no event ${visible(name)}${fateText(fate)}</p>`,
        status: 404,
      };
    }
    const { event_uid: uid, event } = account;
    const what = String(event['event_name'] ?? 'Event of an unknown code');
    return {
      title: `${what}, ${timeText(String(event['event_time'] ?? ''), zone)}`,
      part: 'events',
      zone,
      above,
      data: { ...account },
      body: () => markup`<p><span class="mono">${uid}</span> <button type="button" data-copy="${uid}" hidden>Copy</button> <a href="${aroundOf(event)}">What else happened in that hour</a></p>
${eventSections(account)}`,
    };
  };
}

/** When it was, in a zone, with that. */
function timeText(text: string, zone: string): string {
  return zone === 'UTC' ? text.replace(/\+00$/, ' UTC') : engineMomentText(text, zone);
}

function fateText(fate: Awaited<ReturnType<typeof eventFate>>): string {
  if (fate.kind === 'erased') return ' any more: it was erased, and its id is kept so that it does not come back.';
  if (fate.kind === 'withdrawn') return ` any more: it is of ${fate.path}, which was withdrawn.`;
  if (fate.retainedFrom === null) return '.';
  return `; events before ${fate.retainedFrom} were removed by retention, and whether it was one of these its id does not tell.`;
}

/** The events of the hour that an event is in. */
function aroundOf(event: Readonly<Record<string, unknown>>): string {
  const hour = Date.parse(`${String(event['event_time']).slice(0, 13).replace(' ', 'T')}:00:00Z`);
  if (Number.isNaN(hour)) return '/events';
  const instant = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 16)}Z`;
  return address('/events', { from: instant(hour), to: instant(hour + 3_600_000) });
}
