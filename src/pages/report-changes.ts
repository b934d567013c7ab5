import { type Html, markup } from '../present/index.ts';
import type { PeriodEvents } from './period.ts';
import { rowTable } from './row-table.ts';

const MOST = 20;

/** What leaves the platform or lets it leave. */
const WAYS_OUT = ['bulk_export', 'webhook', 'connector_credentials', 'nql_api_query', 'api_credential'];

/** Events of a kind that whoever answers for the platform wants to see, newest first. */
interface Changes {
  readonly id: string;
  readonly title: string;
  readonly said: string;
  readonly condition: string;
  readonly columns: string;
}

const CHANGES: readonly Changes[] = [
  {
    id: 'granted',
    title: 'Granted',
    said: 'Roles, permissions and access that somebody was given.',
    condition:
      "action = 'grant' OR len(roles_granted) > 0 OR len(permissions_granted) > 0 OR (family = 'access' AND permission IS NOT NULL)",
    columns: `COALESCE(user_name, group_name, grantee, role_name, object_name) AS given_to,
    COALESCE(CAST(NULLIF(roles_granted, []) AS VARCHAR), CAST(NULLIF(permissions_granted, []) AS VARCHAR), main_role, permission) AS granted`,
  },
  {
    id: 'deleted',
    title: 'Deleted',
    said: 'What was deleted, and what was set down for deletion.',
    condition: "action IN ('delete', 'schedule_deletion')",
    columns:
      'object_type, COALESCE(object_name, role_name, user_name, object_id) AS deleted, device_count, user_count, outcome',
  },
  {
    id: 'ways-out',
    title: 'Ways out',
    said: 'Exports, webhooks, credentials and API queries that were created, changed or deleted: ways for data to leave the platform.',
    condition: `object_type IN (${WAYS_OUT.map((each) => `'${each}'`).join(', ')}) AND action IN ('create', 'update', 'delete')`,
    columns: 'object_type AS way_out, action, object_name',
  },
  {
    id: 'personal-data',
    title: 'Personal data handed out',
    said: 'Retrievals of what the platform knows of one person.',
    condition: "action = 'retrieve' AND object_type = 'personal_data'",
    columns: 'user_name AS data_of, data_type',
  },
];

/** What was granted, deleted and let out: how often, and the newest of each. */
export async function changesPart(period: PeriodEvents): Promise<Html> {
  const parts: Html[] = [];
  for (const { id, title, said, condition, columns } of CHANGES) {
    const { names, types, rows } = await period.ask(`SELECT event_time, instance, actor_name, ${columns},
  decode_status, event_uid, COUNT(*) OVER () AS all_events
FROM period WHERE ${condition} ORDER BY event_time DESC, event_uid LIMIT ${MOST}`);
    const count = Number(rows[0]?.at(-1) ?? 0);
    const shown = { names: names.slice(0, -1), types, rows: rows.map((row) => row.slice(0, -1)), count };
    parts.push(markup`<h3 id="${id}">${title}</h3>
<p>${said}</p>
${rowTable(title, shown, { timeZone: period.scope.timeZone, whole: 'audit-lake events lists them' })}`);
  }
  return markup`${parts}`;
}
