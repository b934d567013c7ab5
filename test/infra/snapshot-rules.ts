import { SETTINGS } from '../../src/settings/settings.ts';
import { at, type Body, isUnknown, objectsIn, ofType, type Resource, type Value } from './snapshot.ts';

const ASSIGNMENT = 'Microsoft.Authorization/roleAssignments';
const ENDPOINT = 'Microsoft.Network/privateEndpoints';
const APP = 'Microsoft.Web/sites';

/** What names may be in brackets: none. What-if shows no resource whose name only Azure knows. */
export function unnamed(resources: readonly Resource[]): string[] {
  const ids = resources.map(({ id }) => id.toLowerCase());
  return [
    ...resources.filter(({ id, name }) => [id, name].some(isUnknown)).map(({ type, name }) => `${type}: ${name}`),
    ...resources.filter(({ id, name }) => !id.endsWith(`/${lastOf(name)}`)).map(({ id }) => `${id}: not its name`),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id}: twice`),
  ];
}

/** Azure refuses a second assignment of one role to one principal on one thing. */
export function alikeAssignments(resources: readonly Resource[]): string[] {
  const given = ofType(resources, ASSIGNMENT).map(({ id, properties }) => {
    const [scope] = id.split(`/providers/${ASSIGNMENT}/`);
    return `${scope} ${at(properties, 'roleDefinitionId')} ${at(properties, 'principalId')}`.toLowerCase();
  });
  return given.filter((what, index) => given.indexOf(what) !== index);
}

/** Accounts, vaults and apps that the internet reaches, by their kind. What has a firewall is said to be limited. */
export function openToInternet(resources: readonly Resource[]): string[] {
  const kinds = { 'Microsoft.Storage/storageAccounts': 1, 'Microsoft.KeyVault/vaults': 1, [APP]: 1 };
  return resources
    .filter(({ type, properties }) => type in kinds && at(properties, 'publicNetworkAccess') !== 'Disabled')
    .map(({ name, properties }) => {
      const kind = /^(landhost|landing|lake|host)/.exec(name)?.[1] ?? (name.startsWith('land-') ? 'vault' : name);
      const app = name.startsWith('audit-lake-land-') ? 'landing app' : name.startsWith('audit-lake-') ? 'app' : kind;
      return at(properties, 'networkAcls.defaultAction') === 'Deny' ? `${app} (limited)` : app;
    })
    .sort();
}

/** What has a private endpoint is there for those who come by it. The landing account alone may have another door. */
export function halfClosed(resources: readonly Resource[]): string[] {
  const targets = ofType(resources, ENDPOINT).flatMap(({ properties }) =>
    [...objectsIn(properties)].map((each) => each['privateLinkServiceId']).filter((id) => typeof id === 'string'),
  );
  return resources
    .filter(({ id, name }) => targets.includes(id) && !name.startsWith('landing'))
    .filter(({ properties, type }) => {
      const isClosed = at(properties, 'publicNetworkAccess') === 'Disabled';
      return !isClosed || (type !== APP && at(properties, 'networkAcls.defaultAction') !== 'Deny');
    })
    .map(({ id }) => `${id}: has a private endpoint and is open`);
}

/** Settings of an app that are its host's, by Microsoft's documentation of Functions. */
const HOST_SETTINGS = [
  /^(AzureWebJobsStorage|RAW)__(blobServiceUri|queueServiceUri|tableServiceUri|credential|clientId)$/,
  /^APPLICATIONINSIGHTS_(CONNECTION_STRING|AUTHENTICATION_STRING)$/,
  /^AzureFunctionsJobHost__functionTimeout$/,
];

/** The settings of each app, by its name. */
export function appSettings(resources: readonly Resource[]): Map<string, Readonly<Record<string, string>>> {
  const configs = ofType(resources, 'Microsoft.Web/sites/config').filter(({ name }) => name.endsWith('/appsettings'));
  return new Map(
    configs.map(({ name, properties }) => [name.slice(0, name.indexOf('/')), properties as Record<string, string>]),
  );
}

/** Settings that neither the program nor its host knows, and apps without any. */
export function unknownSettings(resources: readonly Resource[]): string[] {
  const known = new Set(SETTINGS.map(({ environment }) => environment));
  const given = appSettings(resources);
  const names = [...given].flatMap(([app, settings]) => Object.keys(settings).map((name) => ({ app, name })));
  return [
    ...names
      .filter(({ name }) => !known.has(name) && !HOST_SETTINGS.some((pattern) => pattern.test(name)))
      .map(({ app, name }) => `${app}: ${name}`),
    ...ofType(resources, APP)
      .filter(({ name }) => !given.has(name))
      .map(({ name }) => `${name}: no settings`),
  ];
}

/** The services that a trigger of each kind asks its connection for. */
const SERVICES: Readonly<Record<string, readonly string[]>> = {
  blobTrigger: ['blobServiceUri', 'queueServiceUri'],
  queueTrigger: ['queueServiceUri'],
};

/** What is missing for a function's bindings, and for the host itself. */
export function missingConnections(
  settings: Readonly<Record<string, string>>,
  functions: Iterable<{
    readonly name: string;
    readonly bindings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }>,
): string[] {
  const asked = [...functions].flatMap(({ name, bindings }) =>
    Object.values(bindings).flatMap(({ type, connection }) => {
      if (typeof connection !== 'string') return [];
      return [...(SERVICES[String(type)] ?? ['?']), 'credential', 'clientId'].map((part) => ({
        name,
        variable: `${connection}__${part}`,
      }));
    }),
  );
  const host = ['blobServiceUri', 'tableServiceUri', 'credential', 'clientId'].map((part) => ({
    name: 'host',
    variable: `AzureWebJobsStorage__${part}`,
  }));
  return [...asked, ...host]
    .filter(({ variable }) => !settings[variable])
    .map(({ name, variable }) => `${name}: ${variable}`);
}

/** Keys and secrets in what a deployment hands out, and in what it sets: values that list keys, and parameters that are secure. */
export function secretsHandedOut(template: Body): string[] {
  return [...objectsIn(template)].flatMap(({ outputs, parameters }) => {
    const secure = Object.entries((parameters ?? {}) as Body).flatMap(([name, parameter]) =>
      String(at(parameter, 'type')).toLowerCase().startsWith('secure') ? [`parameters('${name}')`] : [],
    );
    return Object.entries((outputs ?? {}) as Body).flatMap(([name, output]) => {
      const value = JSON.stringify(at(output as Value, 'value') ?? '');
      const isSecret = /\blist\w*\(/i.test(value) || secure.some((each) => value.includes(each));
      return isSecret ? [`output ${name}: ${value}`] : [];
    });
  });
}

/** Values that hold a key, anywhere. */
export function keysIn(resources: readonly Resource[]): string[] {
  const pattern =
    /AccountKey=|SharedAccessSignature|DefaultEndpointsProtocol|\blist(?:Keys|AccountSas|ServiceSas|Secrets)\(/i;
  // The webhook's own URL has a key, and is kept secret in the subscription.
  const bare = resources.filter(({ type }) => type !== 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  return bare.filter((each) => pattern.test(JSON.stringify(each))).map(({ id }) => id);
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
