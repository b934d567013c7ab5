import type { CodeRow } from './audit-code.ts';
import { AUDIT_CODES_PAGE, auditEvent, ocsf } from './mapping.ts';

const common = {
  family: 'ai',
  channel: 'spark',
  outcome: 'success',
  severity: 'medium',
  source: AUDIT_CODES_PAGE,
} as const;
const action = { ...common, action: 'execute', ocsf: ocsf(6003, 'Execute'), asim: auditEvent('Execute') } as const;
const remoteAction = { ...action, name: 'spark.remote_action_executed', objectType: 'remote_action' } as const;
const agentAction = { ...action, name: 'spark.agent_action_executed', objectType: 'agent_action' } as const;

/** The page describes these messages in prose; the plausible shapes stand side by side. */
const REQUEST =
  '<|ID=>{object_id:token}, id={user_id:token}, name={user_name:text}, <|requestId=>{request_id:token}[, <uid|device uid|device_uid|device>={device_ids:tokens}]';

/** 95xxx: what Spark, the AI agent, did and for whom. */
export const AI: readonly CodeRow[] = [
  {
    ...remoteAction,
    code: 95011,
    meaning: 'Spark executes remote actions with user confirmation',
    aiMode: 'confirmed',
    templates: [{ id: '95011.A', text: `remote action ${REQUEST}` }],
  },
  {
    ...remoteAction,
    code: 95012,
    meaning: 'Spark executes remote actions autonomously',
    aiMode: 'autonomous',
    templates: [{ id: '95012.A', text: `remote action ${REQUEST}` }],
  },
  {
    ...agentAction,
    code: 95381,
    meaning: 'Spark executes agent actions with user confirmation',
    aiMode: 'confirmed',
    templates: [{ id: '95381.A', text: `agent action ${REQUEST}` }],
  },
  {
    ...agentAction,
    code: 95382,
    meaning: 'Spark executes agent actions autonomously',
    aiMode: 'autonomous',
    templates: [{ id: '95382.A', text: `agent action ${REQUEST}` }],
  },
  {
    ...common,
    code: 95471,
    name: 'spark.message_on_behalf',
    meaning: 'User sends a message to Spark on behalf of another user',
    action: 'message',
    objectType: 'conversation',
    templates: [
      {
        id: '95471.A',
        text: 'user={user_name:text} sent a chat request to Spark on behalf of user={target_user_name:text} with conversation ID={conversation_id:token}',
      },
    ],
    ocsf: ocsf(6003, 'Message'),
    asim: auditEvent('Other'),
  },
];
