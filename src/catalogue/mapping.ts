import type { AsimMapping, OcsfMapping } from './audit-code.ts';

/** The version of the Open Cybersecurity Schema Framework that every mapping refers to. */
export const OCSF_VERSION = '1.8.0';

/** The page all Infinity codes were read from. */
export const AUDIT_CODES_PAGE = 'https://docs.nexthink.com/platform/security/exporting-audit-logs/audit-trail-codes';

/** The page of the classic codes of the Engine, readable up to 10029. */
export const ENGINE_CODES_PAGE =
  'https://docs.nexthink.com/platform/security/exporting-audit-logs/audit-trail-codes-engine-classic';

/** The page of the classic codes of the Portal, readable up to 21101. */
export const PORTAL_CODES_PAGE =
  'https://docs.nexthink.com/platform/security/exporting-audit-logs/audit-trail-codes-portal-classic';

/** The page that shows messages of the Web Console, readable up to 51104. */
export const CONSOLE_CODES_PAGE =
  'https://doc.nexthink.com/Documentation/Nexthink/latest/GlossaryAndReferences/Audittrail';

/** The page of an older version that lists all codes of the Web Console, without their messages. */
export const OLD_CONSOLE_CODES_PAGE =
  'https://doc.nexthink.com/Documentation/Nexthink/V6.8/GlossaryAndReferences/Audittrail';

const OTHER = 99;
const ENTITY_ACTIVITY = { create: 1, update: 3, delete: 4, enable: 8, disable: 9 } as const;

/** An OCSF class and activity; a name makes it activity 99, which the class does not list. */
export function ocsf(classUid: number, activity: number | string): OcsfMapping {
  return typeof activity === 'number'
    ? { classUid, activityId: activity }
    : { classUid, activityId: OTHER, activityName: activity };
}

/** OCSF Entity Management (3004) of a managed entity of the given type. */
export function entity(action: keyof typeof ENTITY_ACTIVITY, entityType: string): OcsfMapping {
  return { classUid: 3004, activityId: ENTITY_ACTIVITY[action], entityType };
}

/** OCSF Entity Management (3004) of something that the class has no such activity for. */
export function otherEntity(activity: string, entityType: string): OcsfMapping {
  return { ...ocsf(3004, activity), entityType };
}

/** ASIM AuditEvent. */
export function auditEvent(
  eventType: string,
  objectType?: string,
  eventResult: AsimMapping['eventResult'] = 'Success',
): AsimMapping {
  return { eventSchema: 'AuditEvent', eventType, eventResult, ...(objectType && { objectType }) };
}

/** ASIM Authentication. */
export function authentication(eventType: string, eventResult: AsimMapping['eventResult'] = 'Success'): AsimMapping {
  return { eventSchema: 'Authentication', eventType, eventResult };
}

/** ASIM UserManagement. */
export function userManagement(eventType: string, eventResult: AsimMapping['eventResult'] = 'Success'): AsimMapping {
  return { eventSchema: 'UserManagement', eventType, eventResult };
}
