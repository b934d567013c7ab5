import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AzCall, parseAz } from './az-commands.ts';

const INFRA = fileURLToPath(new URL('../../infra/', import.meta.url));
export const GROUP = 'rg-audit';
const PROVIDERS_OF_GROUP = `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/${GROUP}/providers`;

/** The id of a resource in the group. */
export function idOf(type: string, name: string): string {
  return `${PROVIDERS_OF_GROUP}/${type}/${name}`;
}

/** Who is signed in, as the token's claims say. */
const DEPLOYER = '99999999-aaaa-bbbb-cccc-000000000001';
const TOKEN = ['head', Buffer.from(JSON.stringify({ oid: DEPLOYER })).toString('base64url'), 'token-signature'].join(
  '.',
);

const HOST = 'audit-lake-abc.azurewebsites.net';
const SCM_HOST = 'audit-lake-abc.scm.azurewebsites.net';

export const OUTPUTS: Readonly<Record<string, string | boolean>> = {
  functionAppName: 'audit-lake-abc',
  hostAccountName: 'hostabc',
  deadLetterContainer: 'dead-letters',
  landingAccountName: 'landingabc',
  landingSubscriptionId: '',
  landingResourceGroup: GROUP,
  rawContainer: 'raw',
  rawFolder: '',
  lakeIsPrivate: false,
  actionGroupId: idOf('Microsoft.Insights/actionGroups', 'audit-lake'),
  applicationInsightsName: 'audit-lake-insights',
  landedFolders: 'landed/nql/,landed/webhook/,landed/classic/,landed/counts/',
  landingAppName: '',
  keyVaultName: '',
  landingSecrets: '',
  delivery: 'webhook',
  rawUrl: 'https://landingabc.dfs.core.windows.net/raw',
  lakeUrl: 'https://lakeabc.dfs.core.windows.net/',
};

const PROVIDERS = ['App', 'Consumption', 'EventGrid', 'Insights', 'ManagedIdentity', 'Network', 'OperationalInsights'];

export interface EventSubscription {
  readonly url: string;
  readonly state: string;
}

/** A refusal of Azure: what az prints before it ends with a code that is not 0. */
class Refused extends Error {}

/** A subscription of Azure as az shows it to the scripts: so much of it as they look at, and nothing that they do not. */
export class FakeAzure {
  signedIn = true;
  userType = 'user';
  hasGroup = true;
  /** Whether the subscription itself may be looked at, and not the resource group alone. */
  seesSubscription = true;
  providers = [...PROVIDERS, 'Storage', 'Web'].map((name) => `Microsoft.${name}`);
  regions = ['westeurope', 'switzerlandnorth'];
  nodeVersions = ['22', '24'];
  parameters: Record<string, unknown> = { tags: { stage: 'prod' } };
  /** What main.bicep put out; null where it was not deployed. */
  outputs: Readonly<Record<string, string | boolean>> | null = null;
  /** What the deployment of main.bicep is called: azd and the portal name theirs. */
  deployedAs = 'nexthink-audit-lake';
  key = 'webhook-key_Aa0==';
  /** How often the function, then the key, is looked for in vain. */
  pollsWithoutFunction = 0;
  pollsWithoutKey = 0;
  /** What az says of the next tries, one each; they fail. */
  readonly zipFailures: string[] = [];
  readonly uploadFailures: string[] = [];
  readonly eventsFailures: string[] = [];
  readonly mainFailures: string[] = [];
  /** Deployments of an earlier run, by name: how often each is still seen to go on. */
  readonly running = new Map<string, number>();
  /** Assignments of roles that are there already, by name. */
  readonly assignments = new Map<string, string>();
  /** What a what-if of what was just deployed finds otherwise; null where it cannot be run. */
  drift: readonly unknown[] | null = [];
  /** What is answered to a request of the app's deployment endpoint; null for an answer. */
  unreachable: string | null = null;
  /** How az ends its lines: that of Windows with CR as well. */
  lineEnd = '\n';
  topic: { readonly name: string; readonly identity: string | null } | null = null;
  subscription: EventSubscription | null = null;
  /** Whether events go to the queue, by a subscription of its own. */
  hasQueueSubscription = false;
  /** Ids of the resources in the group. */
  resources: string[] = [];
  /** What each deployment made: type, id and name. */
  operations: Record<string, readonly (readonly string[])[]> = {};
  /** What becomes of an uploaded file. */
  onUpload: (source: string, blob: string) => Promise<void> = async () => undefined;
  /** The commands that changed something, in order. */
  readonly changes: string[] = [];
  readonly calls: AzCall[] = [];

