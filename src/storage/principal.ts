import type { TokenCredential } from '@azure/identity';
import { credentialOf } from './adls-account.ts';
import { parseLocation } from './lake-location.ts';
import type { LakeSettings } from './open-lake.ts';

/** Whoever signed in to an account, by the token that opens it. */
export interface Principal {
  /** A user's name, or `application <client id>` for an application or a managed identity. */
  readonly name: string;
  /** The id of its object in the directory, where the token says it. */
  readonly id?: string;
}

const SCOPE = 'https://storage.azure.com/.default';

/** The claims that name a user, the most telling first. */
const USER_CLAIMS = ['upn', 'preferred_username', 'unique_name', 'email'] as const;

/**
 * Who opens this lake, as far as its account asks for a sign-in and the token names somebody; null for a folder and for an
 * emulator. The account checked the token, or it would not have let anybody in.
 * @param credential in place of the one that opens the lake
 */
export async function signedInPrincipal(
  { lake, identityClientId }: Pick<LakeSettings, 'lake' | 'identityClientId'>,
  credential?: Pick<TokenCredential, 'getToken'>,
): Promise<Principal | null> {
  const location = parseLocation(lake);
  if (location.kind === 'folder' || location.loopback) return null;
  const opening = credential ?? (await credentialOf(identityClientId));
  // Whoever cannot sign in is told so where the lake is opened.
  const token = await opening.getToken(SCOPE).catch(() => null);
  return token === null ? null : principalIn(token.token);
}

/** Whom an access token is about; null where it does not say so. Source: Microsoft identity platform, "Access token claims reference". */
export function principalIn(token: string): Principal | null {
  const claims = claimsOf(token);
  const text = (name: string): string | undefined => {
    const value = claims[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const user = USER_CLAIMS.map(text).find((name) => name !== undefined);
  const application = text('appid') ?? text('azp');
  const id = text('oid') ?? text('sub');
  const name = user ?? (application === undefined ? id : `application ${application}`);
  return name === undefined ? null : { name, ...(id !== undefined && { id }) };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? { ...claims } : {};
  } catch {
    return {};
  }
}
