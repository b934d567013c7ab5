import { CATALOGUE } from '../catalogue/index.ts';
import { OCSF_ATTRIBUTES, ocsfValue } from './ocsf.ts';
import type { EngineSyntax } from './ocsf-mapping.ts';
import { CATEGORIES, CLASSES } from './ocsf-names.ts';

/** The columns of audit_codes that the mapping reads. */
const CODE_COLUMNS = [
  'code',
  'event_name',
  'meaning',
  'family',
  'object_type',
  'channel',
  'outcome',
  'ocsf_version',
  'ocsf_category_uid',
  'ocsf_class_uid',
  'ocsf_activity_id',
  'ocsf_type_uid',
  'ocsf_severity_id',
  'ocsf_entity_type',
];

/** The query of audit_events_ocsf, over the views audit_events and audit_codes. */
export function ocsfQuery(dialect: EngineSyntax): string {
  const columns = OCSF_ATTRIBUTES.map((attribute) => {
    const value = ocsfValue(attribute, dialect);
    return value === `e.${attribute.name}` ? `  ${value}` : `  ${value} AS ${attribute.name}`;
  });
  return `WITH captions AS (
  SELECT
    COALESCE(source_system, 'infinity') AS source_system,
    ${CODE_COLUMNS.join(',\n    ')},
    ${caption('ocsf_category_uid', CATEGORIES)} AS category_name,
    ${caption('ocsf_class_uid', classNames())} AS class_name,
    COALESCE(ocsf_activity_name, ${caption('ocsf_type_uid', activityNames())}) AS activity_name
  FROM audit_codes
)
SELECT
${columns.join(',\n')}
FROM audit_events AS e
LEFT JOIN captions AS c ON e.code = c.code AND COALESCE(e.source_system, 'infinity') = c.source_system`;
}

function caption(column: string, names: Readonly<Record<number, string>>): string {
  const branches = Object.entries(names).map(([id, name]) => `WHEN ${id} THEN '${name}'`);
  return `CASE ${column} ${branches.join(' ')} END`;
}

function classNames(): Record<number, string> {
  return Object.fromEntries(Object.entries(CLASSES).map(([uid, { name }]) => [uid, name]));
}

/** Captions by type_uid, of the activities that the catalogue maps to. */
function activityNames(): Record<number, string> {
  const names: Record<number, string> = {};
  for (const { ocsf } of CATALOGUE) {
    const name = CLASSES[ocsf.classUid]?.activities[ocsf.activityId];
    if (name !== undefined) names[ocsf.classUid * 100 + ocsf.activityId] = name;
  }
  return names;
}
