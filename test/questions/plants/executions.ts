import { ADMIN, devices, type Plant, run } from '../plant.ts';

const MANUAL = 'manual-remote-actions';
const MASS = 'mass-remote-actions';
const SPARK = 'spark-acting-autonomously';

const manual: Plant[] = [
  {
    note: 'by hand on two devices, 30 days ago',
    time: '2026-03-01T00:00:00Z',
    ...run(94011, 2, devices(2)),
    actor: ADMIN,
    found: { [MANUAL]: { device_count: 2, trigger_source: 'investigation', remote_action: 'Clear the print queue' } },
  },
  { note: 'by hand 31 days ago', time: '2026-02-28T23:59:59Z', ...run(94011, 2, devices(2)), actor: ADMIN },
  { note: 'through the API', time: '2026-03-06T09:00:00Z', ...run(93011, 99, devices(2)), actor: 'api-client' },
  {
    note: 'by hand, but the message is of another shape',
    time: '2026-03-06T09:30:00Z',
    code: 94011,
    message: 'Somebody ran something',
    actor: ADMIN,
    found: {
      [MANUAL]: { device_count: null, decode_status: 'unmatched' },
      [MASS]: { devices: null, decode_status: 'unmatched' },
    },
  },
];

/** Thirty devices at a time. */
function thirty(note: string, time: string, actor: string): Plant {
  return { note, time, ...run(93011, 30, devices(30)), actor };
}

function mass(devicesThen: number, devicesInHour: number, runs: number) {
  return { [MASS]: { devices: devicesThen, devices_within_the_time: devicesInHour, runs_within_the_time: runs } };
}

/** Spark ran an action for nia. */
function spark(code: 95011 | 95012 | 95381 | 95382, reached = ['dev-1'], actor = 'Spark') {
  const kind = code < 95300 ? 'remote action' : 'agent action';
  const message = `${kind} a-1, id=u-nia, name=nia@corp.example, req-1, device=${reached.join(',')}`;
  return { code, message, actor };
}

const many: Plant[] = [
  {
    note: 'jo reaches 150 devices and lists two',
    time: '2026-03-09T10:00:00Z',
    ...run(94011, 150, devices(2)),
    actor: 'jo@corp.example',
    found: { ...mass(150, 150, 1), [MANUAL]: { device_count: 150 } },
  },
  {
    note: 'joe states two devices and lists 120',
    time: '2026-03-09T10:00:00Z',
    ...run(93011, 2, devices(120)),
    actor: 'joe@corp.example',
    found: mass(120, 120, 1),
  },
  thirty('kai 30', '2026-03-10T10:00:00Z', 'kai@corp.example'),
  thirty('kai 60', '2026-03-10T10:20:00Z', 'kai@corp.example'),
  thirty('kai 90', '2026-03-10T10:40:00Z', 'Kai@corp.example'),
  { ...thirty('kai 120 within the hour', '2026-03-10T10:59:59Z', 'kai@corp.example'), found: mass(30, 120, 4) },
  thirty('lee 30', '2026-03-10T10:00:00Z', 'lee@corp.example'),
  thirty('lee 60', '2026-03-10T10:20:00Z', 'lee@corp.example'),
  thirty('lee 90', '2026-03-10T10:40:00Z', 'lee@corp.example'),
  thirty('lee, an hour after the first', '2026-03-10T11:00:00Z', 'lee@corp.example'),
  { note: 'max 60', time: '2026-03-10T12:00:00Z', ...run(93011, 60, devices(60)), actor: 'max@corp.example' },
  { note: 'moe 60', time: '2026-03-10T12:01:00Z', ...run(93011, 60, devices(60)), actor: 'moe@corp.example' },
  {
    note: 'max 60 at another instance',
    time: '2026-03-10T12:02:00Z',
    ...run(93011, 60, devices(60)),
    actor: 'max@corp.example',
    instance: 'us',
  },
  {
    note: 'a workflow on exactly 100',
    time: '2026-03-11T12:00:00Z',
    code: 94131,
    message: `ID=#wipe, on 100 with uids ${devices(3).join(',')}`,
    actor: 'ned@corp.example',
    found: mass(100, 100, 1),
  },
  {
    note: 'a workflow through the API on 100 listed devices',
    time: '2026-03-11T13:00:00Z',
    code: 93131,
    message: `ID=#wipe, devices=[${devices(100).join(', ')}], users=[]`,
    actor: 'api-client-2',
    found: mass(100, 100, 1),
  },
  {
    note: 'Spark on 100 devices, confirmed',
    time: '2026-03-11T14:00:00Z',
    ...spark(95011, devices(100), 'Spark for one'),
    found: mass(100, 100, 1),
  },
  {
    note: 'Spark on 100 devices, on its own',
    time: '2026-03-11T15:00:00Z',
    ...spark(95012, devices(100), 'Spark for another'),
    found: { ...mass(100, 100, 1), [SPARK]: { device_count: 100 } },
  },
  {
    note: 'ned 150 in February',
    time: '2026-02-27T12:00:00Z',
    ...run(93011, 150, devices(2)),
    actor: 'ned@corp.example',
  },
];

const agent: Plant[] = [
  { note: 'Spark, confirmed', time: '2026-03-12T10:00:00Z', ...spark(95011) },
  {
    note: 'Spark on its own',
    time: '2026-03-12T10:01:00Z',
    ...spark(95012),
    found: { [SPARK]: { user_name: 'nia@corp.example', action_id: 'a-1', request_id: 'req-1', device_count: 1 } },
  },
  { note: 'Spark, agent action confirmed', time: '2026-03-12T10:02:00Z', ...spark(95381) },
  {
    note: 'Spark, agent action on its own',
    time: '2026-03-12T10:03:00Z',
    ...spark(95382),
    found: { [SPARK]: { event_name: 'spark.agent_action_executed', user_id: 'u-nia' } },
  },
  { note: 'Spark on its own 31 days ago', time: '2026-02-28T10:00:00Z', ...spark(95012) },
];

export const EXECUTIONS: readonly Plant[] = [...manual, ...many, ...agent];
