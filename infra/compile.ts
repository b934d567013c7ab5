import { createHash } from 'node:crypto';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Bicep, bicepProgram, type Diagnostic, type Place } from './bicep.ts';

/**
 * Compiles what is deployed: the ARM JSON of each template, and for each parameter file of test/infra/variants a snapshot of all that
 * it would deploy. Tests assert on these, and CI fails where they differ from what is committed. A warning is an error, and so is
 * a file that is not as the compiler formats it, or one of test/infra/refused that the compiler takes.
 */

const ROOT = path.resolve(import.meta.dirname, '..');
const SNAPSHOTS = 'test/infra/snapshots';

/** What the ARM JSON of a template is called: the usual name where there is one. */
const COMPILED: Readonly<Record<string, string>> = { 'infra/main.bicep': 'infra/azuredeploy.json' };

const PLACE: Place = {
  tenantId: '00000000-0000-4000-8000-000000000001',
  subscriptionId: '00000000-0000-4000-8000-000000000002',
  resourceGroup: 'audit-lake',
  location: 'westeurope',
  deploymentName: 'main',
};

/** What a template knows of its cloud, as far as ours ask. A snapshot works out nothing that depends on it, while Azure of course does. */
const CLOUD = {
  name: 'AzureCloud',
  suffixes: { keyvaultDns: '.vault.azure.net', storage: 'core.windows.net' },
};

/** What dev.bicepparam, prod.bicepparam and main.bicepparam read. */
const ENVIRONMENT = {
  ALERT_EMAILS: 'audit@example.com',
  AZURE_LOCATION: PLACE.location,
  BUDGET_START_DATE: '2026-01-01',
  EXPORTER_IP_RULES: '203.0.113.0/28',
  EXPORTER_PRINCIPAL_ID: '00000000-0000-4000-8000-000000000011',
  INSTANCES: 'example-eu/=example-eu',
  READER_GROUP_IDS: '00000000-0000-4000-8000-000000000014',
  READER_PRINCIPAL_IDS: '00000000-0000-4000-8000-000000000012',
};

const faults = new Set<string>();

