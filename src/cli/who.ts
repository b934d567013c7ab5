import { userInfo } from 'node:os';
import type { ByRecord } from '../lake/index.ts';
import type { Settings } from '../settings/index.ts';
import { signedInPrincipal } from '../storage/index.ts';

/**
 * Who runs this, as far as it is known: whoever signed in to the lake's account, else the name of the account on this
 * machine, which its owner may choose: it is marked as claimed.
 */
export async function whoRuns(settings: Pick<Settings, 'lake' | 'identityClientId'>): Promise<ByRecord> {
  const principal = await signedInPrincipal(settings);
  return principal === null ? { name: accountName(), kind: 'claimed' } : { ...principal, kind: 'principal' };
}

/** A process may run as a number that no account has. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
