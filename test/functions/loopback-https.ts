import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';

const STORAGE_HOST = /^[a-z0-9]{3,24}\.(blob|dfs)\.core\.windows\.net$/;

/**
 * Has this process send what it means for storage accounts to a port of this machine, without TLS and with the name in
 * the `Host` header, until it is disposed of. Nothing else leaves by HTTPS meanwhile.
 */
export function loopbackHttps(port: number): Disposable {
  const original = https.request;
  const request = (options: RequestOptions, callback?: (response: IncomingMessage) => void): ClientRequest => {
    const { hostname, headers, agent: _, ...rest } = options;
    if (!STORAGE_HOST.test(hostname ?? '')) throw new Error(`Refused to leave this machine for ${hostname}.`);
    const named = { ...headers, host: hostname ?? '' };
    return http.request({ ...rest, headers: named, protocol: 'http:', hostname: '127.0.0.1', port }, callback);
  };
  https.request = request as typeof https.request;
  return {
    [Symbol.dispose]: () => {
      https.request = original;
    },
  };
}
