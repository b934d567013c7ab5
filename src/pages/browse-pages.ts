import { type AskedLake, LakeSession, type MaskRequest } from '../asking/index.ts';
import type { Settings } from '../settings/index.ts';
import { EVENTS_TABLE, type Host } from '../storage/index.ts';
import { commitPath } from '../table/index.ts';
import { browseApp, type Trouble } from './browse-app.ts';
import { eventView } from './browse-event.ts';
import { eventsView } from './browse-events.ts';
import type { Gate } from './browse-guard.ts';
import { healthView } from './browse-health.ts';
import { AnswerMemory } from './browse-memory.ts';
import { overviewView } from './browse-overview.ts';
import { LakePool, type PoolLimits } from './browse-pool.ts';
import { quarantinedView, quarantineView } from './browse-quarantine.ts';
import { questionsView, questionView } from './browse-questions.ts';
import type { View } from './browse-view.ts';
import { refuseOthers } from './browse-words.ts';

/** What the pages of a lake need. */
export interface PagesOf {
  readonly gate: Gate;
  readonly lake: AskedLake & { readonly settings: Settings };
  /** The lake as it is shown. */
  readonly shownLake: string;
  readonly host: Pick<Host, 'now'>;
  /** The zone of times that are given and shown, where an address names no other. */
  readonly timeZone: string;
  readonly trouble: (error: unknown) => Promise<Trouble>;
  readonly limits?: PoolLimits;
  /** Whether people are masked, and who is not. */
  readonly mask?: MaskRequest;
}

/** The pages of a lake, as they answer requests. Close them. */
export interface OpenedPages {
  /** Opens the lake, so that the first page need not wait for it. @throws what opening a session throws */
  warm(): Promise<void>;
  readonly answer: (request: Request) => Response | Promise<Response>;
  close(): Promise<void>;
}

/** The pages of a lake. Nothing is read before they are asked, or warmed. */
export function openedPages({ gate, lake, shownLake, host, timeZone, trouble, limits, mask }: PagesOf): OpenedPages {
  const pool = new LakePool(
    {
      open: async (need) =>
        await LakeSession.open(lake, {
          quarantine: need === 'quarantine',
          keptFiles: Number.POSITIVE_INFINITY,
          ...(mask !== undefined && { mask }),
        }),
      isOutdated: async (version) => (await lake.storage.head(commitPath(EVENTS_TABLE, version + 1))) !== null,
      now: () => host.now(),
    },
    limits,
  );
  const memory = new AnswerMemory();
  const reading = { now: () => host.now(), timeZone };
  const newest: View = async ({ lake: ask }) => ({
    title: 'Version',
    part: 'health',
    data: { version: await ask('tables', async ({ version }) => version) },
    body: () => '',
  });
  const app = browseApp({
    gate,
    lake: shownLake,
    timeZone,
    pool,
    views: {
      '/': overviewView(memory, reading),
      '/events': eventsView(memory, reading),
      '/events/:name': alone(eventView(lake, timeZone), ['zone']),
      '/questions': alone(questionsView),
      '/questions/:name': questionView(memory, timeZone),
      '/quarantine': alone(quarantineView),
      '/quarantine/:name': quarantinedView,
      '/health': alone(healthView(lake.storage, lake.settings, reading)),
      '/version': newest,
    },
    note: ({ masking }) => masking?.note ?? null,
    trouble,
    now: () => host.now(),
  });
  return {
    warm: async () => await pool.ask('tables', lake.signal, async () => undefined),
    answer: (request) => app.fetch(request),
    close: async () => await pool.close(),
  };
}

/** A view that takes nothing else behind the question mark of its address. */
function alone(view: View, once: readonly string[] = []): View {
  return async (asked) => {
    refuseOthers(asked.params, { once });
    return await view(asked);
  };
}