function find(pattern: string): string[] {
  return globSync(pattern, { cwd: ROOT })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

function note(diagnostics: readonly Diagnostic[]): void {
  for (const { source, range, level, code, message } of diagnostics) {
    faults.add(`${path.relative(ROOT, source)}:${range.start.line + 1}: ${level} ${code}: ${message}`);
  }
}

/** Without what names the compiler's build and the hash of each module: a diff is to show what changed. */
function withoutGenerator(name: string, value: unknown): unknown {
  if (name !== 'metadata' || typeof value !== 'object' || value === null || !('_generator' in value)) return value;
  const { _generator, ...rest } = value;
  return Object.keys(rest).length === 0 ? undefined : rest;
}

function inCloud(_: string, value: unknown): unknown {
  const isExpression = typeof value === 'string' && value.startsWith('[') && !value.startsWith('[[');
  return isExpression ? value.replaceAll('environment()', `json('${JSON.stringify(CLOUD)}')`) : value;
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Templates as snapshots are taken of them. */
const scratch = mkdtempSync(path.join(tmpdir(), 'bicep-'));

async function compileTemplates(bicep: Bicep): Promise<void> {
  const used = new Set<string>();
  for (const entry of find('infra/*.bicep')) {
    const file = path.join(ROOT, entry);
    const { diagnostics, contents } = await bicep.compile(file);
    note(diagnostics);
    for (const each of await bicep.filesOf(file)) used.add(path.relative(ROOT, each).replaceAll('\\', '/'));
    if (contents === null) continue;
    const compiled = jsonOf(JSON.parse(contents, withoutGenerator));
    writeFileSync(path.join(ROOT, COMPILED[entry] ?? entry.replace(/bicep$/, 'json')), compiled);
    writeFileSync(path.join(scratch, `${path.basename(entry)}.json`), jsonOf(JSON.parse(compiled, inCloud)));
  }
  for (const file of find('infra/**/*.bicep').filter((each) => !used.has(each))) {
    faults.add(`${file}: expected a template to use it, found none that does`);
  }
}

async function checkFormat(bicep: Bicep): Promise<void> {
  for (const file of find('{infra,test/infra}/**/*.{bicep,bicepparam}')) {
    const found = readFileSync(path.join(ROOT, file), 'utf8');
    if ((await bicep.format(path.join(ROOT, file))) !== found) {
      faults.add(`${file}: expected it as the compiler formats it: bicep format ${file}`);
    }
  }
}

/** Queries of alerts, which a snapshot names in place of having them whole: they are in the compiled template. */
const QUERIES = find('infra/alerts/*.kql').map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')] as const);

/** The longest text that a snapshot has. The workbook is longer. */
const TEXT = 4_000;

function shortened(_: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = QUERIES.reduce((rest, [file, query]) => rest.replace(query, () => `{${file}}`), value);
  const hash = createHash('sha256').update(text).digest('hex');
  return text.length <= TEXT ? text : `${text.slice(0, 100)}… (SHA-256 of ${text.length} characters: ${hash})`;
}

interface Snapshot {
  readonly predictedResources: readonly { readonly id: string }[];
  readonly diagnostics: readonly unknown[];
}

/** What a parameter file deploys, by id. @throws Error where the template refuses it */
async function snapshotOf(bicep: Bicep, file: string): Promise<Snapshot> {
  const parameters = readFileSync(path.join(ROOT, file), 'utf8');
  const compiled = path.join(scratch, path.basename(file));
  writeFileSync(compiled, parameters.replace(/^using '(?:.*\/)?(\w+\.bicep)'$/m, "using '$1.json'"));
  const said = await bicep.snapshot(compiled, PLACE);
  const { predictedResources, diagnostics } = JSON.parse(said, shortened) as Snapshot;
  // By id and not in the order of the modules: a resource that moves between them changes nothing.
  return { predictedResources: predictedResources.toSorted((a, b) => (a.id < b.id ? -1 : 1)), diagnostics };
}

async function takeSnapshots(bicep: Bicep): Promise<void> {
  const files = find('{infra,test/infra/variants}/*.bicepparam');
  const names = new Set(files.map((file) => `${path.basename(file, '.bicepparam')}.json`));
  for (const gone of find(`${SNAPSHOTS}/*`).filter((file) => !names.has(path.basename(file))))
    rmSync(path.join(ROOT, gone));
  mkdirSync(path.join(ROOT, SNAPSHOTS), { recursive: true });
  for (const file of files) {
    const before = faults.size;
    note((await bicep.compileParameters(path.join(ROOT, file))).diagnostics);
    if (faults.size > before) continue;
    const { predictedResources, diagnostics } = await snapshotOf(bicep, file);
    for (const each of diagnostics) faults.add(`${file}: ${JSON.stringify(each)}`);
    const snapshot = path.join(ROOT, SNAPSHOTS, `${path.basename(file, '.bicepparam')}.json`);
    writeFileSync(snapshot, jsonOf(predictedResources));
  }
}

/** Each file of test/infra/refused says on its first lines, behind `// Refused: `, words of the message it is refused with. */
async function checkRefused(bicep: Bicep): Promise<void> {
  for (const file of find('test/infra/refused/*.bicepparam')) {
    const source = readFileSync(path.join(ROOT, file), 'utf8');
    const words = [...source.matchAll(/^\/\/ Refused: (.+)$/gm)].map(([, each]) => each!);
    const { diagnostics } = await bicep.compileParameters(path.join(ROOT, file));
    const errors = diagnostics.filter(({ level }) => level === 'Error').map(({ message }) => message);
    const said =
      errors.length > 0
        ? errors.join('\n')
        : await snapshotOf(bicep, file).then(
            () => 'nothing',
            ({ message }) => message as string,
          );
    if (words.length === 0) faults.add(`${file}: expected a first line // Refused: words, found none`);
    for (const each of words.filter((text) => !said.includes(text))) {
      faults.add(`${file}: expected it to be refused with "${each}", found ${said}`);
    }
  }
}

try {
  using bicep = new Bicep(bicepProgram(), ENVIRONMENT);
  await checkFormat(bicep);
  await compileTemplates(bicep);
  await takeSnapshots(bicep);
  await checkRefused(bicep);
} finally {
  rmSync(scratch, { recursive: true });
}
for (const fault of faults) console.error(fault);
if (faults.size > 0) process.exitCode = 1;
