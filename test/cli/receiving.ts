import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { SECRET } from '../landing/deliveries.ts';
import { start } from '../support/cli.ts';
import { until } from '../support/until.ts';

/** The command `receive`, under way. */
export interface Receiving {
  readonly url: string;
  readonly port: number;
  readonly output: () => string;
  /** Ends it as Ctrl-C does. @returns its exit code, or the signal that ended it */
  end(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Starts `receive` for a lake, on any port that is free. */
export async function startReceiving(
  lake: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Receiving> {
  const child = start(['receive', '--lake', lake, '--port', '0', ...args], {
    environment: { AUDIT_LAKE_WEBHOOK_SECRET: SECRET, ...environment },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const errors = text(child.stderr);
  let isOver = false;
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('exit', (code, signal) => {
      isOver = true;
      resolve(code ?? signal);
    });
  });
  const urlOf = () => /https?:\/\/[^ "]+\//.exec(output)?.[0];
  await until(() => isOver || urlOf() !== undefined);
  const url = urlOf();
  assert.ok(url !== undefined, `${output}${isOver ? await errors : ''}`);
  return {
    url,
    port: Number(new URL(url).port),
    output: () => output,
    end: async (signal = 'SIGINT') => {
      child.kill(signal);
      return await exited;
    },
  };
}

/** Sends a body as JSON with the secret. */
export async function send(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return await fetch(url, {
    method: 'POST',
    headers: { 'x-audit-lake-secret': SECRET, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Sends bytes as they are and gives all that comes back until the connection ends. */
export async function sendRaw(port: number, pieces: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.on('error', () => resolve());
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await closed;
  return answer;
}
