import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { CATALOGUE, catalogueOf, FIELDS, type SourceSystem } from '../../src/catalogue/index.ts';
import { CLASSES } from '../../src/views/ocsf-names.ts';
import { everyClassicTemplate, everyTemplate } from '../ingest/exports.ts';
import { AskedLake, HEADER, type Row, record } from './asked-lake.ts';

const INFINITY = catalogueOf('infinity');
const PRODUCTS: Readonly<Record<SourceSystem, string>> = {
  infinity: 'Nexthink Infinity',
  engine: 'Nexthink Engine',
  portal: 'Nexthink Portal',
  console: 'Nexthink Web Console',
};

/** What OCSF 1.8.0 requires; of an inner list, one of its attributes. Source: ocsf-schema, events/ and objects/ at 1.8.0. */
const REQUIRED: Readonly<Record<number, readonly (string | readonly string[])[]>> = {
  0: [],
  3001: [['user_name', 'user_uid']],
  3002: [['user_name', 'user_uid'], 'service_name'],
  3004: [['entity_name', 'entity_uid']],
  3005: [['user_name', 'user_uid'], 'privileges'],
  3006: [['group_name', 'group_uid']],
  6001: [['web_resources_name', 'web_resources_uid']],
  6003: [
    ['actor_user_name', 'actor_user_uid', 'actor_app_name'],
    'api_operation',
    ['src_endpoint_svc_name', 'src_endpoint_ip'],
  ],
};
const REQUIRED_OF_ALL = [
  'activity_id',
  'category_uid',
  'class_uid',
  'severity_id',
  'time',
  'type_uid',
  'metadata_version',
  'metadata_product_name',
];

/** Messages of every class that say nothing of whom or what they are about, and codes that nobody knows. */
function emptyMessages(): string {
  const codes = [...INFINITY.map(({ code }) => code), 99999, 1, 92099];
  return `time,code,message\n${codes.map((code, index) => `${new Date(Date.UTC(2026, 2, 9) + index).toISOString()},${code},"?, what"\n`).join('')}`;
}

describe('audit_events_ocsf', () => {
  let lake: AskedLake;
  let rows: Row[];

  beforeAll(async () => {
    lake = await AskedLake.of({
      'every-template.csv': everyTemplate(),
      'says-nothing.csv': emptyMessages(),
      'landed/classic/trail.log': everyClassicTemplate(),
    });
    rows = await lake.query('SELECT * FROM audit_events_ocsf');
  });
  afterAll(() => lake.close());

  it('gives every row what its class requires', () => {
    const isGiven = (row: Row, name: string) => row[name] !== null && row[name] !== undefined;
    for (const row of rows) {
      const ofClass = REQUIRED[Number(row['class_uid'])];
      assert.ok(ofClass, `class ${row['class_uid']}`);
      for (const required of [...REQUIRED_OF_ALL, ...ofClass]) {
        const names = typeof required === 'string' ? [required] : required;
        assert.ok(
          names.some((name) => isGiven(row, name)),
          `${names.join(' or ')} of ${JSON.stringify(row)}`,
        );
      }
    }
    assert.deepEqual(new Set(rows.map((row) => Number(row['class_uid']))), new Set(Object.keys(REQUIRED).map(Number)));
  });

  it('classifies by the code alone', () => {
    const byCode = new Map(CATALOGUE.map((row) => [`${PRODUCTS[row.sourceSystem]} ${row.code}`, row]));
    const seen = new Set<string>();
    for (const row of rows) {
      const code = `${row['metadata_product_name']} ${row['metadata_event_code']}`;
      const known = byCode.get(code)?.ocsf;
      seen.add(code);
      const { classUid, activityId } = known ?? { classUid: 0, activityId: 99 };
      assert.equal(row['class_uid'], classUid);
      assert.equal(row['activity_id'], activityId);
      assert.equal(row['type_uid'], classUid * 100 + activityId);
      assert.equal(row['category_uid'], Math.floor(classUid / 1000));
      const activity =
        known === undefined ? 'Other' : (known.activityName ?? CLASSES[classUid]?.activities[activityId]);
      assert.equal(row['activity_name'], activity);
      assert.equal(row['class_name'], CLASSES[classUid]?.name ?? 'Base Event');
    }
    assert.equal(seen.size, CATALOGUE.length + 3);
  });

  it('has a caption for every class, category and activity of the catalogue', () => {
    for (const row of rows)
      for (const name of ['class_name', 'category_name', 'activity_name']) assert.notEqual(row[name], null);
  });

  it('carries everything a message states: in an attribute of the class, else among the unmapped', async () => {
    const events = new Map(
      (await lake.query(`SELECT event_uid, ${FIELDS.map(({ name }) => name)} FROM audit_events`)).map((row) => [
        row['event_uid'],
        row,
      ]),
    );
    let values = 0;
    for (const row of rows) {
      const carried = new Set(Object.values(row).map((value) => JSON.stringify(value)));
      for (const value of Object.values(row))
        if (Array.isArray(value)) for (const item of value) carried.add(JSON.stringify(item));
      for (const { name } of FIELDS) {
        const value = events.get(row['metadata_uid'])?.[name];
        if (value === null || value === '' || isCounted(row, name, value)) continue;
        values++;
        const items = Array.isArray(value) ? value : [value];
        const isCarried =
          carried.has(JSON.stringify(value)) || items.every((item) => carried.has(JSON.stringify(item)));
        assert.ok(isCarried, `${name} ${JSON.stringify(value)} of ${row['raw_data']}`);
      }
    }
    assert.ok(values > 2000, `only ${values} values`);
  });

  /** A count that stands in a name, such as `3 devices`. */
  function isCounted(row: Row, name: string, value: unknown): boolean {
    return (
      name.endsWith('_count') &&
      row['class_uid'] === 3004 &&
      (value === 1 || String(row['entity_name']).startsWith(`${value} `))
    );
  }
});

