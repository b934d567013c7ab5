import { type Context, Hono } from 'hono';
import type { LakeSession } from '../asking/index.ts';
import { visibleJson } from '../present/index.ts';
import { ICON, SCRIPT, SHEET } from './browse-assets.ts';
import { framed, troubled } from './browse-frame.ts';
import { type Gate, guarded, strictHeaders } from './browse-guard.ts';
import { type LakePool, type Need, TookTooLong } from './browse-pool.ts';
import type { Shown, View } from './browse-view.ts';

/** What an error of the lake means to whoever looks. */
export interface Trouble {
  readonly text: string;
  /** What was asked for is wrong, the lake or its storage is, or this program. */
  readonly kind: 'asked' | 'lake' | 'program';
}

/** What the pages are made of. */
export interface Browsed {
  readonly gate: Gate;
  /** The lake, as it is shown. */
  readonly lake: string;
  readonly pool: LakePool;
  /** The zone of times, where a view has no other. */
  readonly timeZone: string;
  /** Each path with its view; one place in a path may have a name, `:name`. */
  readonly views: Readonly<Record<string, View>>;
  /** What has to be said on every page. */
  readonly note: (session: LakeSession) => string | null;
  readonly trouble: (error: unknown) => Promise<Trouble>;
  /** Milliseconds. */
  readonly now: () => number;
}

const STATUS = { asked: 400, lake: 503, program: 500 } as const;

const TITLES = { asked: 'This cannot be asked', lake: 'The lake cannot be read', program: 'This went wrong' } as const;

const ADVICE = {
  asked: 'Change what is asked for, or go back to the overview.',
  lake: 'Once that is mended, load this page again: nothing has to be started anew.',
  program: 'Nothing in the lake was changed: these pages only read. audit-lake verify says whether the lake is whole.',
} as const;

/** The lake as pages, each with its JSON: a web application without a socket. It answers nothing without its gate's cookie. */
export function browseApp(browsed: Browsed): Hono {
  const app = new Hono({ getPath: (request) => pathOf(new URL(request.url)) });
  let newest = -1;
  const text = (type: string, content: string) => (context: Context) =>
    context.body(content, 200, { 'content-type': `${type}; charset=utf-8` });
  app.use(strictHeaders());
  app.use(guarded(browsed.gate));
  app.get('/style.css', text('text/css', SHEET));
  app.get('/browse.js', text('text/javascript', SCRIPT));
  app.get('/icon.svg', text('image/svg+xml', ICON));

  const answer = async (context: Context, view: View): Promise<Response> => {
    let version: number | null = null;
    let note: string | null = null;
    const { signal } = context.req.raw;
    const shown = await view({
      params: new URL(context.req.url).searchParams,
      name: context.req.param('name') ?? '',
      isJson: isJson(context),
      signal,
      lake: async <T>(need: Need, use: (session: LakeSession) => Promise<T>) =>
        await browsed.pool.ask(need, signal, async (session) => {
          version = session.version;
          note = browsed.note(session);
          return await use(session);
        }),
    }).catch(async (error: unknown) => (signal.aborted ? null : await troubleOf(error)));
    // Nobody waits for the answer: there is none, and nothing went wrong.
    if (shown === null) return new Response(null, { status: 503 });
    const status = 'trouble' in shown ? STATUS[shown.trouble] : (shown.status ?? 200);
    if (isJson(context)) {
      const data = { ...shown.data, ...(version !== null && { version }), ...(note !== null && { note }) };
      return context.body(`${visibleJson(data)}\n`, status, { 'content-type': 'application/json' });
    }
    const news = version !== null && newest >= 0 && version > newest ? newsOf(newest, version) : null;
    newest = Math.max(newest, version ?? -1);
    const at = `${new Date(browsed.now()).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
    const zone = shown.zone ?? browsed.timeZone;
    const frame = { lake: browsed.lake, version, note, news, at, zone, url: new URL(context.req.url) };
    return context.html(await framed(shown, frame), status);
  };

  const troubleOf = async (error: unknown): Promise<Shown & { readonly trouble: Trouble['kind'] }> => {
    if (error instanceof TookTooLong) {
      const said = `This took longer than ${error.seconds} seconds, and was ended.`;
      const advice =
        'Ask for fewer days, or for one person, code or address. audit-lake query has all the time that it takes.';
      return { ...troubled('This takes too long', said, advice), trouble: 'lake' };
    }
    const { text: said, kind } = await browsed.trouble(error);
    return { ...troubled(TITLES[kind], said, ADVICE[kind]), trouble: kind };
  };

  for (const [path, view] of Object.entries(browsed.views)) app.get(path, (context) => answer(context, view));
  app.get('*', (context) => answer(context, missing));
  app.onError(async (error, context) => await answer(context, () => Promise.reject(error)));
  return app;
}

const missing: View = async () => ({
  title: 'There is no such page',
  part: 'overview',
  data: { error: 'there is no such page' },
  body: () => troubled('', 'Nothing has this address.', 'The views above are all there are.').body(),
  status: 404,
});

/** The path of a view, of which the one with `.json` is another form. */
function pathOf({ pathname }: URL): string {
  const path = pathname.endsWith('.json') ? pathname.slice(0, -'.json'.length) : pathname;
  return path === '/index' ? '/' : path;
}

function isJson({ req }: Context): boolean {
  return new URL(req.url).pathname.endsWith('.json');
}

function newsOf(before: number, version: number): string {
  return `The lake has something new since the page before: version ${version} after ${before}. This page has it.`;
}
