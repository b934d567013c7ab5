import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** What the compiler or its linter has to say of a place in a file. Lines are counted from 0. */
export interface Diagnostic {
  readonly source: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly level: string;
  readonly code: string;
  readonly message: string;
}

/** Where a deployment would be, for what a template asks of its surroundings. */
export interface Place {
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly location: string;
  readonly deploymentName: string;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/**
 * The program to compile with: the one that BICEP names, or `bicep` of the PATH, or the one that the Azure CLI installed.
 * @throws Error where there is none
 */
export function bicepProgram(): string {
  const name = process.platform === 'win32' ? 'bicep.exe' : 'bicep';
  const { BICEP, PATH = '' } = process.env;
  const installed = [...PATH.split(path.delimiter), path.join(homedir(), '.azure', 'bin')];
  const found = [BICEP ?? [], BICEP ? [] : installed.map((folder) => path.resolve(folder, name))]
    .flat()
    .find(existsSync);
  if (found !== undefined) return found;
  throw new Error(
    `expected Bicep's compiler, found nothing at ${BICEP ?? `${name} in the PATH or ~/.azure/bin`}: ` +
      'install it (az bicep install), or name it in BICEP',
  );
}

/** Bicep's compiler as a process that answers one request after the other: to start it takes longer than to compile. */
export class Bicep implements Disposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #last = 0;
  #unread = Buffer.alloc(0);

  /** @param environment the variables that parameter files read; they see no others but those that the program needs */
  constructor(program: string, environment: Readonly<Record<string, string>>) {
    const needed = ['PATH', 'HOME', 'TMPDIR', 'USERPROFILE', 'SYSTEMROOT', 'TEMP'];
    const env = {
      ...Object.fromEntries(needed.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
      // It ends at once where the system has no ICU, and compares nothing by a language.
      DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
      ...environment,
    };
    this.#process = spawn(program, ['jsonrpc', '--stdio'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process.stdout.on('data', (bytes: Buffer) => this.#read(bytes));
    const ended = (why: string) => {
      for (const [id, settle] of this.#waiting) settle({ id, error: { message: `${program}: ${why}` } });
    };
    this.#process.on('error', ({ message }) => ended(message));
    this.#process.on('exit', (code) => ended(`ended with ${code}`));
  }

  /** A template as ARM JSON; null where it does not compile. */
  compile(file: string): Promise<{ readonly diagnostics: readonly Diagnostic[]; readonly contents: string | null }> {
    return this.#ask('compile', { path: file });
  }

  /** A parameter file and the template it uses; both are null where one does not compile. */
  compileParameters(file: string): Promise<{ readonly diagnostics: readonly Diagnostic[] }> {
    return this.#ask('compileParams', { path: file, parameterOverrides: {} });
  }

  /** What would be deployed by a parameter file, as JSON. @throws Error where a template refuses its parameters */
  async snapshot(file: string, metadata: Place): Promise<string> {
    return (await this.#ask<{ readonly snapshot: string }>('getSnapshot', { path: file, metadata })).snapshot;
  }

  /** A file as the compiler would write it. */
  async format(file: string): Promise<string> {
    return (await this.#ask<{ readonly contents: string }>('format', { path: file })).contents;
  }

  /** Every file that a template is made of. */
  async filesOf(file: string): Promise<readonly string[]> {
    return (await this.#ask<{ readonly filePaths: readonly string[] }>('getFileReferences', { path: file })).filePaths;
  }

  [Symbol.dispose](): void {
    this.#process.stdin.end();
    this.#process.kill();
  }

  #ask<Result>(method: string, params: object): Promise<Result> {
    const id = ++this.#last;
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: `bicep/${method}`, params });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(error.message)) : resolve(result as Result),
      );
      this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
  }

  /** Answers come as HTTP-like heads with a length, each followed by JSON (as of the Language Server Protocol). */
  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const head = this.#unread.indexOf('\r\n\r\n');
      const length = Number(/Content-Length: (\d+)/i.exec(this.#unread.toString('latin1', 0, Math.max(head, 0)))?.[1]);
      const end = head + 4 + length;
      if (head < 0 || this.#unread.length < end) return;
      const answer = JSON.parse(this.#unread.toString('utf8', head + 4, end)) as Answer;
      this.#unread = this.#unread.subarray(end);
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    }
  }
}