  /** Neither may be seen by anyone. */
  get secrets(): readonly string[] {
    return [this.key, TOKEN];
  }

  get webhookUrl(): string {
    return `https://${HOST}/runtime/webhooks/blobs?functionName=Host.Functions.ingest-export&code=${this.key}`;
  }

  /** What az prints for a command. @throws Error with what az complains of */
  async run(args: readonly string[]): Promise<string> {
    const call = parseAz(args);
    this.calls.push(call);
    if (!this.signedIn) throw new Refused("Please run 'az login' to setup account.");
    const answer = await this.#answer(call);
    const [output] = call.options['output'] ?? [];
    if (call.command === 'bicep build-params') return `${JSON.stringify(answer)}\n`;
    if (call.command === 'bicep version') return 'Bicep CLI version 0.40.2\n';
    if (output === 'tsv') return tsv(answer).replaceAll('\n', this.lineEnd);
    if (output === 'none') return '';
    if (output === 'json') return JSON.stringify(answer, null, 2).replaceAll('\n', this.lineEnd);
    if (call.command === 'deployment group what-if') return `${String(answer)}\n`;
    throw new Error(`the answer to az ${call.command} would be printed: expected --output tsv or none`);
  }

  async #answer({ command, options }: AzCall): Promise<unknown> {
    const value = (name: string) => options[name]?.[0] ?? '';
    /** What az picks of its answer: a query that is not among these is not known to be right. */
    const queried = (answers: Readonly<Record<string, unknown>>) => {
      if (Object.hasOwn(answers, value('query'))) return answers[value('query')];
      throw new Error(`az ${command}: unexpected --query ${value('query')}`);
    };
    switch (command) {
      case 'account show':
        return queried({ '': null, name: 'Audit (test)', 'user.type': this.userType });
      case 'account get-access-token':
        return queried({ accessToken: TOKEN });
      case 'bicep version':
        return null;
      case 'bicep build-params': {
        const values = Object.entries(this.parameters).map(([name, given]) => [name, { value: given }]);
        const declared = { nodeVersion: { defaultValue: '24' }, exporterAuth: { defaultValue: 'entra' } };
        return {
          parametersJson: JSON.stringify({ parameters: Object.fromEntries(values) }),
          templateJson: JSON.stringify({ parameters: declared }),
        };
      }
      case 'group show':
        if (!this.hasGroup || value('name') !== GROUP) throw new Refused('(ResourceGroupNotFound)');
        return null;
      case 'group delete':
        return this.#changed('delete group');
      case 'provider list':
        if (!this.seesSubscription) throw new Refused('(AuthorizationFailed)');
        return queried({ "[?registrationState=='Registered'].namespace": this.providers });
      case 'functionapp list-flexconsumption-locations': {
        if (!this.seesSubscription) throw new Refused('(AuthorizationFailed)');
        const region = /^\[\?name=='([a-z0-9]+)'\]\.name$/.exec(value('query'))?.[1];
        if (region === undefined) throw new Error(`unexpected --query ${value('query')}`);
        return this.regions.filter((name) => name === region);
      }
      case 'functionapp list-flexconsumption-runtimes':
        if (!this.seesSubscription) throw new Refused('(AuthorizationFailed)');
        return queried({ '[].version': this.nodeVersions });
      // Of an app on Flex Consumption az hands on what Azure answers, as it is.
      case 'functionapp show':
        return queried({
          defaultHostName: null,
          'properties.defaultHostName || defaultHostName': HOST,
          "(properties.hostNameSslStates || hostNameSslStates)[?hostType=='Repository'].name | [0]": SCM_HOST,
        });
      case 'cloud show':
        return queried({ 'endpoints.activeDirectoryResourceId': 'https://management.core.windows.net/' });
      case 'rest':
        if (value('url') !== `https://${SCM_HOST}/api/deployments/latest`)
          throw new Error(`unexpected ${value('url')}`);
        if (this.unreachable !== null) throw new Refused(this.unreachable);
        return null;
      case 'role assignment list': {
        const name = /^\[\?name=='([0-9a-f-]+)'\]\.id$/.exec(value('query'))?.[1];
        if (name === undefined) throw new Error(`unexpected --query ${value('query')}`);
        return [this.assignments.get(name)].filter((id) => id !== undefined);
      }
      case 'functionapp function list': {
        const exists = this.pollsWithoutFunction === 0;
        if (!exists) this.pollsWithoutFunction--;
        const found = exists ? [`${value('name')}/ingest-export`] : [];
        return queried({ "[?ends_with(name, '/ingest-export')].name": found });
      }
      case 'functionapp keys list': {
        const exists = this.pollsWithoutKey === 0;
        if (!exists) this.pollsWithoutKey--;
        return queried({
          "type(systemKeys.blobs_extension) == 'string'": exists,
          'systemKeys.blobs_extension': exists ? this.key : null,
        });
      }
      case 'functionapp deployment source config-zip': {
        const failure = this.zipFailures.shift();
        if (failure !== undefined) throw new Refused(failure);
        if (value('build-remote') !== 'false') throw new Error('expected a package that is built');
        return this.#changed('zip');
      }
      case 'deployment group what-if':
        await checkParameters('main.bicep', options['parameters'] ?? []);
        if (options['no-pretty-print'] === undefined) return 'Resource changes: 40 to create.';
        if (this.drift === null) throw new Refused('(InvalidTemplateDeployment)');
        return { changes: this.drift, status: 'Succeeded' };
      case 'deployment group create':
        return await this.#deploy(value('name'), value('template-file'), options['parameters'] ?? []);
      case 'deployment group list': {
        const name = this.outputs === null ? null : this.deployedAs;
        return queried({
          "[?name=='nexthink-audit-lake'].name": name === 'nexthink-audit-lake' ? [name] : [],
          'sort_by([?properties.outputs.lakeUrl], &properties.timestamp)[-1].name': name,
        });
      }
      case 'deployment group show': {
        if (value('query') === 'properties.provisioningState') return this.#state(value('name'));
        if (this.outputs === null || value('name') !== this.deployedAs) throw new Refused('(DeploymentNotFound)');
        const names = value('query').match(/(?<=[[ ])\w+(?=\.value)/g) ?? [];
        if (value('query') !== `properties.outputs.[${names.map((name) => `${name}.value`).join(', ')}]`)
          throw new Error(`unexpected --query ${value('query')}`);
        const { outputs } = this;
        return names.map((name) => outputs[name] ?? null);
      }
      case 'deployment operation group list': {
        const made = this.operations[value('name')];
        if (made === undefined) throw new Refused('(DeploymentNotFound)');
        return queried({
          '[?properties.targetResource].properties.targetResource.[resourceType, id, resourceName]': made,
        });
      }
      case 'resource list':
        return queried({ '[].id': this.resources });
      case 'resource delete':
        this.resources = this.resources.filter((id) => !options['ids']?.includes(id));
        return this.#changed('delete resources');
      case 'eventgrid system-topic list': {
        const { topic } = this;
        return queried({
          "[?ends_with(source, '/landingabc')].[name, identity.type]":
            topic === null ? [] : [[topic.name, topic.identity]],
        });
      }
      case 'eventgrid system-topic delete':
        if (value('name') !== this.topic?.name) throw new Refused('(ResourceNotFound)');
        this.topic = null;
        return this.#changed('delete topic');
      case 'eventgrid system-topic event-subscription list':
        return queried({
          "[?name=='nexthink-audit-lake'].name": this.subscription === null ? [] : ['nexthink-audit-lake'],
          "[?name=='nexthink-audit-lake-queue'].name": this.hasQueueSubscription ? ['nexthink-audit-lake-queue'] : [],
        });
      case 'eventgrid system-topic event-subscription show': {
        if (this.subscription === null) throw new Refused('(ResourceNotFound)');
        const { state, url } = this.subscription;
        const shown = value('include-full-endpoint-url') === 'true' ? url : null;
        return queried({ '[provisioningState, destination.endpointUrl]': [state, shown] });
      }
      case 'eventgrid system-topic event-subscription delete':
        if (value('name') === 'nexthink-audit-lake-queue') {
          if (!this.hasQueueSubscription) throw new Refused('(ResourceNotFound)');
          this.hasQueueSubscription = false;
          return this.#changed('delete queue subscription');
        }
        if (this.subscription === null) throw new Refused('(ResourceNotFound)');
        this.subscription = null;
        return this.#changed('delete subscription');
      case 'storage fs file upload': {
        const failure = this.uploadFailures.shift();
        if (failure !== undefined) throw new Refused(failure);
        if (value('auth-mode') !== 'login') throw new Error('expected --auth-mode login: there are no keys');
        await this.onUpload(value('source'), value('path'));
        return this.#changed('upload');
      }
      default:
        throw new Error(`az ${command} has no answer here`);
    }
  }

