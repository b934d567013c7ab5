import { once } from 'node:events';
import { createServer } from 'node:http';

/** A server on this machine that answers whatever it is asked with all that it was sent, as headers and as a body of some kind. */
export interface EchoServer extends AsyncDisposable {
  readonly url: string;
  /** What the next requests are answered with. */
  status: number;
  kind: 'list' | 'object' | 'page';
}

/** Starts one; whoever starts it disposes of it. */
export async function startEcho(): Promise<EchoServer> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { authorization = '' } = request.headers;
    const basic = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString('utf8');
    const sent = [request.url, authorization, basic, body].join(' ');
    const bodies = {
      list: JSON.stringify([{ code: 500, message: `Authorization was ${sent}` }, basic]),
      object: JSON.stringify({
        error: 'failed',
        error_description: sent,
        access_token: sent,
        exportId: sent,
        status: sent,
      }),
      page: `<html>${sent}</html>`,
    };
    response.writeHead(echo.status, {
      'content-type': 'text/plain',
      location: `${echo.url}/?${encodeURIComponent(sent)}`,
      'retry-after': '0',
    });
    response.end(bodies[echo.kind]);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const echo: EchoServer = {
    url: `http://127.0.0.1:${port}`,
    status: 500,
    kind: 'list',
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return echo;
}
