import {
  CODE_VIEW,
  COVERAGE_VIEW,
  EVENT_ITEMS,
  EVENT_VIEW,
  QUARANTINE_FILES,
  QUARANTINE_ROWS,
  type ViewColumn,
} from './columns.ts';
import { OCSF_ATTRIBUTES } from './ocsf.ts';

/** A view as every engine has it: the same name, and the same columns in the same order. */
export interface View {
  readonly name: string;
  readonly comment: string;
  readonly columns: readonly ViewColumn[];
}

/** Every view; one that is made from another comes after it. */
export const VIEWS = {
  audit_events: {
    name: 'audit_events',
    comment: 'Audit events, one row each: who did what to what, when, and how well the message was understood.',
    columns: EVENT_VIEW,
  },
  audit_event_items: {
    name: 'audit_event_items',
    comment: 'The items of every list of audit_events, one row each; an empty list and a null give none.',
    columns: EVENT_ITEMS,
  },
  audit_codes: {
    name: 'audit_codes',
    comment: 'The audit codes: what each means, and what it is in OCSF and ASIM.',
    columns: CODE_VIEW,
  },
  audit_events_ocsf: {
    name: 'audit_events_ocsf',
    comment: 'Audit events as OCSF 1.8.0, dots as underscores.',
    columns: OCSF_ATTRIBUTES,
  },
  quarantine_rows: {
    name: 'quarantine_rows',
    comment: 'Records of raw files that are no audit records, each with its reason and its raw text.',
    columns: QUARANTINE_ROWS,
  },
  quarantine_files: {
    name: 'quarantine_files',
    comment: 'Raw files that were rejected, each with its reason and how it begins.',
    columns: QUARANTINE_FILES,
  },
  audit_coverage: {
    name: 'audit_coverage',
    comment:
      'How complete the table is, hour by hour: what Nexthink counted, what the table had, and what explains a difference.',
    columns: COVERAGE_VIEW,
  },
} as const satisfies Record<string, View>;