  #state(name: string): string {
    const polls = this.running.get(name);
    if (polls === undefined) throw new Refused('(DeploymentNotFound)');
    this.running.set(name, polls - 1);
    return polls > 0 ? 'Running' : 'Canceled';
  }

  async #deploy(name: string, template: string, parameters: readonly string[]): Promise<null> {
    if (name === 'nexthink-audit-lake') {
      const given = await checkParameters('main.bicep', parameters);
      if (given['deployerPrincipalId'] !== DEPLOYER) throw new Error('expected the role of who is signed in');
      const failure = this.mainFailures.shift();
      if (failure !== undefined) throw new Refused(failure);
      const queue = this.parameters['delivery'] === 'queue';
      this.outputs = { ...OUTPUTS, ...this.outputs, delivery: queue ? 'queue' : 'webhook' };
      if (queue) {
        this.topic ??= { name: `${OUTPUTS['landingAccountName']}-events`, identity: 'SystemAssigned' };
        this.hasQueueSubscription = true;
      }
      return this.#changed('main.bicep');
    }
    if (name !== 'nexthink-audit-lake-events' || path.basename(template) !== 'eventgrid.bicep')
      throw new Error(`unexpected deployment ${name} of ${template}`);
    await checkParameters('eventgrid.bicep', parameters);
    const failure = this.eventsFailures.shift();
    if (failure !== undefined) throw new Refused(failure);
    if (this.pollsWithoutKey > 0) throw new Refused("The language expression property 'blobs_extension' doesn't exist");
    if (this.subscription !== null && decodeURIComponent(this.subscription.url) !== this.webhookUrl)
      throw new Refused('(InvalidRequest) Endpoint URL of an event subscription cannot be changed.');
    this.topic ??= { name: `${OUTPUTS['landingAccountName']}-events`, identity: 'SystemAssigned' };
    this.subscription = { url: this.webhookUrl, state: 'Succeeded' };
    return this.#changed('eventgrid.bicep');
  }

  #changed(what: string): null {
    this.changes.push(what);
    return null;
  }
}

