/** Columns of a question's answer and their values. */
export type Row = Readonly<Record<string, string | number | null>>;

/** The day that stands for today: 30 days before it is 2026-03-01, 90 days before 2025-12-31. It is a Tuesday. */
export const AS_OF = '2026-03-31';

/** The Nexthink instances that send exports; each is a folder of the raw zone. */
export const INSTANCES = ['eu', 'us', 'lab', 'old'] as const;

export type Instance = (typeof INSTANCES)[number];

/** A record of an export, and what of it which question must find. What no question is said to find is a near-miss. */
export interface Plant {
  /** Names the record in tests: what it is, or why it must not be found. Unique. */
  readonly note: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly code: number;
  readonly message: string;
  readonly actor: string;
  readonly actorId?: string;
  /** Standard: eu. */
  readonly instance?: Instance;
  /** Where it is a line of a classic log: component and category of its bracket, whose account is the actor. */
  readonly classic?: readonly [component: string, category: string];
  /** By question: one row, or several, of its answer that come of this record, with the columns that matter. */
  readonly found?: Readonly<Record<string, Row | readonly Row[]>>;
}

/** What a question that counts must answer, over all plants and the background: exactly these rows. */
export type Answers = Readonly<Record<string, readonly Row[]>>;

/** An account of the platform: ids and names are invented. */
export interface Person {
  readonly id: string;
  readonly name: string;
}

export function person(name: string): Person {
  return { id: `u-${name}`, name: `${name}@corp.example` };
}

export const ADMIN = 'ana.sousa@corp.example';

export function logIn(who: Person, address: string): Pick<Plant, 'code' | 'message' | 'actor'> {
  const message = `User logged in, id=${who.id}, name=${who.name}, session_id=s-1, ip=${address}`;
  return { code: 90211, message, actor: who.name };
}

export function failure(who: Person, error = 'Invalid username, password or MFA provided') {
  const message = `User failed login attempt, id=${who.id}, name=${who.name}, error="${error}"`;
  return { code: 90213, message, actor: who.name };
}

/** Roles given to and taken from a user, as the newest shape of the message says it. */
export function userUpdate(who: Person, granted: string, revoked = '', rest = '') {
  const roles = `roles_granted=[${granted}], roles_revoked=[${revoked}]`;
  return { code: 91011, message: `Updated user, id=${who.id}, name=${who.name}, ${roles}${rest}` };
}

/** A run of a remote action that states so many devices and lists these. */
export function run(
  code: 93011 | 94011,
  devices: number,
  listed: readonly string[],
  id = 'ra-1',
  name = 'Clear the print queue',
) {
  const channel = code === 93011 ? 'API' : 'Web';
  const action = `source=investigation, ID=${id}, name=${name}`;
  const message = `${channel} request manual execution of remote action, ${action} on ${devices} devices with uids ${listed.join(',')}`;
  return { code, message };
}

/** So many device ids. */
export function devices(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `dev-${index + 1}`);
}

/** The question that most plants about rights are found by as well. */
export const GRANTS = 'role-and-permission-grants';

/** What it finds of a grant. */
export function grant(kind: string | null, granted: string | null, to: string | null): Row {
  return { kind, granted, granted_to: to };
}
