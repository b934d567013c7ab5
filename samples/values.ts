import { type AuditCode, catalogueOf, FIELDS } from '../src/catalogue/index.ts';
import { render } from '../src/decode/render.ts';
import { parseTemplate, type TemplateNode } from '../src/decode/template-syntax.ts';
import { CONTENT, PERMISSIONS, ROLES, STAFF } from './company.ts';
import type { Random } from './random.ts';

const THINGS = Object.values(CONTENT).flatMap(({ lasting }) => lasting);
const SOURCES = ['investigation', 'device view', 'amplify', 'alert'];
const DATA_TYPES = ['Device data', 'User data', 'Campaign responses'];

/** What a message says, by field. */
export type Values = Readonly<Record<string, string | number | string[]>>;

/**
 * A message of the code as its newest template (or an older one) renders it. It says what is given, as far as the template has
 * a place for it; other values that it needs are invented. Where nothing is given, it may say what it need not.
 */
export function sampleMessage(row: AuditCode, random: Random, template = row.templates[0]!, given?: Values): string {
  const stated = new Set(fieldsOf(parseTemplate(template), random, given));
  const values = Object.fromEntries(
    [...stated].map((field) => [field, given?.[field] ?? sampleValue(field, row, random)]),
  );
  return render(template, values);
}

/** The rows of the catalogue that Infinity writes today. */
export const CURRENT_CODES: readonly AuditCode[] = catalogueOf('infinity').filter((row) => row.code !== 91014);

/** The fields a message states: all that its template needs, of the optional ones and of alternatives those given, or some. */
function fieldsOf(nodes: readonly TemplateNode[], random: Random, given?: Values): string[] {
  return nodes.flatMap((node) => fieldsOfNode(node, random, given));
}

function fieldsOfNode(node: TemplateNode, random: Random, given: Values | undefined): string[] {
  switch (node.kind) {
    case 'text':
      return [];
    case 'value':
    case 'constant':
      return [node.field];
    case 'optional':
      return (given === undefined ? random.chance(0.5) : says(node.nodes, given))
        ? fieldsOf(node.nodes, random, given)
        : [];
    case 'alternatives':
      return fieldsOf(
        node.choices.find((choice) => given !== undefined && says(choice, given)) ?? random.pick(node.choices),
        random,
        given,
      );
  }
}

/** Whether nodes have a place for anything that is given. */
function says(nodes: readonly TemplateNode[], given: Values): boolean {
  return nodes.some((node) => {
    switch (node.kind) {
      case 'text':
        return false;
      case 'optional':
        return says(node.nodes, given);
      case 'alternatives':
        return node.choices.some((choice) => says(choice, given));
      default:
        return node.field in given;
    }
  });
}

function sampleValue(field: string, row: AuditCode, random: Random): string | number | string[] {
  const kind = FIELDS.find(({ name }) => name === field)?.kind;
  if (kind === 'number') return field.endsWith('_days') ? random.pick([30, 60, 90, 365]) : random.whole(1, 12);
  if (kind === 'list') return sampleList(field, random);
  return sampleText(field, row, random);
}

function sampleList(field: string, random: Random): string[] {
  const some = (values: readonly string[]) => values.filter(() => random.chance(0.3));
  switch (field) {
    case 'device_ids':
      return Array.from({ length: random.whole(1, 9) }, () => random.uuid());
    case 'user_ids':
      return Array.from({ length: random.whole(1, 4) }, () => `S-1-12-1-${random.whole(100_000_000, 999_999_999)}`);
    case 'device_names':
      return Array.from({ length: random.whole(1, 4) }, () => `LT-${random.whole(10_000, 99_999)}`);
    default:
      return some(field.startsWith('permissions') ? PERMISSIONS : ROLES);
  }
}

function sampleText(field: string, row: AuditCode, random: Random): string {
  switch (field) {
    case 'user_name':
    case 'target_user_name':
    case 'previous_user_name':
    case 'updated_by':
    case 'grantee':
    case 'old_email':
    case 'new_email':
      return random.pick(STAFF).name;
    case 'ip_address':
      return `198.51.100.${random.whole(1, 254)}`;
    case 'error':
      return 'Invalid username, password or MFA provided';
    case 'role_name':
    case 'main_role':
      return random.pick(ROLES);
    case 'group_name':
      return random.pick(['SG-Nexthink-Admins', 'SG-Nexthink-Viewers', 'SG-Servicedesk']);
    case 'object_id':
      return row.objectType === 'workflow' || row.objectType === 'campaign'
        ? `#${random
            .pick(THINGS)
            .toLowerCase()
            .replaceAll(/[^a-z0-9]+/g, '_')}`
        : random.uuid();
    case 'object_name':
      return random.pick(THINGS);
    case 'object_subtype':
      return random.pick(['STRING', 'INTEGER', 'BOOLEAN']);
    case 'target_scope':
      return 'investigation';
    case 'permission':
      return random.pick(['view', 'edit']);
    case 'trigger_source':
      return random.pick(SOURCES);
    case 'data_type':
      return random.pick(DATA_TYPES);
    case 'target_object_type':
      return random.pick(['device', 'user']);
    case 'custom_field_name':
      return random.pick(['#cost_centre', '#site', '#owner']);
    case 'value_updated_at':
    case 'expiration':
      return `2026-03-${String(random.whole(10, 28))}T08:00:00Z`;
    case 'data_privacy_visibility':
      return random.pick(['full', 'anonymised']);
    case 'data_model_visibility':
    case 'view_domain':
      return random.pick(['all', 'Europe', 'Headquarters']);
    case 'rank':
    case 'rank_change':
      return String(random.whole(1, 9));
    default:
      return random.uuid();
  }
}
