import { ADMIN, type Plant } from '../plant.ts';

const WAYS = 'ways-out-changed';
const CREDENTIALS = 'api-credentials-created';

/** Something of the kind that messages name was made, changed or deleted. */
function content(code: number, verb: string, kind: string, id: string, name: string) {
  return { code, message: `${verb} ${kind}, ID=${id}, name=${name}`, actor: ADMIN };
}

function credentials(code: 91031 | 91032 | 91033, id: string, name = 'Reporting') {
  const verb = { 91031: 'Updated', 91032: 'Added', 91033: 'Removed' }[code];
  return { code, message: `${verb} API credentials, id=${id}, name=${name}`, actor: ADMIN };
}

const KINDS = [
  { code: 92070, way_out: 'bulk_export', kind: 'bulk export' },
  { code: 92080, way_out: 'webhook', kind: 'webhook' },
  { code: 92170, way_out: 'connector_credentials', kind: 'connector credentials' },
  { code: 92230, way_out: 'nql_api_query', kind: 'nql api' },
];
const STEPS = [
  { digit: 1, action: 'update', verb: 'Updated' },
  { digit: 2, action: 'create', verb: 'Created' },
  { digit: 3, action: 'delete', verb: 'Deleted' },
];

/** Every step of every way out. */
const everyWay: Plant[] = KINDS.flatMap(({ code, way_out, kind }, number) =>
  STEPS.map(({ digit, action, verb }) => ({
    note: `${action} of ${kind}`,
    time: `2026-03-02T14:${number}${digit}:00Z`,
    ...content(code + digit, verb, kind, `way-${number}`, "to='evil', really"),
    found: { [WAYS]: { way_out, action, object_id: `way-${number}`, object_name: "to='evil', really" } },
  })),
);

const changed: Plant[] = [
  ...everyWay,
  {
    note: 'a webhook created 31 days ago',
    time: '2026-02-28T14:00:00Z',
    ...content(92082, 'Created', 'webhook', 'wh-2', 'Old'),
  },
  {
    note: 'a connector that brings data in',
    time: '2026-03-05T14:10:00Z',
    ...content(92112, 'Created', 'azure connector', 'az-1', 'Directory'),
  },
];

const created: Plant[] = [
  {
    note: 'credentials created, used and removed',
    time: '2026-03-03T15:00:00Z',
    ...credentials(91032, 'k-1'),
    found: {
      [CREDENTIALS]: {
        credentials_id: 'k-1',
        last_updated: '2026-03-04 15:00:00+00',
        removed: '2026-03-20 15:00:00+00',
      },
    },
  },
  { note: 'k-1 updated before it was made', time: '2026-03-02T15:00:00Z', ...credentials(91031, 'k-1') },
  { note: 'k-1 removed before it was made', time: '2026-03-02T15:01:00Z', ...credentials(91033, 'k-1') },
  { note: 'k-1 updated first', time: '2026-03-03T15:00:01Z', ...credentials(91031, 'k-1') },
  { note: 'k-1 updated', time: '2026-03-04T15:00:00Z', ...credentials(91031, 'k-1') },
  { note: 'k-1 removed', time: '2026-03-20T15:00:00Z', ...credentials(91033, 'k-1') },
  { note: 'k-1 removed once more', time: '2026-03-23T15:00:00Z', ...credentials(91033, 'k-1') },
  {
    note: 'credentials created 90 days ago',
    time: '2025-12-31T15:00:00Z',
    ...credentials(91032, 'k-2'),
    found: { [CREDENTIALS]: { credentials_id: 'k-2', last_updated: null, removed: null } },
  },
  { note: 'credentials created 91 days ago', time: '2025-12-30T15:00:00Z', ...credentials(91032, 'k-3') },
  {
    note: 'k-2 removed at another instance',
    time: '2026-03-05T15:00:00Z',
    ...credentials(91033, 'k-2'),
    instance: 'us',
  },
  { note: 'k-2 removed tomorrow', time: '2026-04-01T15:00:00Z', ...credentials(91033, 'k-2') },
  { note: 'credentials of the same name removed', time: '2026-03-05T15:01:00Z', ...credentials(91033, 'k-4') },
];

export const WAYS_OUT: readonly Plant[] = [...changed, ...created];
