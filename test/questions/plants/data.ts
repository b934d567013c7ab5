import { ADMIN, type Instance, type Plant } from '../plant.ts';

const RETRIEVALS = 'personal-data-retrievals';
const DELETIONS = 'deletions-scheduled';
const RETENTION = 'retention-shortened';

function retrieval(name: string, actor: string) {
  return { code: 94162, message: `Data retrieval request for user '${name}', Data=Device data`, actor };
}

const retrievals: Plant[] = [
  {
    note: 'nia looks at pat 90 days ago',
    time: '2025-12-31T11:00:00Z',
    ...retrieval('pat@corp.example', 'nia@corp.example'),
    found: { [RETRIEVALS]: { data_of: 'pat@corp.example', data_type: 'Device data', retrievals_by_actor: 2 } },
  },
  {
    note: "nia looks at O'Brien",
    time: '2026-03-13T11:00:00Z',
    ...retrieval("O'Brien", 'Nia@corp.example'),
    found: { [RETRIEVALS]: { data_of: "O'Brien", retrievals_by_actor: 2 } },
  },
  {
    note: 'ned looks at pat',
    time: '2026-03-13T11:01:00Z',
    ...retrieval('pat@corp.example', 'ned@corp.example'),
    found: { [RETRIEVALS]: { data_of: 'pat@corp.example', retrievals_by_actor: 1 } },
  },
  {
    note: 'nia of another instance looks at pat',
    time: '2026-03-13T11:02:00Z',
    ...retrieval('pat@corp.example', 'nia@corp.example'),
    instance: 'us',
    found: { [RETRIEVALS]: { instance: 'us', retrievals_by_actor: 1 } },
  },
  { note: 'nia looks at pat 91 days ago', time: '2025-12-30T11:00:00Z', ...retrieval('pat', 'nia@corp.example') },
];

const deletions: Plant[] = [
  {
    note: 'two devices to delete',
    time: '2026-03-13T14:00:00Z',
    code: 94301,
    message: '2 device(s) scheduled successfully for deletion with the following device name(s): PC-1, PC-2',
    actor: ADMIN,
    found: {
      [DELETIONS]: [
        { kind: 'device', scheduled_for_deletion: 'PC-1', number_stated: 2 },
        { kind: 'device', scheduled_for_deletion: 'PC-2', number_stated: 2 },
      ],
    },
  },
  {
    note: 'a user to delete',
    time: '2026-01-13T14:00:00Z',
    code: 94303,
    message: '1 user(s) scheduled for deletion with the following SID(s): S-1-12-1-7',
    actor: ADMIN,
    found: { [DELETIONS]: { kind: 'user', scheduled_for_deletion: 'S-1-12-1-7', number_stated: 1 } },
  },
  {
    note: 'a deletion that cannot be read',
    time: '2026-01-14T14:00:00Z',
    code: 94303,
    message: 'Users will be deleted',
    actor: ADMIN,
    found: { [DELETIONS]: { kind: 'user', scheduled_for_deletion: null, number_stated: null } },
  },
  {
    note: 'a device to delete 91 days ago',
    time: '2025-12-30T14:00:00Z',
    code: 94301,
    message: '1 device(s) scheduled successfully for deletion with the following device name(s): PC-0',
    actor: ADMIN,
  },
  {
    note: 'an account of the platform removed',
    time: '2026-03-13T14:01:00Z',
    code: 91013,
    message: 'Removed user, id=u-old, name=old@corp.example',
    actor: ADMIN,
  },
];

function retention(note: string, time: string, inventory: number, operational: number, instance: Instance = 'eu') {
  const message = `Data retention updated: inventory retention to ${inventory} days, operational retention to ${operational} days.`;
  return { note, time, code: 94341, message, actor: ADMIN, instance };
}

const shortened = { finding: 'shortened' };

const retentions: Plant[] = [
  retention('first set', '2025-06-02T10:00:00Z', 730, 90),
  retention('shortened 91 days ago', '2025-12-30T10:00:00Z', 365, 90),
  retention('set to what it was', '2026-01-20T10:00:00Z', 365, 90),
  {
    ...retention('inventory shortened', '2026-02-10T10:00:00Z', 90, 90),
    found: { [RETENTION]: { ...shortened, inventory_before: 365, inventory_after: 90, operational_after: 90 } },
  },
  retention('lengthened again', '2026-03-02T10:00:00Z', 365, 90),
  {
    ...retention('operational shortened, inventory lengthened', '2026-03-03T10:00:00Z', 400, 30),
    found: { [RETENTION]: { ...shortened, inventory_before: 365, operational_before: 90, operational_after: 30 } },
  },
  {
    ...retention('first of its instance', '2026-02-02T10:00:00Z', 30, 30, 'lab'),
    found: { [RETENTION]: { finding: 'nothing to compare with', inventory_before: null } },
  },
  {
    ...retention('more days than a number holds', '2026-02-03T10:00:00Z', 99_999_999_999, 30, 'lab'),
    found: { [RETENTION]: { finding: 'not readable', inventory_after: null, operational_after: 30 } },
  },
];

export const DATA: readonly Plant[] = [...retrievals, ...deletions, ...retentions];
