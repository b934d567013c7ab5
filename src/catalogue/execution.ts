import type { CodeRow } from './audit-code.ts';
import { AUDIT_CODES_PAGE, auditEvent, ocsf } from './mapping.ts';

const common = { family: 'execution', outcome: 'success', source: AUDIT_CODES_PAGE } as const;
const execution = { ocsf: ocsf(6003, 'Execute'), asim: auditEvent('Execute') } as const;
const remoteAction = {
  ...common,
  ...execution,
  name: 'remote_action.executed',
  action: 'execute',
  objectType: 'remote_action',
  severity: 'medium',
} as const;
const campaign = {
  ...common,
  ...execution,
  name: 'campaign.triggered',
  action: 'trigger',
  objectType: 'campaign',
  severity: 'low',
} as const;
const workflow = {
  ...common,
  ...execution,
  name: 'workflow.executed',
  action: 'execute',
  objectType: 'workflow',
  severity: 'medium',
} as const;

/** The count and the list are glued to a name that may itself hold `on 2 devices`. */
const REMOTE_ACTION =
  'request manual execution of remote action, source={trigger_source:phrase}, ID={object_id:token}, name={object_name:text} on {device_count:int} <devices|device|device(s)> with uids {device_ids:tokens}';
const CAMPAIGN = 'ID={object_id:token}, name={object_name:text}';
/** The documentation stops before the list of SIDs, so it may be missing. */
const ON_USERS = ' on {user_count:int} <users|user|user(s)> with SIDs[ {user_ids:tokens}]';
const ON_INVESTIGATION = ' on all users from an investigation{target_scope=investigation}';
const WORKFLOW = 'devices={device_ids:tokens}, users={user_ids:tokens}';

/** 9301x, 9303x, 9313x, 94011, 94031, 94131: what was run on devices and shown to employees. */
export const EXECUTION: readonly CodeRow[] = [
  {
    ...remoteAction,
    code: 93011,
    meaning: 'External execution of a remote action through the API',
    channel: 'api',
    templates: [{ id: '93011.A', text: `API ${REMOTE_ACTION}` }],
  },
  {
    ...campaign,
    code: 93031,
    meaning: 'External triggering of a campaign through the API',
    channel: 'api',
    templates: [{ id: '93031.A', text: `API request manual triggering of campaign, ${CAMPAIGN}${ON_USERS}` }],
  },
  {
    ...workflow,
    code: 93131,
    meaning: 'External execution of a workflow through the API',
    channel: 'api',
    templates: [{ id: '93131.A', text: `ID={object_id:token?}, ${WORKFLOW}` }],
  },
  {
    ...remoteAction,
    code: 94011,
    meaning: 'Manual execution of a remote action through the Web',
    channel: 'web',
    templates: [{ id: '94011.A', text: `Web ${REMOTE_ACTION}` }],
  },
  {
    ...campaign,
    code: 94031,
    meaning: 'Manual triggering of a campaign through the Web',
    channel: 'web',
    templates: [
      {
        id: '94031.A',
        text: `Manual triggering of a campaign through the Web, ${CAMPAIGN}<${ON_USERS}|${ON_INVESTIGATION}>`,
      },
    ],
  },
  {
    ...workflow,
    code: 94131,
    meaning: 'Manual execution of a workflow through the Web',
    channel: 'web',
    templates: [
      {
        id: '94131.A',
        text: `ID={object_id:token?}, <${WORKFLOW}|on {device_count:int} with uids {device_ids:tokens}>`,
      },
    ],
  },
];
