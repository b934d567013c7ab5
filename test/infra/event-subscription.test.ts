import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { SETTINGS } from '../../src/settings/settings.ts';
import { WAY_PREFIXES } from '../../src/settings/ways.ts';
import { at, INFRA, isExpression, made, type Row, testDump, text } from './dump.ts';

const subscriptionOf = (rows: readonly Row[]) => {
  const [subscription, ...others] = made(rows, 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  assert.deepEqual(others, []);
  return (path: string) => at(subscription?.body, `properties.${path}`);
};

const paramsOf = (rows: readonly Row[], path: string) => {
  const [module, ...others] = rows.filter((row) => row.kind === 'module' && row.path === path);
  assert.deepEqual(others, []);
  return (name: string) => text(at(module?.body, `params.${name}`));
};

/** The event subscription that a snapshot deploys. */
function deployed(variant: string) {
  const file = join(INFRA, '../test/infra/snapshots', `${variant}.json`);
  const resources = JSON.parse(readFileSync(file, 'utf8')) as readonly {
    readonly type: string;
    readonly properties: unknown;
  }[];
  const found = resources.filter(({ type }) => type === 'Microsoft.EventGrid/systemTopics/eventSubscriptions');
  assert.equal(found.length, 1, variant);
  return found[0]!.properties as {
    readonly eventDeliverySchema: string;
    readonly filter: {
      readonly includedEventTypes: readonly string[];
      readonly subjectBeginsWith: string;
      readonly advancedFilters: readonly {
        readonly operatorType: string;
        readonly key: string;
        readonly values: readonly string[];
      }[];
    };
  };
}

test('events of finished files only; the queue is told of those that were renamed, too', () => {
  const [created, renamed] = ['Microsoft.Storage.BlobCreated', 'Microsoft.Storage.BlobRenamed'];
  const apis = ['FlushWithClose', 'PutBlob', 'PutBlockList', 'SftpCommit'];
  for (const [variant, types, values] of [
    ['eventgrid', [created], apis],
    ['queue-delivery', [created, renamed], [...apis, 'RenameFile', 'SftpRename']],
  ] as const) {
    const { filter, eventDeliverySchema } = deployed(variant);
    assert.deepEqual(filter.includedEventTypes, types);
    assert.match(filter.subjectBeginsWith, /^\/blobServices\/default\/containers\/raw\/blobs\/(\S+\/)?$/);
    const [api, subject, ...others] = filter.advancedFilters;
    assert.deepEqual(api, { operatorType: 'StringIn', key: 'data.api', values });
    assert.deepEqual([subject?.operatorType, subject?.key, others], ['StringNotBeginsWith', 'subject', []]);
    // Azure takes 25 values in all filters of a subscription together.
    assert.ok(values.length + (subject?.values.length ?? 0) <= 25);
    assert.equal(eventDeliverySchema, 'EventGridSchema');
  }
});

/** What Bicep makes of an interpolated string; conditional parts must be as below. */
function interpolated(expression: string, values: Readonly<Record<string, string>>): string {
  const folder = `\${empty(rawFolder) ? '' : '\${rawFolder}/'}`;
  assert.ok(expression.includes(folder), expression);
  const path = values['rawFolder'] === '' ? '' : `${values['rawFolder']}/`;
  return expression
    .slice(1, -1)
    .replace(folder, path)
    .replace(/\$\{(\w+)\}/g, (_, name: string) => values[name] ?? assert.fail(`${name} is not known`));
}

testDump('the prefix ends with a slash, so that a neighbour’s name does not pass', (rows) => {
  assert.equal(paramsOf(rows, 'modules/raw-subscription.bicep')('subjectPrefix'), 'subjectPrefix');
  const events = readFileSync(join(INFRA, 'eventgrid.bicep'), 'utf8');
  const [, expression = ''] = /^var subjectPrefix = (.*)$/m.exec(events) ?? [];
  const prefix = (rawContainer: string, rawFolder: string) => interpolated(expression, { rawContainer, rawFolder });
  assert.equal(prefix('raw', ''), '/blobServices/default/containers/raw/blobs/');
  assert.equal(prefix('exports', 'audit/eu'), '/blobServices/default/containers/exports/blobs/audit/eu/');
});

testDump('what is landed by this program is taken in without events: its folders are left out', (rows) => {
  const leftOut = paramsOf(rows, 'modules/raw-subscription.bicep')('leftOut');
  assert.match(leftOut, /^map\(split\(landedFolders, ','\), folder => '\$\{subjectPrefix\}\$\{folder\}'\)$/);
  const main = readFileSync(join(INFRA, 'main.bicep'), 'utf8');
  const [, folders = ''] = /^var landedFolders = \{\n(.*?)^\}/ms.exec(main) ?? [];
  const found = [...folders.matchAll(/^ {2}(\w+): pipelineSettings\.\?(\w+) \?\? '(.*)'$/gm)];
  assert.deepEqual(
    found.map(([, , name, fallback]) => [name, fallback]),
    WAY_PREFIXES.map((name) => [name, SETTINGS.find((setting) => setting.name === name)?.fallback]),
  );
  assert.match(
    main,
    /^output landedFolders string = join\(\s+\[landedFolders\.nql, landedFolders\.webhook, landedFolders\.classic, landedFolders\.counts\],\s+','\s+\)$/m,
  );
  // Azure takes 25 values in all filters of a subscription together.
  assert.ok(4 + WAY_PREFIXES.length <= 25);
});

testDump('the webhook is the one of a function that exists, and its URL with the key is kept secret', (rows) => {
  const url = paramsOf(rows, 'modules/raw-subscription.bicep')('webhookUrl');
  const [, name] =
    /\/runtime\/webhooks\/blobs\?functionName=Host\.Functions\.([\w-]+)&code=\$\{webhookKey\}'$/.exec(url) ?? [];
  assert.ok(name !== undefined, url);
  const functions = readdirSync(join(INFRA, '../functions'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(INFRA, '../functions', file), 'utf8'));
  assert.equal(functions.filter((code) => code.includes(`app.storageBlob('${name}'`)).length, 1);
  assert.deepEqual(subscriptionOf(rows)('destination'), {
    endpointType: 'WebHook',
    properties: { endpointUrl: { $expr: 'webhookUrl' }, maxEventsPerBatch: 1 },
  });
  const module = readFileSync(join(INFRA, 'modules/raw-subscription.bicep'), 'utf8');
  assert.match(module, /^@secure\(\)\nparam webhookUrl string$/m);
});

testDump('events are tried for a day, then kept, by the one identity that comes through a firewall', (rows) => {
  const subscription = subscriptionOf(rows);
  assert.deepEqual(subscription('retryPolicy'), { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 });
  assert.equal(at(subscription('deadLetterWithResourceIdentity'), 'identity.type'), 'SystemAssigned');
  const [topic] = made(rows, 'Microsoft.EventGrid/systemTopics');
  assert.deepEqual(at(topic?.body, 'identity'), { type: 'SystemAssigned' });
  const grant = rows.find(({ symbol }) => symbol === 'topicWritesDeadLetters');
  assert.equal(text(at(grant?.body, 'params.containerName')), 'deadLetterContainer');
  const [module] = rows.filter(({ path }) => path === 'modules/raw-subscription.bicep');
  assert.equal(JSON.stringify(at(module?.body, 'dependsOn')), '[{"$expr":"topicWritesDeadLetters"}]');
});

testDump('dead letters and dropped events raise alerts', (rows) => {
  const [alert] = made(rows, 'Microsoft.Insights/metricAlerts');
  assert.equal(alert?.loop, 'metrics');
  assert.ok(isExpression(at(alert?.body, 'properties.severity')));
  const module = readFileSync(join(INFRA, 'modules/delivery-alerts.bicep'), 'utf8');
  assert.deepEqual(
    [...module.matchAll(/metric: '(\w+)'/g)].map(([, name]) => name),
    ['DeadLetteredCount', 'DroppedEventCount'],
  );
});

test('what eventgrid.bicep asks for, main.bicep gives', () => {
  const [events, main] = ['eventgrid.bicep', 'main.bicep'].map((file) => readFileSync(join(INFRA, file), 'utf8'));
  const asked = [...events!.matchAll(/^@description\('Output (\w+) of main\.bicep.*\nparam (\w+) /gm)];
  assert.equal(asked.length, 9);
  const outputs = new Set([...main!.matchAll(/^output (\w+) /gm)].map(([, name]) => name));
  for (const [, output, parameter] of asked) {
    assert.equal(output, parameter);
    assert.ok(outputs.has(output), output);
  }
});
