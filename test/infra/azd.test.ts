import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'vitest';
import { announce } from '../../infra/announce.ts';
import { PIPELINE } from '../../package/bundle.ts';
import { parseAz } from './az-commands.ts';
import { OUTPUTS } from './fake-azure.ts';

const REPOSITORY = path.join(import.meta.dirname, '../..');
const read = (file: string) => readFile(path.join(REPOSITORY, file), 'utf8');

const DEPLOYED = {
  AZURE_RESOURCE_GROUP: 'rg-audit',
  AZURE_SUBSCRIPTION_ID: '00000000-0000-0000-0000-000000000000',
  ...Object.fromEntries(Object.entries(OUTPUTS).map(([name, value]) => [name, String(value)])),
};

/** A machine whose az fails so often. */
function machine(failures = 0) {
  const calls: ReturnType<typeof parseAz>[] = [];
  const said: string[] = [];
  let slept = 0;
  return {
    calls,
    said,
    slept: () => slept,
    machine: {
      az: (args: readonly string[]) => {
        calls.push(parseAz(args));
        return calls.length > failures;
      },
      sleep: async (seconds: number) => {
        slept += seconds;
      },
      say: (text: string) => said.push(text),
    },
  };
}

describe('azd', () => {
  it('deploys the package that is built, as it is, to the app that was made', async () => {
    const yaml = await read('azure.yaml');
    assert.match(yaml, new RegExp(`^ {4}dist: ${PIPELINE.archive}$`, 'm'));
    assert.match(yaml, /^ {4}language: custom$/m);
    const { outputs } = JSON.parse(await read('infra/azuredeploy.json')) as { outputs: Record<string, unknown> };
    for (const [, name] of yaml.matchAll(/\$\{(\w+)\}/g)) assert.ok(Object.hasOwn(outputs, name!), name);
  });

  it('runs scripts that there are, on Windows as elsewhere', async () => {
    const yaml = await read('azure.yaml');
    const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
    const run = [...yaml.matchAll(/npm run -s (\w+)/g)].map(([, name]) => name!);
    assert.deepEqual([...new Set(run)], ['package', 'announce']);
    for (const name of run) assert.ok(scripts[name], name);
    assert.equal(yaml.match(/ posix:/g)?.length, yaml.match(/ windows:/g)?.length);
  });

  it('hands every parameter that it has to the event subscription', async () => {
    const { calls, machine: at } = machine();
    assert.equal(await announce(DEPLOYED, at), 0);
    const [{ command, options }] = calls as [ReturnType<typeof parseAz>];
    assert.equal(command, 'deployment group create');
    assert.deepEqual(options['template-file'], ['infra/eventgrid.json']);
    const { parameters } = JSON.parse(await read('infra/eventgrid.json')) as {
      parameters: Record<string, { defaultValue?: unknown }>;
    };
    const given = (options['parameters'] ?? []).map((text) => text.split('=')[0]!);
    assert.deepEqual(
      given.filter((name) => !Object.hasOwn(parameters, name)),
      [],
    );
    const needed = Object.keys(parameters).filter((name) => parameters[name]?.defaultValue === undefined);
    assert.deepEqual(
      needed.filter((name) => !given.includes(name)),
      [],
    );
  });

  it('waits until the host has made its key, beyond the next reconciliation, and not for ever', async () => {
    const some = machine(3);
    assert.equal(await announce(DEPLOYED, some.machine), 0);
    assert.equal(some.slept(), 30 + 60 + 60);
    const never = machine(Number.POSITIVE_INFINITY);
    assert.equal(await announce(DEPLOYED, never.machine), 1);
    assert.ok(never.slept() > 15 * 60 && never.slept() < 25 * 60, String(never.slept()));
    assert.match(never.said.join('\n'), /reconciliation only.*run azd deploy again/s);
  });

  it('has nothing to do where main.bicep made the subscription, and deploys the landing app where there is one', async () => {
    const queue = machine();
    assert.equal(await announce({ ...DEPLOYED, delivery: 'queue' }, queue.machine), 0);
    assert.deepEqual(queue.calls, []);
    const landing = machine();
    assert.equal(await announce({ ...DEPLOYED, delivery: 'queue', landingAppName: 'land' }, landing.machine), 0);
    assert.deepEqual(landing.calls[0]?.options['src'], ['dist/audit-lake-landing.zip']);
  });

  it('says what is missing where nothing was deployed', async () => {
    const { said, machine: at } = machine();
    assert.equal(await announce({}, at), 2);
    assert.match(said.join('\n'), /AZURE_RESOURCE_GROUP.*functionAppName.*infra\/deploy\.sh/s);
  });
});
