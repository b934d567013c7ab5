import { toHttpHeadersLike } from '@azure/core-http-compat';
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import type { IHttpClient } from '@azure/storage-blob';

const STORAGE_HOST = /^[a-z0-9]{3,24}\.(blob|dfs)\.core\.windows\.net$/;

/**
 * The SDKs' own HTTP client with one difference: what is meant for `<account>.blob|dfs.core.windows.net` goes to a
 * port of this machine, after it was signed, with the name in the `Host` header. So clients keep their public host
 * names, `move` and the dfs-to-blob mapping work, and a bearer token passes without TLS.
 */
export function loopbackClient(port: number): IHttpClient {
  const client = createDefaultHttpClient();
  return {
    async sendRequest(request) {
      const url = new URL(request.url);
      const headers = createHttpHeaders(request.headers.toJson({ preserveCase: true }));
      if (STORAGE_HOST.test(url.hostname)) {
        headers.set('Host', url.hostname);
        url.protocol = 'http:';
        url.hostname = '127.0.0.1';
        url.port = String(port);
      } else if (url.hostname !== '127.0.0.1') {
        throw new Error(`Refused to leave this machine for ${url.hostname}: expected a storage account's host name.`);
      }
      const { method, body, timeout, abortSignal, requestId, streamResponseStatusCodes } = request;
      const sent = createPipelineRequest({
        url: url.href,
        method,
        headers,
        requestId,
        timeout,
        allowInsecureConnection: true,
        ...(body !== undefined && { body }),
        ...(abortSignal !== undefined && { abortSignal }),
        ...(streamResponseStatusCodes !== undefined && { streamResponseStatusCodes }),
      });
      const { status, headers: answered, bodyAsText, readableStreamBody } = await client.sendRequest(sent);
      return {
        status,
        headers: toHttpHeadersLike(answered),
        // The SDK finds what it asked for by the request that it made itself.
        request,
        ...(bodyAsText !== undefined && { bodyAsText }),
        ...(readableStreamBody !== undefined && { readableStreamBody }),
      };
    },
  };
}
