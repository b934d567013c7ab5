import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import { PROGRAM } from './program.ts';

export interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly node?: readonly string[];
  /** Which command line: the built one, where nothing else is said. */
  readonly program?: string;
  /** The folder in which it is called. */
  readonly cwd?: string;
}

/** The environment of a user who has set nothing; caches go with this run of tests. */
export function plainEnvironment(): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^AUDIT_LAKE_|^NODE_OPTIONS$|^VITEST/.test(name));
  return { ...Object.fromEntries(inherited), XDG_CACHE_HOME: join(inject('runFolder'), 'caches') };
}

/** Starts the command line as a user would, in a process of its own, with no setting from this environment. */
export function start(args: readonly string[], options: RunOptions = {}): ChildProcessWithoutNullStreams {
  const { input = '', environment, node = [], program = PROGRAM, cwd } = options;
  const child = spawn(process.execPath, [...node, program, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...plainEnvironment(), ...environment },
  });
  // A command that ends without reading its input closes the pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return child;
}

/** Runs the command line to its end. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const child = start(args, options);
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, stdout, stderr };
}

/** Runs a test with a folder of its own. */
export function inFolder(body: (folder: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'audit-lake-cli-'));
    try {
      await body(folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

export const HEADER = 'time,code,message,user name\n';

/** A record of an export, in the layout of {@link HEADER}. */
export function record(message: string, time = '2026-03-01T10:00:00Z', code = 92042): string {
  return `${time},${code},"${message.replaceAll('"', '""')}",li.wei@corp.example\n`;
}

/** Checks that an output holds no character that nobody sees, or that moves the cursor or reorders text. */
export function assertVisible(output: string): void {
  for (const character of output) {
    const deceptive =
      character !== '\n' && /[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029\u2800]/u.test(character);
    assert.ok(!deceptive, `U+${character.codePointAt(0)?.toString(16)} in ${JSON.stringify(output)}`);
  }
}
