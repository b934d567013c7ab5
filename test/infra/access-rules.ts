import { at, objectsIn, ofType, type Resource, template } from './snapshot.ts';

/** A role of somebody on something, and why: a row of the table in docs/deploy.md. */
export interface Grant {
  readonly who: string;
  readonly scope: string;
  readonly role: string;
  readonly reason: string;
}

const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';
const DEFINITION = 'Microsoft.Authorization/roleDefinitions';

/** The one role that is no built-in one, and all that it may. */
const FILE_ADDER = 'Audit lake file adder (custom), below its folders';
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const FILE_ADDER_MAY = [`${BLOBS}/add/action`, `${BLOBS}/read`];

/** All that what lands files may have, on what. */
const LANDING_APP = [
  `landing account, container \`raw\`: ${FILE_ADDER}`,
  'landing account, container `landing-state`: Storage Blob Data Contributor',
  'landing app’s host account: Storage Blob Data Owner',
  'landing app’s host account: Storage Table Data Contributor',
  'key vault: Key Vault Secrets User',
  'Application Insights: Monitoring Metrics Publisher',
];

/** Principals, by a piece of what a snapshot has for their object ids: variants give every kind of principal ids of its own. */
const WHO: readonly (readonly [piece: string, who: string])[] = [
  ['/audit-lake-identity', 'function app'],
  ['/audit-lake-landing-identity', 'landing app (`landingSources`)'],
  ['/audit-lake-encryption-identity', 'encryption identity (`customerKey`)'],
  ['Microsoft.EventGrid/systemTopics', 'Event Grid system topic'],
  ['-000000000011', 'exporter (`exporterPrincipalId`)'],
  ['-000000000012', 'engines (`readerPrincipalIds`)'],
  ['-000000000013', 'engines (`readerPrincipalIds`)'],
  ['-000000000014', 'people (`readerGroupIds`)'],
  ['-000000000015', 'whoever deploys (`deployerPrincipalId`)'],
];

/** What a role is on, by what the id of the assignment begins with behind its providers. */
const SCOPES: readonly (readonly [pattern: RegExp, scope: string])[] = [
  [/^Microsoft\.Insights\/components\/[\w-]+$/, 'Application Insights'],
  [/^Microsoft\.KeyVault\/vaults\/key-\w+$/, 'vault of the key'],
  [/^Microsoft\.KeyVault\/vaults\/land-\w+$/, 'key vault'],
  [/^Microsoft\.Storage\/storageAccounts\/landhost\w+/, 'landing app’s host account'],
  [/^Microsoft\.Storage\/storageAccounts\/(landing\w+|exports)/, 'landing account'],
  [/^Microsoft\.Storage\/storageAccounts\/lake\w+/, 'lake account'],
  [/^Microsoft\.Storage\/storageAccounts\/host\w+/, 'host account'],
];

/** The built-in roles' ids, by their names in the portal. */
export const ROLE_IDS: Readonly<Record<string, string>> = Object.assign(
  {},
  ...[...objectsIn(template('azuredeploy'))].flatMap(({ variables }) => at(variables, 'roleIds') ?? []),
);

/** Every role that is given, as the table has it. @throws Error where one is given in a way that the table has no words for */
export function grantsOf(resources: readonly Resource[]): Grant[] {
  return ofType(resources, ASSIGNMENT).map((assignment) => ({
    who: known(
      WHO.find(([piece]) => String(at(assignment, 'properties.principalId')).includes(piece))?.[1],
      assignment,
    ),
    scope: scopeOf(assignment),
    role: roleOf(assignment),
    reason: String(at(assignment, 'properties.description')),
  }));
}

/** What makes roles broader than a container, or an account where the host needs it; none where all is well. */
export function accessFaults(resources: readonly Resource[]): string[] {
  const adders = ofType(resources, ASSIGNMENT).filter((each) => roleOf(each) === FILE_ADDER);
  const faults = [...adders.flatMap(conditionFaults), ...definitionFaults(resources), ...landingFaults(resources)];
  for (const { who, scope, role } of grantsOf(resources)) {
    if (who.startsWith('landing app')) continue;
    const wide = !/container|queue |vault of the key/.test(scope);
    if (wide && who !== 'function app') faults.push(`${who} has ${role} on the whole ${scope}`);
    if (wide && scope === 'lake account') faults.push(`${who} has ${role} on the whole lake`);
    if (role === 'Storage Blob Data Owner' && scope !== 'host account')
      faults.push(`${who} owns blobs of the ${scope}`);
    if (who.startsWith('engines') || who.startsWith('people')) {
      if (role !== 'Storage Blob Data Reader' || !scope.endsWith('`curated`'))
        faults.push(`${who} has ${role} on ${scope}`);
    }
  }
  return faults;
}

