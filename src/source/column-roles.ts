/** What a column of an export can be to us. Every other column is an extra. */
export const ROLES = ['time', 'code', 'message', 'actor_name', 'actor_id'] as const;

export type Role = (typeof ROLES)[number];

/** Without these a file has no audit records. */
export const REQUIRED_ROLES = ['time', 'code', 'message'] as const satisfies readonly Role[];

/** Names as the query language and the display of query results give them; which of them an exporter writes is not documented. */
export const NAMES: Readonly<Record<Role, readonly string[]>> = {
  time: ['time', 'timestamp', 'event_time', 'event.time', 'event time', 'audit time', 'date and time'],
  code: ['code', 'audit_code', 'audit code', 'event_code', 'event.code', 'event code'],
  message: ['message', 'audit_message', 'audit message', 'event_message', 'event.message', 'event message'],
  actor_name: [
    ...['user_name', 'user.name', 'user name', 'account_name', 'account.name', 'account name'],
    ...['actor_name', 'actor.name', 'actor name', 'username', 'user', 'account', 'actor'],
  ],
  actor_id: [
    ...['user_uid', 'user.uid', 'user uid', 'user_id', 'user.id', 'user id'],
    ...['account_uid', 'account.uid', 'account uid', 'account_id', 'account.id', 'account id'],
    ...['actor_id', 'actor.id', 'actor id'],
  ],
};

const PREFIXES = ['', 'audit_logs.', 'platform.audit_logs.'];

/** Built-in header names per role, folded, in order of preference. */
export const BUILT_IN_ALIASES: Readonly<Record<Role, readonly string[]>> = {
  time: prefixed(NAMES.time),
  code: prefixed(NAMES.code),
  message: prefixed(NAMES.message),
  actor_name: prefixed(NAMES.actor_name),
  actor_id: prefixed(NAMES.actor_id),
};

/** The form in which header names are compared: blanks around them and case do not count. */
export function foldName(name: string): string {
  return name.trim().toLowerCase();
}

export function isRole(name: string): name is Role {
  return (ROLES as readonly string[]).includes(name);
}

function prefixed(names: readonly string[]): string[] {
  return names.flatMap((name) => (name.includes(' ') ? [name] : PREFIXES.map((prefix) => prefix + name)));
}
