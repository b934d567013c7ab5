/** The names of the lake's tables, in the order of `TABLES`: for what only speaks of them, and writes to none. */
export const TABLE_NAMES = ['audit_events', 'audit_codes', 'audit_coverage'] as const;
