import {
  type AuditCode,
  CATALOGUE,
  CATALOGUE_VERSION,
  FAMILIES,
  type Family,
  OCSF_VERSION,
} from '../src/catalogue/index.ts';
import { parseTemplate, type TemplateNode } from '../src/decode/template-syntax.ts';

const FAMILY_TITLES: Readonly<Record<Family, string>> = {
  session: 'Sessions',
  account: 'Accounts',
  access: 'Roles, credentials and access',
  content: 'Content and configuration',
  execution: 'Executions',
  data: 'Data management',
  ai: 'Spark, the AI agent',
};

/** The catalogue for people: per code its meaning, columns, mappings and the shapes of its message, newest first. */
export function catalogueDocument(): string {
  return `${[
    '# Audit codes',
    '',
    `Generated from \`src/catalogue\` by \`npm run generate\`; do not edit. Version \`${CATALOGUE_VERSION}\`, OCSF ${OCSF_VERSION}.`,
    '',
    'In a template, `{column:type}` is a value, `[…]` may be missing, `<a|b>` is one of several, `key?=` an equals sign that may',
    'be missing before a quote. Types and rules: `src/decode/template-syntax.ts`, `src/decode/value.ts`.',
    ...FAMILIES.flatMap(familySection),
  ].join('\n')}\n`;
}

function familySection(family: Family): string[] {
  const rows = CATALOGUE.filter((row) => row.family === family);
  return [
    '',
    `## ${FAMILY_TITLES[family]}`,
    '',
    '| code | meaning | event_name | action | outcome | severity | OCSF | ASIM | columns from the message |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows.map(tableRow),
    '',
    ...rows.flatMap((row) => row.templates.map(({ id, text }) => `- \`${id}\` \`${text}\``)),
  ];
}

function tableRow(row: AuditCode): string {
  const cells = [
    String(row.code),
    row.meaning,
    `\`${row.name}\``,
    row.action,
    row.outcome,
    row.severity,
    ocsf(row),
    `${row.asim.eventSchema} ${row.asim.eventType} ${row.asim.eventResult}`,
    columns(row).join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function ocsf({ ocsf: { classUid, activityId, activityName } }: AuditCode): string {
  return `${classUid * 100 + activityId}${activityName === undefined ? '' : ` (${activityName})`}`;
}

function columns(row: AuditCode): string[] {
  const names = row.templates.flatMap((template) => parseTemplate(template).flatMap(fieldsOf));
  return [...new Set(names)].map((name) => `\`${name}\``);
}

function fieldsOf(node: TemplateNode): string[] {
  switch (node.kind) {
    case 'text':
      return [];
    case 'value':
    case 'constant':
      return [node.field];
    case 'optional':
      return node.nodes.flatMap(fieldsOf);
    case 'alternatives':
      return node.choices.flat().flatMap(fieldsOf);
  }
}
