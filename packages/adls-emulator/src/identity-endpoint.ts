import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the endpoint was asked for. */
interface Asked {
  readonly resource: string | null;
  readonly clientId: string | null;
  readonly header: string | undefined;
}

/** The identity endpoint that a Function App has, on this machine. */
export interface IdentityEndpoint extends AsyncDisposable {
  /** Every request so far, oldest first. */
  readonly asked: Asked[];
  /** The status of its answers from now on; a token comes with 200. */
  status: number;
}

/** Whose token it is: the client id it was asked for with, or `system`. */
export function holderOf(token: string): string {
  return /^token-\d+-of-(.+)$/.exec(token)?.[1] ?? '';
}

/**
 * Starts an endpoint whose tokens name their holder (`token-1-of-<client id>`), and has this process take it for its own
 * until it is disposed of. Source: Azure App Service documentation, "REST endpoint reference" of managed identities.
 */
export async function startIdentityEndpoint(): Promise<IdentityEndpoint> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
    const header = request.headers['x-identity-header'];
    const [resource, clientId] = [searchParams.get('resource'), searchParams.get('client_id')];
    asked.push({ resource, clientId, header: typeof header === 'string' ? header : undefined });
    response.writeHead(endpoint.status, { 'Content-Type': 'application/json' });
    const access_token = `token-${asked.length}-of-${clientId ?? 'system'}`;
    const token = { access_token, expires_on: String(Math.floor(Date.now() / 1000) + 3600) };
    response.end(
      JSON.stringify(endpoint.status === 200 ? { ...token, resource, token_type: 'Bearer' } : { error: 'x' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = process.env;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`;
  Object.assign(process.env, { IDENTITY_ENDPOINT: url, IDENTITY_HEADER: 'secret' });
  const endpoint: IdentityEndpoint = {
    asked,
    status: 200,
    async [Symbol.asyncDispose]() {
      for (const [name, value] of Object.entries({ IDENTITY_ENDPOINT, IDENTITY_HEADER })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return endpoint;
}
