import { accessTokens, type NqlApi, type Send } from '../nexthink/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Host } from '../storage/index.ts';
import type { CallBudget } from './calls.ts';
import { notSet, secretOf } from './not-configured.ts';
import { folderOfHost } from './state.ts';

/** The settings that say how the NQL API is called. */
type NqlAccess = Pick<
  Settings,
  'nqlUrl' | 'nqlTokenUrl' | 'nqlScope' | 'nqlClientId' | 'nqlClientSecret' | 'nqlCallsPerDay'
>;

/** The API as the settings say. @throws NotConfigured */
export function nqlApi(settings: NqlAccess, send: Send, host: Pick<Host, 'now'>): NqlApi {
  const { nqlUrl: url, nqlTokenUrl: tokenUrl, nqlClientId: clientId, nqlScope: scope } = settings;
  const needed = [
    ['AUDIT_LAKE_NQL_URL (--nql-url)', 'the address of the NQL API', url],
    ['AUDIT_LAKE_NQL_TOKEN_URL (--nql-token-url)', 'the address that gives tokens', tokenUrl],
    ['AUDIT_LAKE_NQL_CLIENT_ID (--nql-client-id)', 'the id of the API credentials', clientId],
  ] as const;
  for (const [names, what, value] of needed) {
    if (value === '') throw notSet(names, what);
  }
  const clientSecret = secretOf('AUDIT_LAKE_NQL_CLIENT_SECRET', settings.nqlClientSecret);
  return { send, url, tokens: accessTokens(send, host, { tokenUrl, clientId, clientSecret, scope }) };
}

/** Whose calls are counted: all that is called at one host shares a budget. */
export function nqlBudget({ nqlUrl, nqlCallsPerDay }: Pick<Settings, 'nqlUrl' | 'nqlCallsPerDay'>): CallBudget {
  return { account: hostOf({ nqlUrl }), perDay: nqlCallsPerDay };
}

/** The folder of states of one NQL API. */
export function nqlStates(settings: Pick<Settings, 'nqlUrl'>): string {
  return `nql/${folderOfHost(hostOf(settings))}/`;
}

function hostOf({ nqlUrl }: Pick<Settings, 'nqlUrl'>): string {
  return new URL(nqlUrl).host.toLowerCase();
}
