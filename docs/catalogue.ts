import {
  type AuditCode,
  CATALOGUE_VERSION,
  catalogueOf,
  FAMILIES,
  type Family,
  OCSF_VERSION,
  type SourceSystem,
} from '../src/catalogue/index.ts';
import { parseTemplate, type TemplateNode } from '../src/decode/template-syntax.ts';
import { SOURCE_SYSTEMS } from '../src/source/index.ts';

const SYSTEM_TITLES: Readonly<Record<SourceSystem, string>> = {
  infinity: 'Infinity',
  engine: 'Engine (classic)',
  portal: 'Portal (classic)',
  console: 'Web Console (classic)',
};

const FAMILY_TITLES: Readonly<Record<Family, string>> = {
  session: 'Sessions',
  account: 'Accounts',
  access: 'Roles, credentials and access',
  content: 'Content and configuration',
  execution: 'Executions',
  data: 'Data management',
  ai: 'Spark, the AI agent',
  system: 'Operation',
};

/** The catalogue for people: per code its meaning, columns, mappings and the shapes of its message, newest first. */
export function catalogueDocument(): string {
  return `${[
    '# Audit codes',
    '',
    `Generated from \`src/catalogue\` by \`npm run generate\`; do not edit. Version \`${CATALOGUE_VERSION}\`, OCSF ${OCSF_VERSION}.`,
    '',
    'In a template, `{column:type}` is a value, `[…]` may be missing, `<a|b>` is one of several, `key?=` an equals sign that may',
    'be missing before a quote, and a character behind a backslash stands for itself. Types and rules: `src/decode/template-syntax.ts`, `src/decode/value.ts`.',
    '',
    'A code is one of its source system (`source_system`): the same number may mean something else in another. Where the',
    'documentation does not show the message of a classic code, there is no template, and the message is `unmatched` or `partial`; a',
    'code that it has for two things is `ambiguous` (`code_used_twice`) unless a template tells them apart. The account of the line is',
    '`actor_name` there.',
    ...SOURCE_SYSTEMS.flatMap(systemSection),
  ].join('\n')}\n`;
}

function systemSection(system: SourceSystem): string[] {
  const sections = FAMILIES.flatMap((family) => familySection(system, family));
  const pages = [...new Set(catalogueOf(system).map(({ source }) => source))];
  return [
    '',
    `## ${SYSTEM_TITLES[system]}`,
    '',
    `Read from ${pages.map((page) => `<${page}>`).join(', ')}.`,
    ...sections,
  ];
}

function familySection(system: SourceSystem, family: Family): string[] {
  const rows = catalogueOf(system).filter((row) => row.family === family);
  if (rows.length === 0) return [];
  return [
    '',
    `### ${system === 'infinity' ? '' : `${SYSTEM_TITLES[system].replace(' (classic)', '')}: `}${FAMILY_TITLES[family]}`,
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
