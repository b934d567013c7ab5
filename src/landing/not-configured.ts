/** Settings that something takes are missing, or do not fit together. Nothing was asked for, and nothing landed. */
export class NotConfigured extends Error {
  override readonly name = 'NotConfigured';
}

/** A setting that has to be there is not. @param names as it is given, by the environment and as an option @param what it is */
export function notSet(names: string, what: string): NotConfigured {
  return new NotConfigured(`${names}: expected ${what}, found nothing; set it`);
}

/**
 * A secret as it was set.
 * @param variable the environment variable that has it
 * @throws NotConfigured where it is missing, or where the app has a reference to Key Vault in its place: sent as a password, that may lock an account
 */
export function secretOf(variable: string, value: string): string {
  if (value === '') throw new NotConfigured(`${variable}: expected a secret, found nothing; set it in the environment`);
  if (!/^@Microsoft\.KeyVault\(/i.test(value)) return value;
  throw new NotConfigured(
    `${variable}: expected a secret, found a reference to Key Vault that was not resolved; check that the secret is there, and that ` +
      'the identity of the app may read it',
  );
}
