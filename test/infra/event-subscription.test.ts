import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'vitest';
import { SETTINGS } from '../../src/settings/settings.ts';
import { WAY_PREFIXES } from '../../src/settings/ways.ts';
import { at, type Body, ofType, only, snapshot, snapshots, template } from './snapshot.ts';

const SUBSCRIPTION = 'Microsoft.EventGrid/systemTopics/eventSubscriptions';

/** Every subscription of every variant. */
const ALL = [...snapshots].flatMap(([variant, resources]) =>
  ofType(resources, SUBSCRIPTION).map((each) => ({
    variant,
    each,
    value: (path: string) => at(each, `properties.${path}`),
  })),
);

/** The default of the folder that each way lands its files in. */
const LANDED = WAY_PREFIXES.map((name) => SETTINGS.find((setting) => setting.name === name)?.fallback as string);

test('there is one subscription where events go to the queue, and one in eventgrid.bicep', () => {
  const variants = ALL.map(({ variant }) => variant);
  assert.deepEqual(variants, [...new Set(variants)]);
  assert.ok(variants.includes('eventgrid') && variants.includes('queue-delivery'));
  assert.ok(!variants.includes('plain'));
});

const CREATED = ['FlushWithClose', 'PutBlob', 'PutBlockList', 'SftpCommit'];

test('events of finished files only, to the queue those of renamed ones too, and none of what is landed by this program, which is taken in without', () => {
  for (const { variant, value } of ALL) {
    const prefix = value('filter.subjectBeginsWith') as string;
    const isQueue = variant !== 'eventgrid';
    const renamed = isQueue ? ['RenameFile', 'SftpRename'] : [];
    // Without the slash a neighbour's name would pass, and a folder's that begins alike.
    assert.match(prefix, /^\/blobServices\/default\/containers\/[a-z]+\/blobs\/([a-z/]+\/)?$/, variant);
    assert.deepEqual(
      value('filter'),
      {
        includedEventTypes: ['Microsoft.Storage.BlobCreated', ...(isQueue ? ['Microsoft.Storage.BlobRenamed'] : [])],
        subjectBeginsWith: prefix,
        advancedFilters: [
          {
            operatorType: 'StringIn',
            key: 'data.api',
            values: [...CREATED, ...renamed],
          },
          {
            operatorType: 'StringNotBeginsWith',
            key: 'subject',
            values: LANDED.map((folder) => `${prefix}${folder}`),
          },
        ],
      },
      variant,
    );
    assert.equal(value('eventDeliverySchema'), 'EventGridSchema', variant);
  }
  // Azure takes 25 values in all filters of a subscription together.
  assert.ok(CREATED.length + 2 + WAY_PREFIXES.length <= 25);
  const prefixOf = (variant: string) =>
    at(only(snapshot(variant), SUBSCRIPTION), 'properties.filter.subjectBeginsWith');
  assert.equal(prefixOf('queue-delivery'), '/blobServices/default/containers/raw/blobs/');
  assert.equal(prefixOf('eventgrid'), '/blobServices/default/containers/raw/blobs/nexthink/audit/');
});

/** The functions' files. */
const CODE = readdirSync(new URL('../../functions/', import.meta.url))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(new URL(`../../functions/${file}`, import.meta.url), 'utf8'));

test('the webhook is the one of a function that exists, and its URL with the key is kept secret', () => {
  const destination = at(only(snapshot('eventgrid'), SUBSCRIPTION), 'properties.destination') as Body;
  assert.equal(destination['endpointType'], 'WebHook');
  assert.equal(at(destination, 'properties.maxEventsPerBatch'), 1);
  const url = at(destination, 'properties.endpointUrl') as string;
  const [, name] = /\/runtime\/webhooks\/blobs\?functionName=Host\.Functions\.([\w-]+)&code=\{1\}'/.exec(url) ?? [];
  assert.match(url, /\.systemKeys\.blobs_extension\)\]$/);
  assert.equal(CODE.filter((code) => code.includes(`app.storageBlob('${name}'`)).length, 1);
  const text = JSON.stringify(template('eventgrid'));
  const declared = [...text.matchAll(/"webhookUrl":\{"type":"(\w+)"/g)].map(([, type]) => type);
  assert.ok(declared.length >= 1);
  for (const type of declared) assert.equal(type, 'securestring');
});

