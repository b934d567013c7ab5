import { createHash } from 'node:crypto';
import { ACCESS } from './access.ts';
import { ACCOUNT } from './account.ts';
import { AI } from './ai.ts';
import type { AuditCode, SourceSystem } from './audit-code.ts';
import { CONTENT } from './content.ts';
import { DATA } from './data.ts';
import { EXECUTION } from './execution.ts';
import { SESSION } from './session.ts';

export type * from './audit-code.ts';

/** Every audit code known, in the order of the codes. */
export const CATALOGUE: readonly AuditCode[] = [
  ...SESSION,
  ...ACCOUNT,
  ...ACCESS,
  ...CONTENT,
  ...EXECUTION,
  ...DATA,
  ...AI,
].sort((a, b) => a.code - b.code);

/** The audit codes that are known of one source system, in the order of the codes. */
export function catalogueOf(system: SourceSystem): readonly AuditCode[] {
  return system === 'infinity' ? CATALOGUE : [];
}

/**
 * `<number of rows>-<8 hex digits of the SHA-256 of the canonical rows>`: changes exactly when a row changes.
 * Canonical is JSON with the keys of every object in order.
 */
export function catalogueVersionOf(rows: readonly AuditCode[]): string {
  const canonical = JSON.stringify(rows, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return `${rows.length}-${createHash('sha256').update(canonical).digest('hex').slice(0, 8)}`;
}

/** The version of {@link CATALOGUE}. */
export const CATALOGUE_VERSION: string = catalogueVersionOf(CATALOGUE);

export { ACTIONS, CHANNELS, FAMILIES, OUTCOMES, SEVERITIES } from './audit-code.ts';
export { countFieldOf, FIELDS, type Field, type FieldKind, type FieldName, fieldIndex, type Person } from './fields.ts';
export { inferAction, inferFamily } from './inference.ts';
export { OCSF_VERSION } from './mapping.ts';
export { CATALOGUE_ORDER, CATALOGUE_VERSIONS } from './versions.ts';
