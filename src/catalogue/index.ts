import { createHash } from 'node:crypto';
import { ACCESS } from './access.ts';
import { ACCOUNT } from './account.ts';
import { AI } from './ai.ts';
import type { AuditCode, CodeRow, SourceSystem } from './audit-code.ts';
import { CONSOLE } from './console.ts';
import { CONTENT } from './content.ts';
import { DATA } from './data.ts';
import { ENGINE } from './engine.ts';
import { EXECUTION } from './execution.ts';
import { PORTAL } from './portal.ts';
import { SESSION } from './session.ts';

export type * from './audit-code.ts';

const BY_SYSTEM: Readonly<Record<SourceSystem, readonly AuditCode[]>> = {
  infinity: codesOf('infinity', [...SESSION, ...ACCOUNT, ...ACCESS, ...CONTENT, ...EXECUTION, ...DATA, ...AI]),
  engine: codesOf('engine', ENGINE),
  portal: codesOf('portal', PORTAL),
  console: codesOf('console', CONSOLE),
};

function codesOf(sourceSystem: SourceSystem, rows: readonly CodeRow[]): readonly AuditCode[] {
  return rows.map((row) => ({ sourceSystem, ...row })).sort((a, b) => a.code - b.code);
}

/** The audit codes that are known of one source system, in the order of the codes. */
export function catalogueOf(system: SourceSystem): readonly AuditCode[] {
  return BY_SYSTEM[system];
}

/** Every audit code known: first those of Infinity, then the classic ones, each in the order of the codes. */
export const CATALOGUE: readonly AuditCode[] = Object.values(BY_SYSTEM).flat();

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