test('the queue is one that is made, that a function reads, and that the topic’s identity writes to', () => {
  for (const { variant, value } of ALL.filter(({ variant }) => variant !== 'eventgrid')) {
    const delivery = 'deliveryWithResourceIdentity';
    assert.equal(value(`${delivery}.identity.type`), 'SystemAssigned', variant);
    assert.equal(value(`${delivery}.destination.endpointType`), 'StorageQueue', variant);
    const name = value(`${delivery}.destination.properties.queueName`) as string;
    const queues = ofType(snapshot(variant), 'Microsoft.Storage/storageAccounts/queueServices/queues');
    assert.ok(
      queues.some(
        ({ id }) =>
          id.endsWith(`/queues/${name}`) &&
          id.startsWith(value(`${delivery}.destination.properties.resourceId`) as string),
      ),
    );
    assert.ok(queues.some(({ id }) => id.endsWith(`/queues/${name}-poison`)));
    assert.equal(CODE.filter((code) => code.includes(`queueName: '${name}'`)).length, 1);
  }
});

test('events are tried for a day, then kept, by the one identity that comes through a firewall', () => {
  for (const { variant, value } of ALL) {
    assert.deepEqual(value('retryPolicy'), { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }, variant);
    assert.equal(value('deadLetterWithResourceIdentity.identity.type'), 'SystemAssigned', variant);
    const kept = value('deadLetterWithResourceIdentity.deadLetterDestination.properties') as Body;
    assert.equal(kept['blobContainerName'], 'dead-letters');
    const [role] = ofType(snapshot(variant), 'Microsoft.Authorization/roleAssignments').filter((each) =>
      each.id.startsWith(`${kept['resourceId']}/blobServices/default/containers/dead-letters/`),
    );
    assert.match(String(at(role, 'properties.principalId')), /Microsoft\.EventGrid\/systemTopics/, variant);
  }
  const topics = [...snapshots.values()].flatMap((each) => ofType(each, 'Microsoft.EventGrid/systemTopics'));
  for (const topic of topics) assert.deepEqual(topic['identity'], { type: 'SystemAssigned' });
});

test('the topic has its roles before the subscription is made', () => {
  const text = JSON.stringify(template('azuredeploy'));
  const [, dependsOn = ''] =
    /"topicName":[^{}]*\{"value":"\[variables\('topicName'\)\]"\},"webhookUrl".*?"dependsOn":(\[[^\]]*\])/.exec(text) ??
    [];
  assert.match(dependsOn, /topicWritesDeadLetters/);
  assert.match(dependsOn, /topicSendsMessages/);
});

test('dropped events raise an alert, and so does what only dead letters know', () => {
  for (const variant of new Set(ALL.map((each) => each.variant))) {
    const alerts = ofType(snapshot(variant), 'Microsoft.Insights/metricAlerts');
    const metrics = alerts.map((each) => at(each, 'properties.criteria.allOf.0.metricName'));
    assert.deepEqual(metrics, ['DroppedEventCount'], variant);
    for (const alert of alerts) assert.ok(at(alert, 'properties.actions.0.actionGroupId') !== undefined);
  }
});

test('what eventgrid.bicep asks for, main.bicep gives', () => {
  const parameters = template('eventgrid')['parameters'] as Body;
  const asked = Object.entries(parameters).flatMap(([name, parameter]) => {
    const [, output] = /^Output (\w+) of main\.bicep/.exec(String(at(parameter, 'metadata.description'))) ?? [];
    return output === undefined ? [] : [{ name, output }];
  });
  assert.ok(asked.length >= 9);
  for (const { name, output } of asked) {
    assert.equal(output, name);
    assert.ok(at(template('azuredeploy'), `outputs.${output}`) !== undefined, output);
  }
});
