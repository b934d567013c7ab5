import { ADMIN, logIn, type Plant, type Row, userUpdate } from '../plant.ts';

const pia = { id: 'u-pia', name: 'pia.ruiz@corp.example' };
const later = { id: pia.id, name: 'pia.lang@corp.example' };

/** Their story takes place before the days that other questions look at. */
export const PEOPLE: readonly Plant[] = [
  { note: 'pia in', time: '2025-06-02T08:00:00Z', ...logIn(pia, '203.0.113.120') },
  { note: 'pia given a role', time: '2025-06-02T09:00:00Z', ...userUpdate(pia, 'Viewer'), actor: ADMIN },
  {
    note: 'pia at work, in capitals',
    time: '2025-06-02T10:00:00Z',
    code: 92041,
    message: 'Updated dashboard, ID=d-77, name=Rollout',
    actor: 'PIA.RUIZ@corp.example',
  },
  { note: 'pia changes her own account', time: '2025-06-02T11:00:00Z', ...userUpdate(pia, ''), actor: pia.name },
  {
    note: 'pia locked',
    time: '2025-06-02T12:00:00Z',
    code: 90214,
    message: 'User Pia.Ruiz@corp.example is locked',
    actor: 'system',
  },
  {
    note: 'pia renamed',
    time: '2025-06-03T10:00:00Z',
    ...userUpdate(later, '', '', `, previous_name=${pia.name}`),
    actor: ADMIN,
  },
  {
    note: 'pia at work under the new name',
    time: '2025-06-04T10:00:00Z',
    code: 92041,
    message: 'Updated dashboard, ID=d-77, name=Rollout',
    actor: later.name,
  },
  {
    note: 'pia given another address',
    time: '2025-06-04T11:00:00Z',
    code: 91071,
    message: `Updated user email, id=${pia.id}, name="${later.name}", old_email="p.ruiz@mail.example", new_email="p.lang@mail.example"`,
    actor: ADMIN,
  },
  {
    note: 'Spark asked for pia',
    time: '2025-06-04T12:00:00Z',
    code: 95471,
    message: `user=li sent a chat request to Spark on behalf of user=${later.name} with conversation ID=k-7`,
    actor: 'li',
  },
  {
    note: 'pia asked Spark for li',
    time: '2025-06-04T12:30:00Z',
    code: 95471,
    message: `user=${later.name} sent a chat request to Spark on behalf of user=li with conversation ID=k-8`,
    actor: 'Spark',
  },
  {
    note: 'users to delete, pia among them by id',
    time: '2025-06-05T10:00:00Z',
    code: 94303,
    message: '2 user(s) scheduled for deletion with the following SID(s): u-pia,S-1-12-1-99',
    actor: ADMIN,
  },
  {
    note: 'pia by another account under her old name',
    time: '2025-06-06T10:00:00Z',
    ...logIn({ id: 'u-pia-2', name: pia.name }, '203.0.113.121'),
  },
  {
    note: 'the name as an object has it',
    time: '2025-06-06T11:00:00Z',
    code: 92041,
    message: 'Updated dashboard, ID=d-78, name=For pia.ruiz@corp.example',
    actor: ADMIN,
  },
  {
    note: 'olympia, whose name holds the word',
    time: '2025-06-06T12:00:00Z',
    ...logIn({ id: 'u-olympia', name: 'olympia.ruiz@corp.example' }, '203.0.113.122'),
  },
  {
    note: 'pia at another instance',
    time: '2025-06-07T10:00:00Z',
    ...logIn({ id: 'u-900', name: 'PIA@corp.example' }, '203.0.113.123'),
    instance: 'us',
  },
];

function did(note: string, foundBy: string, name: string): Row {
  return { note, direction: 'did', found_by: foundBy, name_then: name };
}

function wasDone(note: string, foundBy: string, name: string | null): Row {
  return { note, direction: 'was done', found_by: foundBy, name_then: name };
}

/** What is found of pia whatever she is asked for by; of the rows by name, by which. */
function story(by: (name: string) => string): Row[] {
  return [
    did('pia in', 'id', pia.name),
    wasDone('pia given a role', 'id', pia.name),
    did('pia at work, in capitals', by(pia.name), 'PIA.RUIZ@corp.example'),
    { note: 'pia changes her own account', direction: 'both', found_by: 'id', name_then: pia.name },
    wasDone('pia locked', by(pia.name), 'Pia.Ruiz@corp.example'),
    wasDone('pia renamed', 'id', pia.name),
    did('pia at work under the new name', by(later.name), later.name),
    wasDone('pia given another address', 'id', later.name),
    wasDone('Spark asked for pia', by(later.name), later.name),
    did('pia asked Spark for li', by(later.name), later.name),
    wasDone('users to delete, pia among them by id', 'list', null),
  ];
}

const OF_ACCOUNT = 'name of the account';
const namesake = did('pia by another account under her old name', 'id', pia.name);
const elsewhere = did('pia at another instance', 'id', 'PIA@corp.example');

/** By what is asked: what must be found, in order. */
export const HISTORIES_OF_PEOPLE: Readonly<Record<string, readonly Row[]>> = {
  'U-PIA': story(() => OF_ACCOUNT),
  'pia.ruiz@corp.example': [...story((name) => (name === pia.name ? 'name' : OF_ACCOUNT)), namesake],
  'Pia Ruiz': [...story((name) => (name === pia.name ? 'name' : OF_ACCOUNT)), namesake],
  lang: story((name) => (name === later.name ? 'name' : OF_ACCOUNT)),
  pia: [...story(() => 'name'), namesake, elsewhere],
  'p.ruiz@mail.example': story(() => OF_ACCOUNT),
  'S-1-12-1-99': [wasDone('users to delete, pia among them by id', 'list', null)],
  pi: [],
  '@': [],
  "pia' OR 'a'='a": [],
};
