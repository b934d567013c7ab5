import type { LakeSession } from '../asking/index.ts';
import type { Html } from '../present/index.ts';
import type { Need } from './browse-pool.ts';

/** What a view is asked for. */
export interface Asked {
  /** What stands in the address behind the question mark. */
  readonly params: URLSearchParams;
  /** What stands in the path at a place with a name. */
  readonly name: string;
  /** Whether all of its data are wanted, as JSON: of a long answer, a page shows the first rows only. */
  readonly isJson: boolean;
  /** Ends what is done for it. */
  readonly signal: AbortSignal;
  /** Uses the lake; each use may see a newer version. */
  readonly lake: <T>(need: Need, use: (session: LakeSession) => Promise<T>) => Promise<T>;
}

/** What a view gives: its data, and the same as a page. */
export interface Shown {
  readonly title: string;
  /** Which part of the navigation it belongs to. */
  readonly part: Part;
  /** What is above it: labels with their addresses. */
  readonly above?: readonly (readonly [label: string, address: string])[];
  /** What its JSON has. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly body: () => Html | string | Promise<Html>;
  /** The zone that its times are in, where it is not the usual one. */
  readonly zone?: string;
  /** 200 where it is left out. */
  readonly status?: 400 | 404;
  /** What is at hand for the keyboard: the pages before and after. */
  readonly next?: string | null;
  readonly previous?: string | null;
}

export type View = (asked: Asked) => Promise<Shown>;

/** The parts of the navigation, with their addresses. */
export const PARTS = {
  overview: ['Overview', '/'],
  events: ['Events', '/events'],
  questions: ['Questions', '/questions'],
  quarantine: ['Quarantine', '/quarantine'],
  health: ['Health', '/health'],
} as const satisfies Readonly<Record<string, readonly [label: string, address: string]>>;

export type Part = keyof typeof PARTS;

/** An address with what stands behind its question mark; what is empty is left out. */
export function address(
  path: string,
  given: Readonly<Record<string, string | number | null | undefined>> = {},
): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && value !== undefined && value !== '') params.append(name, String(value));
  }
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** The same view as JSON. */
export function twin(url: URL): string {
  const path = url.pathname === '/' ? '/index' : url.pathname;
  return `${path}.json${url.search}`;
}
