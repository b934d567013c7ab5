import { NexthinkError } from '../nexthink/index.ts';
import type { Settings } from '../settings/index.ts';
import { said } from './failure.ts';

/** What kept a pull from going on, and what the next one makes of it. */
export function faultText(fault: Error): string {
  const isPassing = fault instanceof NexthinkError && fault.transient;
  const next = isPassing
    ? 'the next pull goes on there'
    : 'that has to be corrected first: until then, every pull ends there';
  return `${said(fault.message)}; ${next}`;
}

/** What is to be done with what has landed. */
export function ingestText({ lake }: Pick<Settings, 'lake'>): string {
  return said(`run audit-lake ingest --lake ${lake} to take it in`);
}

/** That a window was pulled again, which no position is moved by. */
export function againText({ from, to }: { readonly from: number; readonly to: number }): string {
  return `pulled again from ${isoOf(from)} to ${isoOf(to)}, the position stays as it is`;
}

/** An instant in UTC, in whole seconds. */
export function isoOf(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
}