describe('classic events as OCSF', () => {
  it('are those of their own system, and a code of another is none', async () => {
    const time = '2026-03-01T10:00:00+00:00 nx-01';
    const lake = await AskedLake.of({
      'one.csv': `${HEADER}${record(20101, 'User li logged with session id 7')}`,
      'landed/classic/trail.log': [
        `${time} [Portal|LOGIN|20101|li] User li logged with session id 7`,
        `${time} [Engine-01|Communication|10006|mia] Finder user logged in:[1234]`,
        `${time} [Console|Login|50001|ana] Login failed`,
        `${time} [Portal|USER|92042|li] Created dashboard, ID=d-1, name=Sales`,
        '',
      ].join('\n'),
    });
    try {
      const names = 'metadata_product_name, metadata_log_name, metadata_log_provider, unmapped_category, class_uid';
      const rows = await lake.query(
        `SELECT ${names}, activity_name, status, user_name, actor_user_name, service_name, duration FROM audit_events_ocsf ORDER BY metadata_event_code, metadata_product_name`,
      );
      assert.deepEqual(
        rows.map((row) => Object.values(row)),
        [
          [
            'Nexthink Engine',
            'audit.log',
            'Engine-01',
            'Communication',
            3002,
            'Logon',
            'Success',
            'mia',
            'mia',
            'Nexthink Engine',
            1234,
          ],
          ['Nexthink Infinity', 'platform.audit_logs', null, null, 0, 'Other', 'Unknown', null, 'li', null, null],
          [
            'Nexthink Portal',
            'audit.log',
            'Portal',
            'LOGIN',
            3002,
            'Logon',
            'Success',
            'li',
            'li',
            'Nexthink Portal',
            null,
          ],
          [
            'Nexthink Web Console',
            'audit.log',
            'Console',
            'Login',
            3002,
            'Logon',
            'Failure',
            'ana',
            'ana',
            'Nexthink Web Console',
            null,
          ],
          ['Nexthink Portal', 'audit.log', 'Portal', 'USER', 0, 'Other', 'Unknown', null, 'li', null, null],
        ],
      );
    } finally {
      await lake.close();
    }
  });
});

describe('one event as OCSF', () => {
  const attributes =
    (code: number, message: string, names: readonly string[], header = HEADER) =>
    async () => {
      const lake = await AskedLake.of({ 'one.csv': header + record(code, message) });
      try {
        const [row] = await lake.query('SELECT * FROM audit_events_ocsf');
        return Object.fromEntries(names.map((name) => [name, row?.[name]]));
      } finally {
        await lake.close();
      }
    };

  it('is a log-in from an address, or from what is none', async () => {
    const names = [
      'user_name',
      'user_uid',
      'session_uid',
      'src_endpoint_ip',
      'src_endpoint_name',
      'actor_user_name',
      'status_id',
    ];
    const login = (ip: string) => attributes(90211, `User logged in, id=a1, name=li, session_id=s9, ip=${ip}`, names)();
    const common = { user_name: 'li', user_uid: 'a1', session_uid: 's9', actor_user_name: 'li', status_id: 1 };
    assert.deepEqual(await login('198.51.100.4'), {
      ...common,
      src_endpoint_ip: '198.51.100.4',
      src_endpoint_name: null,
    });
    assert.deepEqual(await login('gateway-3'), { ...common, src_endpoint_ip: null, src_endpoint_name: 'gateway-3' });
  });

  it('is vendor access with its roles as privileges', async () => {
    const message =
      'Nexthink access granted, grantee="sup\'p", expiration="2026-04-01", main_role="Admin \\", additional_roles=[Viewer, Ops]';
    assert.deepEqual(
      await attributes(91041, message, ['user_name', 'privileges', 'unmapped_expiration', 'severity_id'])(),
      {
        user_name: "sup'p",
        privileges: ['Admin \\', 'Viewer', 'Ops'],
        unmapped_expiration: '2026-04-01',
        severity_id: 4,
      },
    );
    assert.deepEqual(
      await attributes(91043, "Nexthink access revoked, grantee='sup'", ['privileges', 'activity_id'])(),
      {
        privileges: [],
        activity_id: 2,
      },
    );
  });

  it('is a change with the account before and after', async () => {
    const message = 'Updated user, id=u-1, name=new, roles_granted=[Ops], roles_revoked=[], previous_name=old';
    const names = ['user_name', 'user_result_name', 'user_uid', 'unmapped_roles_granted', 'unmapped_roles_revoked'];
    assert.deepEqual(await attributes(91011, message, names)(), {
      user_name: 'old',
      user_result_name: 'new',
      user_uid: 'u-1',
      unmapped_roles_granted: ['Ops'],
      unmapped_roles_revoked: [],
    });
  });

  it('is a base event where the code is unknown, with the message kept', async () => {
    const names = ['class_uid', 'type_uid', 'severity_id', 'status_id', 'raw_data', 'unmapped'];
    assert.deepEqual(await attributes(99999, 'Something new, colour=blue', names)(), {
      class_uid: 0,
      type_uid: 99,
      severity_id: 2,
      status_id: 0,
      raw_data: 'Something new, colour=blue',
      unmapped: '{"colour":"blue"}',
    });
  });
});
