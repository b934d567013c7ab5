/** A request as it reached the server, its body whole. */
export interface Request {
  readonly method: string;
  /** Which of the server's two addresses it came to: the interfaces, or the results of exports. */
  readonly host: 'api' | 'files';
  /** With its query. */
  readonly url: URL;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What is answered. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A part of the server: null for what is not its own. */
export type Service = (request: Request) => Reply | null;

export function jsonReply(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  };
}
