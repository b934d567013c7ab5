import type { CodeRow } from './audit-code.ts';
import { AUDIT_CODES_PAGE, auditEvent, entity, ocsf } from './mapping.ts';

const common = { family: 'data', channel: 'web', severity: 'medium', source: AUDIT_CODES_PAGE } as const;
/** 94162 and 943xx: personal data handed out, deletions, retention. */
export const DATA: readonly CodeRow[] = [
  {
    ...common,
    code: 94162,
    name: 'personal_data.retrieved',
    meaning: 'Data Management, data retrieval',
    action: 'retrieve',
    objectType: 'personal_data',
    outcome: 'success',
    templates: [{ id: '94162.A', text: "Data retrieval request for user '{user_name:text}', Data={data_type:phrase}" }],
    ocsf: ocsf(6001, 7),
    asim: auditEvent('Read'),
  },
  {
    ...common,
    code: 94301,
    name: 'device.deletion_scheduled',
    meaning: 'Device deletion scheduled',
    action: 'schedule_deletion',
    objectType: 'device',
    outcome: 'scheduled',
    templates: [
      {
        id: '94301.A',
        text: '{device_count:int} <device(s)|devices|device> scheduled successfully for deletion with the following device <name(s)|names|name>: {device_names:list}',
      },
    ],
    ocsf: entity('delete', 'Device'),
    asim: auditEvent('Delete'),
  },
  {
    ...common,
    code: 94303,
    name: 'end_user.deletion_scheduled',
    meaning: 'User deletion scheduled (by user SID)',
    action: 'schedule_deletion',
    objectType: 'end_user',
    outcome: 'scheduled',
    templates: [
      {
        id: '94303.A',
        text: '{user_count:int} <user(s)|users|user> scheduled for deletion with the following <SID(s)|SIDs|SID>: {user_ids:tokens}',
      },
    ],
    ocsf: entity('delete', 'User'),
    asim: auditEvent('Delete'),
  },
  {
    ...common,
    code: 94341,
    name: 'retention.updated',
    meaning: 'Data retention update',
    action: 'update',
    objectType: 'policy',
    outcome: 'success',
    severity: 'high',
    templates: [
      {
        id: '94341.A',
        text: 'Data retention updated: inventory retention to {inventory_retention_days:int} days, operational retention to {operational_retention_days:int} days.',
      },
    ],
    ocsf: entity('update', 'Policy'),
    asim: auditEvent('Set', 'Policy Rule'),
  },
];
