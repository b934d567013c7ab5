/** An e-mail address or principal name: up to the sign whatever cannot part it from what stands before. */
const ADDRESS = /(?<![^\s@"'`<>(){}[\],;:=\\|/])[^\s@"'`<>(){}[\],;:=\\|/]+@[\p{L}\p{N}]+(?:[.-]+[\p{L}\p{N}]+)*/gu;
/** An account with its domain, also as JSON writes it. */
const ACCOUNT = /(?<![\p{L}\p{N}_.-])[\p{L}\p{N}_.-]+\\{1,2}[\p{L}\p{N}_]+(?:[.$-]+[\p{L}\p{N}_]+)*/gu;
/** A security identifier. Source: [MS-DTYP] 2.4.2.1. */
const SID = /(?<![\p{L}\p{N}])S-1-\d+(?:-\d+)+/giu;

/** Where a text has what names a person whoever it is: from, to (exclusive). */
export function* writtenNames(text: string): Generator<readonly [from: number, to: number]> {
  if (text.includes('@')) yield* placesOf(text, ADDRESS);
  if (text.includes('\\')) yield* placesOf(text, ACCOUNT);
  if (/s-1-/i.test(text)) yield* placesOf(text, SID);
}

function* placesOf(text: string, pattern: RegExp): Generator<readonly [from: number, to: number]> {
  for (const { 0: name, index } of text.matchAll(pattern)) {
    // A list's dash or a quote's star is no part of it.
    yield [index + Math.max(name.search(/[\p{L}\p{N}_]/u), 0), index + name.length];
  }
}

/** A name as JSON and CSV write it within a text, where they write it otherwise. */
export function escapedNames(name: string): string[] {
  return [JSON.stringify(name).slice(1, -1), name.replaceAll('"', '""')].filter((each) => each !== name);
}

/**
 * What else stands for a person who is called so: of an address what stands before the sign, and the first and the last name
 * in it; of an account what follows its domain. No single word: "support" is an ordinary one as well.
 */
export function shorterNames(name: string): string[] {
  const account = /^([^@\s]+)@[^@\s]+$/.exec(name)?.[1] ?? /^[^\\\s]+\\([^\\]+)$/.exec(name)?.[1];
  if (account === undefined || !/[._\-\d]/.test(account)) return [];
  const [, first, last] = /^(\p{L}{2,})\.(\p{L}{2,})$/u.exec(account) ?? [];
  return first === undefined || last === undefined
    ? [account]
    : [account, `${first} ${last}`, `${last}, ${first}`, `${last} ${first}`];
}
