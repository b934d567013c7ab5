import { ADMIN, type Answers, type Plant } from '../plant.ts';

const HOSTILE = 'ambiguous-or-hostile-text';

function dashboard(name: string) {
  return { code: 92042, message: `Created dashboard, ID=d-1, name=${name}`, actor: 'mallory@corp.example' };
}

/** A log-in with a field that no known shape has. */
function withDevice(note: string, time: string): Plant {
  const message = 'User logged in, id=u-1, name=li@corp.example, session_id=s-1, device=d-7';
  return { note, time, code: 90211, message, actor: 'li@corp.example' };
}

function unknown(note: string, time: string): Plant {
  return { note, time, code: 97001, message: 'Frobnicated, id=z-1', actor: ADMIN };
}

export const TEXTS: readonly Plant[] = [
  {
    note: 'text that runs backwards',
    time: '2026-03-16T14:00:00Z',
    ...dashboard('\u202egnp.exe\u202c'),
    found: { [HOSTILE]: { decode_status: 'decoded', text_flags: 'bidi' } },
  },
  {
    note: 'zero width and a line feed',
    time: '2026-03-16T14:01:00Z',
    ...dashboard('admin\u200b\n2026-03-16'),
    found: { [HOSTILE]: { decode_status: 'decoded', text_flags: 'control,zero_width' } },
  },
  {
    note: 'two roles in one grant',
    time: '2026-03-16T14:02:00Z',
    code: 91181,
    message:
      'Granted access to content, ID=c-2, name=Q3, role_id=r-1, role_name=Admin, role_id=r-2, role_name=Viewer, permission=view',
    actor: 'mallory@corp.example',
    found: {
      [HOSTILE]: { decode_status: 'ambiguous', decode_detail: 'contested:object_name,role_id,role_name' },
      'role-and-permission-grants': { kind: 'permission', granted: 'view', granted_to: null },
    },
  },
  { note: 'quotes, percents and other scripts', time: '2026-03-16T14:03:00Z', ...dashboard('"日本" 100%_\\ O\'Brien') },
  { note: 'text that ran backwards 31 days ago', time: '2026-02-28T14:00:00Z', ...dashboard('\u202egnp.exe\u202c') },
  { note: 'nothing to read', time: '2026-03-17T14:00:00Z', code: 92043, message: 'good evening', actor: ADMIN },
  withDevice('a new field 1', '2026-03-17T14:01:00Z'),
  withDevice('a new field 2', '2026-03-18T14:01:00Z'),
  withDevice('a new field 31 days ago', '2026-02-28T14:01:00Z'),
  unknown('an unknown code 1', '2026-03-18T14:02:00Z'),
  unknown('an unknown code 2', '2026-03-19T14:02:00Z'),
  {
    note: 'a name that ends like a new field',
    time: '2026-03-18T14:03:00Z',
    code: 91013,
    message: 'Removed user, id=u-3, name=Li, mood=odd',
    actor: ADMIN,
  },
];

export const TEXT_ANSWERS: Answers = {
  'unmatched-and-new-shapes': [
    { code: 90211, decode_status: 'partial', decode_detail: 'possible_new_field:device', events: 2 },
    { code: 90211, decode_status: 'partial', decode_detail: null, events: 3 },
    { code: 90213, decode_status: 'partial', decode_detail: null, events: 3 },
    { code: 91013, decode_status: 'decoded', decode_detail: 'possible_new_field:mood', events: 1 },
    { code: 92043, decode_status: 'unmatched', decode_detail: null, events: 1 },
    { code: 94011, decode_status: 'unmatched', decode_detail: null, events: 1 },
    { code: 97001, decode_status: 'unknown_code', decode_detail: null, events: 2 },
    { code: 92992, decode_status: 'unknown_code', decode_detail: 'inferred:action,family', events: 1 },
  ],
};
