import { once } from 'node:events';
import { chmod, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';

/** What a program was called with. */
export interface Call {
  readonly program: string;
  readonly folder: string;
  readonly args: readonly string[];
}

export interface Reply {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Hands a call to the test's process and gives back what it answers: a process of Node per call would take ten times as long. */
const PROGRAM = `#!/usr/bin/env bash
exec 3<>"/dev/tcp/127.0.0.1/$STAND_IN_PORT"
printf '%s\\0' "\${0##*/}" "$PWD" "$#" "$@" >&3
IFS= read -r -d '' code <&3
IFS= read -r -d '' stderr <&3
printf '%s' "$stderr" >&2
cat <&3
exit "$code"
`;

/** Programs of these names in a folder, each of whose calls a function answers. */
export class StandIn {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(
    folder: string,
    programs: readonly string[],
    answer: (call: Call) => Promise<Reply>,
  ): Promise<StandIn> {
    const server = createServer((socket) => void serve(socket, answer));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const program = path.join(folder, 'stand-in');
    await writeFile(program, PROGRAM);
    await chmod(program, 0o755);
    for (const name of programs) await symlink(program, path.join(folder, name));
    return new StandIn(server);
  }

  /** What the programs need to find their way here. */
  get environment(): Record<string, string> {
    return { STAND_IN_PORT: String((this.#server.address() as AddressInfo).port) };
  }

  [Symbol.dispose](): void {
    this.#server.close();
  }
}

async function serve(socket: Socket, answer: (call: Call) => Promise<Reply>): Promise<void> {
  let received = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    received += String(chunk);
    const [program = '', folder = '', count = '', ...args] = received.split('\0');
    if (count === '' || args.length <= Number(count)) continue;
    const { code, stdout, stderr } = await answer({ program, folder, args: args.slice(0, Number(count)) });
    socket.end(`${code}\0${stderr}\0${stdout}`);
    return;
  }
}
