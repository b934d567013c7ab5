import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import picomatch from 'picomatch';
import { describe, it } from 'vitest';
import { bundle, LANDING, PIPELINE } from '../../package/bundle.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = path.join(REPOSITORY, '.github/workflows');
const names = await readdir(FOLDER);
const workflows = await Promise.all(
  names.map(async (name) => ({ name, text: await readFile(path.join(FOLDER, name), 'utf8') })),
);

function workflow(name: string): string {
  const found = workflows.find((one) => one.name === name);
  assert.ok(found, `${name}: expected in .github/workflows`);
  return found.text;
}

/** The scripts of a workflow: what stands after `run:`. */
function scripts(text: string): string[] {
  return [...text.matchAll(/^( *)(?:- )?run: (?:\|\n((?:\1 {2}.*\n|\n)+)|(.*)\n)/gm)].map(
    ([, , block, line]) => block ?? line ?? '',
  );
}

/** Rights of those that need more than to read. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  'azure-dev.yml': ['contents: read', 'id-token: write'],
  'deploy.yml': ['contents: read', 'id-token: write'],
  'release.yml': ['attestations: write', 'contents: write', 'id-token: write'],
};

/** The filters of paths of an event, as globs: those with ! take away. */
function pathsOf(text: string, event: string): string[] {
  const [, block = ''] =
    new RegExp(`^  ${event}:\\n(?:    \\S.*\\n)*?    paths:\\n((?:      - .*\\n)+)`, 'm').exec(text) ?? [];
  return [...block.matchAll(/^ {6}- "?([^"\n]+)"?$/gm)].map(([, glob]) => glob!);
}

function isMatched(file: string, globs: readonly string[]): boolean {
  return globs.reduce(
    (is, glob) =>
      glob.startsWith('!') ? is && !picomatch.isMatch(file, glob.slice(1)) : is || picomatch.isMatch(file, glob),
    false,
  );
}