/** Assignments that say another kind of principal than theirs, for which Azure would look in vain. */
export function wrongKinds(resources: readonly Resource[]): string[] {
  return ofType(resources, ASSIGNMENT).flatMap((each) => {
    const [grant] = grantsOf([each]);
    const kind = at(each, 'properties.principalType');
    const expected = grant?.who.startsWith('people') ? 'Group' : 'ServicePrincipal';
    return kind === expected ? [] : [`${grant?.who}: ${String(kind)}`];
  });
}

/** What is wrong with the assignment that lets files be added: the condition has to hold for all that the role allows. */
function conditionFaults({ id, properties }: Resource): string[] {
  const paths = `@Resource\\[${BLOBS}:path\\] StringStartsWith '[^']+/'`;
  const actions = FILE_ADDER_MAY.map((action) => `!\\(ActionMatches\\{'${action}'\\}\\)`).join(' AND ');
  const expected = new RegExp(`^\\(\\(${actions}\\) OR \\(${paths}( OR ${paths})*\\)\\)$`);
  const found = String(at(properties, 'condition'));
  return [
    ...(expected.test(found) ? [] : [`${id}: condition ${found}`]),
    ...(at(properties, 'conditionVersion') === '2.0' ? [] : [`${id}: no version of its condition`]),
  ];
}

/** Roles of our own: one, which may add blobs and read them. */
function definitionFaults(resources: readonly Resource[]): string[] {
  const expected = [{ actions: [], notActions: [], dataActions: FILE_ADDER_MAY, notDataActions: [] }];
  return ofType(resources, DEFINITION).flatMap(({ id, properties }) => {
    const permissions = JSON.stringify(at(properties, 'permissions'));
    return permissions === JSON.stringify(expected) ? [] : [`${id} may ${permissions}`];
  });
}

/** What lands files reaches neither curated nor quarantine nor evidence, and of raw no more than it adds. */
function landingFaults(resources: readonly Resource[]): string[] {
  const given = grantsOf(resources);
  const found = given.flatMap(({ who, scope, role }) => (who.startsWith('landing app') ? [`${scope}: ${role}`] : []));
  const lacking = found.length === 0 ? [] : LANDING_APP.filter((each) => !found.includes(each));
  return [
    ...found.filter((each) => !LANDING_APP.includes(each)).map((each) => `the landing app has ${each}`),
    ...lacking.map((each) => `the landing app lacks ${each}`),
    ...given
      .filter(({ who, role }) => role === FILE_ADDER && !who.startsWith('landing app'))
      .map(({ who }) => `${who} adds files`),
  ];
}

/** The rows of a Markdown table with the columns who, scope, role and reason. */
export function grantsInTable(markdown: string): Grant[] {
  const [, body] = /^\| who \| scope \| role \| reason \|\n\|[-|]+\|\n((?:\|.*\|\n)+)/m.exec(markdown) ?? [];
  if (body === undefined) throw new Error('expected a table with the columns who, scope, role and reason, found none');
  return body
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [who = '', scope = '', role = '', reason = ''] = line.slice(2, -2).split(' | ');
      return { who, scope, role, reason };
    });
}

function scopeOf(assignment: Resource): string {
  const [scope = ''] = assignment.id.split(`/providers/${ASSIGNMENT}/`);
  const target = scope.slice(scope.indexOf('/providers/') + '/providers/'.length);
  const base = known(SCOPES.find(([pattern]) => pattern.test(target))?.[1], assignment);
  const [, part, name] = /\/(containers|queues)\/([\w-]+)$/.exec(target) ?? [];
  // An account that was there has a container of another name for raw files.
  if (part === 'containers') return `${base}, container \`${name === 'nexthink' ? 'raw' : name}\``;
  return part === 'queues' ? `${base}, queue \`${name}\`` : base;
}

function roleOf(assignment: Resource): string {
  const id = String(at(assignment, 'properties.roleDefinitionId'));
  const [name] = Object.entries(ROLE_IDS).find(([, guid]) => id.endsWith(`/${guid}`)) ?? [];
  return name ?? FILE_ADDER;
}

function known(word: string | undefined, { id, properties }: Resource): string {
  if (word !== undefined) return word;
  throw new Error(`${id}: expected somebody and something that the table knows, found ${JSON.stringify(properties)}`);
}