/**
 * What is given by name in place of the file's.
 * @throws Error for a name that the template does not declare, or one that it needs and does not get
 */
async function checkParameters(template: string, given: readonly string[]): Promise<Record<string, string>> {
  const source = await readFile(path.join(INFRA, template), 'utf8');
  const declared = [...source.matchAll(/^param (\w+) .*$/gm)];
  const [file, ...rest] = given;
  const named = Object.fromEntries(
    (file?.endsWith('.bicepparam') ? rest : given).map((text) => /^(\w+)=(.*)$/s.exec(text)?.slice(1) ?? [text, '']),
  ) as Record<string, string>;
  const names = declared.map(([, name]) => name);
  const unknown = Object.keys(named).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`${template} has no parameter ${unknown.join(', ')}`);
  if (file?.endsWith('.bicepparam')) return named;
  const missing = declared.filter(([line, name]) => !line.includes(' = ') && !Object.hasOwn(named, name!));
  if (missing.length > 0)
    throw new Error(`${template} lacks a value for ${missing.map(([, name]) => name).join(', ')}`);
  return named;
}

/** As az prints it: nothing for null, a line for each element, a tab between the values of one. */
function tsv(answer: unknown): string {
  if (answer === null) return '';
  const word = (item: unknown) => (item === null ? 'None' : String(item));
  const lines = Array.isArray(answer)
    ? answer.map((row: unknown) => (Array.isArray(row) ? row.map(word).join('\t') : word(row)))
    : [word(answer)];
  return lines.map((line) => `${line}\n`).join('');
}
