import { type AuditTrailApi, accessTokens, type Send } from '../nexthink/index.ts';
import type { Settings } from '../settings/index.ts';
import type { Host } from '../storage/index.ts';
import { NotConfigured, notSet, secretOf } from './not-configured.ts';

/** The settings that say how the Audit Trail API (classic) is called. */
export type ClassicAccess = Pick<
  Settings,
  | 'classicUrl'
  | 'classicUser'
  | 'classicPassword'
  | 'classicTokenUrl'
  | 'classicScope'
  | 'classicClientId'
  | 'classicClientSecret'
>;

/** The API as the settings say, by an account or by an OAuth client. @throws NotConfigured */
export function classicApi(settings: ClassicAccess, send: Send, host: Pick<Host, 'now'>): AuditTrailApi {
  const { classicUrl: url, classicUser: user, classicClientId: clientId } = settings;
  if (url === '') throw notSet('AUDIT_LAKE_CLASSIC_URL (--classic-url)', 'the address of the API');
  if ((user === '') === (clientId === '')) {
    const found = user === '' ? 'neither' : 'both';
    throw new NotConfigured(
      `expected AUDIT_LAKE_CLASSIC_USER (--classic-user) with a password, or AUDIT_LAKE_CLASSIC_CLIENT_ID (--classic-client-id) with a secret, found ${found}; set one of them`,
    );
  }
  if (clientId === '') {
    if (user.includes(':')) {
      throw new NotConfigured('AUDIT_LAKE_CLASSIC_USER (--classic-user): expected a name without a colon, found one');
    }
    const password = secretOf('AUDIT_LAKE_CLASSIC_PASSWORD', settings.classicPassword);
    return { send, url, credentials: { kind: 'account', user, password } };
  }
  const { classicTokenUrl: tokenUrl, classicScope: scope } = settings;
  if (tokenUrl === '') {
    throw notSet('AUDIT_LAKE_CLASSIC_TOKEN_URL (--classic-token-url)', 'the address that gives tokens');
  }
  const clientSecret = secretOf('AUDIT_LAKE_CLASSIC_CLIENT_SECRET', settings.classicClientSecret);
  const tokens = accessTokens(send, host, { tokenUrl, clientId, clientSecret, scope });
  return { send, url, credentials: { kind: 'client', tokens } };
}
