/** Captions of OCSF 1.8.0, for the classes that the catalogue maps to. Source: ocsf-schema, events/*.json at 1.8.0. */

export const CATEGORIES: Readonly<Record<number, string>> = {
  3: 'Identity & Access Management',
  6: 'Application Activity',
};

/** A class and the captions of its activities. 99 is named by the catalogue. */
interface OcsfClass {
  readonly name: string;
  readonly activities: Readonly<Record<number, string>>;
}

const CREATE_READ_UPDATE_DELETE = { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete' } as const;

export const CLASSES: Readonly<Record<number, OcsfClass>> = {
  3001: {
    name: 'Account Change',
    activities: {
      1: 'Create',
      2: 'Enable',
      3: 'Password Change',
      4: 'Password Reset',
      5: 'Disable',
      6: 'Delete',
      7: 'Attach Policy',
      8: 'Detach Policy',
      9: 'Lock',
      10: 'MFA Factor Enable',
      11: 'MFA Factor Disable',
      12: 'Unlock',
    },
  },
  3002: {
    name: 'Authentication',
    activities: {
      1: 'Logon',
      2: 'Logoff',
      3: 'Authentication Ticket',
      4: 'Service Ticket Request',
      5: 'Service Ticket Renew',
      6: 'Preauth',
      7: 'Account Switch',
    },
  },
  3004: {
    name: 'Entity Management',
    activities: {
      ...CREATE_READ_UPDATE_DELETE,
      5: 'Move',
      6: 'Enroll',
      7: 'Unenroll',
      8: 'Enable',
      9: 'Disable',
      10: 'Activate',
      11: 'Deactivate',
      12: 'Suspend',
      13: 'Resume',
    },
  },
  3005: { name: 'User Access Management', activities: { 1: 'Assign Privileges', 2: 'Revoke Privileges' } },
  3006: {
    name: 'Group Management',
    activities: {
      1: 'Assign Privileges',
      2: 'Revoke Privileges',
      3: 'Add User',
      4: 'Remove User',
      5: 'Delete',
      6: 'Create',
      7: 'Add Subgroup',
      8: 'Remove Subgroup',
    },
  },
  6001: {
    name: 'Web Resources Activity',
    activities: { ...CREATE_READ_UPDATE_DELETE, 5: 'Search', 6: 'Import', 7: 'Export', 8: 'Share' },
  },
  6003: { name: 'API Activity', activities: CREATE_READ_UPDATE_DELETE },
};
