import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Result, run } from '../support/cli.ts';
import { FakeAzure, OUTPUTS } from './fake-azure.ts';
import { type Call, type Reply, StandIn } from './stand-in.ts';

const INFRA = fileURLToPath(new URL('../../infra/', import.meta.url));

/** What the scripts may use besides az, npm and node: what every Linux and macOS has. */
const TOOLS = [
  'bash',
  'basename',
  'cat',
  'date',
  'dirname',
  'grep',
  'head',
  'mktemp',
  'paste',
  'rm',
  'sed',
  'seq',
  'tr',
];

const DONE: Reply = { code: 0, stdout: '', stderr: '' };

/** A machine from which somebody deploys: the scripts, an az that knows a subscription, npm, and a clock that does not wait. */
export class Workstation {
  readonly azure = new FakeAzure();
  /** The lake behind its URL. */
  readonly lake: string;
  readonly parameters: string;
  readonly npmCalls: string[] = [];
  /** Seconds that the scripts slept. */
  slept = 0;
  readonly #programs: string;
  readonly #words: string[] = [];

  constructor(folder: string) {
    this.#programs = folder;
    this.lake = path.join(folder, 'lake');
    this.parameters = path.join(folder, 'prod.bicepparam');
  }

  /** Takes a file that was uploaded into the lake, as the app would. */
  async ingest(source: string, blob: string, settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const { dir, base } = path.posix.parse(blob);
    const named = path.join(path.dirname(source), base);
    await symlink(source, named);
    await run(['ingest', named, '--into', dir, '--lake', this.lake], { environment: settings });
  }

  /** Runs a script of infra/. */
  async run(
    script: string,
    args: readonly string[],
    {
      input = '',
      without = [],
      bash = [],
    }: { input?: string; without?: readonly string[]; bash?: readonly string[] } = {},
  ): Promise<Result> {
    const programs = ['az', 'npm', 'sleep'].filter((name) => !without.includes(name));
    using standIn = await StandIn.start(this.#programs, programs, (call) => this.#answer(call));
    const tools = [...TOOLS.map((name) => [name, locate(name)] as const), ['node', process.execPath] as const];
    for (const [name, file] of tools) await symlink(file, path.join(this.#programs, name));
    await writeFile(this.parameters, "using 'main.bicep'\n");
    const folder = this.#programs;
    const child = spawn('bash', [...bash, path.join(INFRA, script), ...args], {
      env: { ...standIn.environment, PATH: folder, HOME: folder, TMPDIR: folder },
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    // Whatever happened, nobody saw a secret: not on the screen, not among the processes of the machine.
    const seen = [stdout, stderr, ...this.#words].join('\n');
    for (const secret of this.azure.secrets) assert.ok(!seen.includes(secret), 'a secret was shown');
    return { code, stdout, stderr };
  }

  async #answer({ program, args }: Call): Promise<Reply> {
    this.#words.push(...args);
    try {
      if (program === 'sleep') this.slept += Number(args[0]);
      if (program === 'npm') return await this.#npm(args);
      return program === 'az' ? { ...DONE, stdout: await this.azure.run(args) } : DONE;
    } catch (error) {
      return { code: 2, stdout: '', stderr: `ERROR: ${(error as Error).message}\n` };
    }
  }

  async #npm(args: readonly string[]): Promise<Reply> {
    const words = args.join(' ');
    const command = /^run -s audit-lake -- /.test(words) ? args.slice(4) : null;
    this.npmCalls.push(command?.[0] ?? words);
    if (words === 'ci' || words === 'run -s package') return DONE;
    if (command === null) throw new Error(`unexpected: npm ${words}`);
    const { code, stdout, stderr } = await run(command.map((word) => (word === OUTPUTS['lakeUrl'] ? this.lake : word)));
    return { code: code ?? 1, stdout, stderr };
  }
}

function locate(tool: string): string {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const found = folders.map((folder) => path.join(folder, tool)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${tool}: expected on the PATH, not found`);
  return found;
}

/** Runs a test with a workstation of its own. */
export function atWorkstation(body: (workstation: Workstation) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'audit-lake-deploy-'));
    try {
      await body(new Workstation(folder));
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}