describe('the workflows', () => {
  it('are these', () => {
    assert.deepEqual(names.sort(), [
      'azure-dev.yml',
      'ci.yml',
      'deploy.yml',
      'nightly.yml',
      'release.yml',
      'weekly.yml',
    ]);
  });

  for (const { name, text } of workflows) {
    describe(name, () => {
      it('takes actions by the commit, with its version beside it', () => {
        const uses = text.match(/uses: .*/g) ?? [];
        assert.ok(uses.length > 0);
        for (const use of uses) assert.match(use, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      });

      it('has no right but those that a job names', () => {
        assert.match(text, /^permissions: \{\}$/m);
        const rights = new Set(text.match(/^ {6}[a-z-]+: (read|write)\b/gm)?.map((line) => line.trim()));
        assert.deepEqual([...rights].sort(), RIGHTS[name] ?? ['contents: read']);
      });

      it('leaves no token in the work tree', () => {
        const checkouts = text.match(/actions\/checkout@/g)?.length;
        assert.equal(text.match(/persist-credentials: false/g)?.length, checkouts);
      });

      it('writes nothing of an event into a script', () => {
        assert.ok(scripts(text).length > 0);
        for (const script of scripts(text)) assert.doesNotMatch(script, /\$\{\{/);
      });
    });
  }

  it('run what decides whether a change lands, and the compiler', () => {
    assert.ok(scripts(workflow('ci.yml')).includes('.ci/run'));
    const [, job = ''] = /\n {2}bicep:\n(.*)/s.exec(workflow('ci.yml')) ?? [];
    assert.match(job, /BICEP_VERSION: \d+\.\d+\.\d+ \([0-9a-f]{10}\)\n/, 'the version is said, and its build');
    assert.match(job, /\n\s+npm run -s bicep\n\s+git diff --exit-code -- infra test\/infra\n/);
  });

  it('let engines read changed logs by night, Spark among them', () => {
    assert.match(workflow('nightly.yml'), /^ {4}- cron: /m);
    assert.match(workflow('nightly.yml'), /FUZZ_SPARK_CASES: "\d{4}"/);
    assert.ok(scripts(workflow('nightly.yml')).includes('bash test/engines/run.sh -k log_fuzz'));
  });

  it('deploy from main alone, and only try from a pull request of this repository', () => {
    const [, tries = '', deploys = ''] = /\n {2}what-if:\n(.*)\n {2}deploy:\n(.*)/s.exec(workflow('deploy.yml')) ?? [];
    assert.match(tries, /head\.repo\.full_name == github\.repository/);
    assert.deepEqual(
      scripts(tries)
        .join()
        .match(/infra\/[a-z-]+\.sh.*/g)?.length,
      1,
    );
    assert.match(tries, /infra\/deploy\.sh .* --what-if /);
    assert.match(deploys, /github\.event_name != 'pull_request' && github\.ref == 'refs\/heads\/main'/);
    assert.match(deploys, /infra\/deploy\.sh .* --yes /);
  });

  it('deploy when something changed that is deployed, and not when nothing was', async () => {
    const globs = pathsOf(workflow('deploy.yml'), 'push');
    const bundles = await Promise.all([PIPELINE, LANDING].map((app) => bundle(app)));
    const sources = bundles.flatMap((one) => one.sources).filter((file) => !/node_modules|^<|^app\.ts$/.test(file));
    assert.ok(sources.length > 100);
    const deployed = [
      ...sources,
      ...[
        'infra/main.bicep',
        'infra/modules/app.bicep',
        'infra/alerts/poison.kql',
        'infra/workbook.json',
        'infra/dev.bicepparam',
      ],
      ...['infra/deploy.sh', 'package/build.ts', 'package-lock.json', 'package.json', 'host.json', 'host.landing.json'],
    ];
    assert.deepEqual(
      deployed.filter((file) => !isMatched(file, globs)),
      [],
    );
    const others = [
      'README.md',
      'docs/deploy.md',
      'test/infra/azd.test.ts',
      'infra/synapse/02-access.sql',
      'samples/README.md',
    ];
    others.push('.github/workflows/ci.yml', 'packages/adls-emulator/package.json');
    assert.deepEqual(
      others.filter((file) => isMatched(file, globs)),
      [],
    );
    const tried = pathsOf(workflow('deploy.yml'), 'pull_request');
    assert.ok(isMatched('infra/modules/app.bicep', tried) && !isMatched('infra/queries/19-daily-volume.sql', tried));
  });

  it('take one version of Bicep, and say which', () => {
    const [, compiled] = /BICEP_VERSION: (\d+\.\d+\.\d+) /.exec(workflow('ci.yml')) ?? [];
    assert.ok(compiled);
    assert.match(workflow('ci.yml'), /az bicep install --version "v\$\{BICEP_VERSION%% \*\}"/);
    const installs = workflow('deploy.yml').match(/az bicep install.*/g) ?? [];
    assert.ok(installs.length >= 2);
    for (const install of installs) assert.equal(install, `az bicep install --version v${compiled}`);
  });

  it('release what is built, what is in it, where it comes from and its checksums, from a tag alone', () => {
    const release = workflow('release.yml');
    assert.match(release, /^on:\n {2}push:\n {4}tags: \["v\*"\]\n\n/m);
    assert.match(release, /actions\/attest-build-provenance@[\s\S]*subject-checksums: release\/SHA256SUMS/);
    const [, build = ''] = /- name: build\n([\s\S]*?)\n {6}- uses/.exec(release) ?? [];
    for (const made of ['audit-lake.zip', 'audit-lake-landing.zip', '*.cdx.json', 'azuredeploy.json', 'npm pack'])
      assert.ok(build.includes(made), made);
    assert.ok(build.indexOf('sha256sum') > build.indexOf('cp '), 'checksums of all that is there');
  });

  it('give the parameters files what these ask of the environment, and nothing else', async () => {
    const infra = path.join(REPOSITORY, 'infra');
    const files = (await readdir(infra)).filter((name) => /^(dev|prod)\.bicepparam$/.test(name));
    const texts = await Promise.all(files.map((name) => readFile(path.join(infra, name), 'utf8')));
    const asked = texts.flatMap((text) =>
      [...text.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name]) => name),
    );
    assert.ok(asked.length > 0);
    const jobs = workflow('deploy.yml').split(/\n {2}deploy:\n/);
    assert.equal(jobs.length, 2);
    const own = ['LOCATION', 'RESOURCE_GROUP'];
    for (const job of jobs) {
      const given = job.matchAll(/^ {10}(\w+): \$\{\{ vars\.(\w+) \}\}$/gm);
      const pairs = [...given].filter(([, name]) => !own.includes(name!) && /^[A-Z]/.test(name!));
      for (const [, name, variable] of pairs) assert.equal(name, variable);
      assert.deepEqual(new Set(pairs.map(([, name]) => name)), new Set(asked));
    }
  });
});
