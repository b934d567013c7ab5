/** An e-mail address or principal name: up to the sign whatever cannot part it from what stands before. */
const ADDRESS = /(?<![^\s@"'`<>(){}[\],;:=\\|/])[^\s@"'`<>(){}[\],;:=\\|/]+@[\p{L}\p{N}]+(?:[.-]+[\p{L}\p{N}]+)*/gu;
/** The same as it stands in an address of the web, where the domain has a dot: "50%40" is no address. */
const ENCODED_ADDRESS =
  /(?<![^\s@"'`<>(){}[\],;:=\\|/?&])[^\s@"'`<>(){}[\],;:=\\|/?&]+%40[\p{L}\p{N}]+(?:-+[\p{L}\p{N}]+)*(?:\.[\p{L}\p{N}-]*[\p{L}\p{N}])+/giu;
/** An account with its domain, also as JSON writes it. */
const ACCOUNT = /(?<![\p{L}\p{N}_.-])[\p{L}\p{N}_.-]+\\{1,2}[\p{L}\p{N}_]+(?:[.$-]+[\p{L}\p{N}_]+)*/gu;
/** A security identifier. Source: [MS-DTYP] 2.4.2.1. */
const SID = /(?<![\p{L}\p{N}])S-1-\d+(?:-\d+)+/giu;

/** Where a text has what names a person whoever it is: from, to (exclusive). */
export function* writtenNames(text: string): Generator<readonly [from: number, to: number]> {
  if (text.includes('@')) yield* placesOf(text, ADDRESS);
  if (text.includes('%40')) yield* placesOf(text, ENCODED_ADDRESS);
  if (text.includes('\\')) yield* placesOf(text, ACCOUNT);
  if (/s-1-/i.test(text)) yield* placesOf(text, SID);
}

function* placesOf(text: string, pattern: RegExp): Generator<readonly [from: number, to: number]> {
  for (const { 0: name, index } of text.matchAll(pattern)) {
    // A list's dash or a quote's star is no part of it.
    yield [index + Math.max(name.search(/[\p{L}\p{N}_]/u), 0), index + name.length];
  }
}

/** A name as JSON, CSV and addresses of the web write it within a text, where they write it otherwise. */
export function escapedNames(name: string): string[] {
  const encoded = encodeURIComponent(name.toWellFormed());
  const forms = [
    JSON.stringify(name).slice(1, -1),
    name.replaceAll('"', '""'),
    encoded,
    encoded.replaceAll('%20', '+'),
  ];
  return forms.filter((each) => each !== name);
}

/** A name is of so many words at most; what has more is no name. */
const MOST_WORDS = 5;
const WORD = /^\p{L}[\p{L}\p{M}'’-]*\d*$/u;

/** Accounts of nobody in particular, whose names are ordinary words. */
const ORDINARY = new Set([
  ...['account', 'admin', 'administrator', 'api', 'audit', 'backup', 'default', 'developer', 'device', 'everyone'],
  ...['guest', 'helpdesk', 'info', 'local', 'manager', 'monitor', 'network', 'nobody', 'operator', 'owner', 'portal'],
  ...[
    'root',
    'scan',
    'scanner',
    'security',
    'server',
    'service',
    'session',
    'setup',
    'support',
    'system',
    'test',
    'training',
    'user',
  ],
]);

/** A word that an account can be called by without its domain. */
const OWN_WORD = /^\p{L}[\p{L}\p{M}'’]{3,}$/u;

/**
 * What else stands for a person who is called so: of an address what stands before the sign, and the names of which that is
 * made ({@link namesIn}); of an account what follows its domain. Of an address no single word: "support" is an ordinary one
 * as well; of an account one of four letters or more that is none of {@link ORDINARY}.
 */
export function shorterNames(name: string): string[] {
  const user = /^[^\\\s]+\\([^\\]+)$/.exec(name)?.[1];
  if (user !== undefined && OWN_WORD.test(user) && !ORDINARY.has(user.toLowerCase())) return [user];
  const account = /^([^@\s]+)@[^@\s]+$/.exec(name)?.[1] ?? user;
  if (account === undefined || !/[._\-\d]/.test(account)) return [];
  return [...new Set([account, ...namesIn(account)])];
}

/** Whether a name is of words with blanks between them, which people write with other signs there as well. */
export function isOfWords(name: string): boolean {
  const words = name.split(/,? /);
  return words.length > 1 && words.length <= MOST_WORDS && words.every((word) => WORD.test(word));
}

/**
 * Names as people write them, of one such as `jean-luc.picard2`: its words, parted at dots and underscores, as they come and
 * the last one first, with and without a comma; with the digits at its end and without, hyphens kept and as blanks.
 */
function namesIn(account: string): string[] {
  const words = (account.split('+', 1)[0] ?? '').split(/[._]+/).filter((word) => word !== '');
  if (words.length < 2 || words.length > MOST_WORDS || !words.every((word) => WORD.test(word))) return [];
  const [first = '', last = ''] = [words[0], words.at(-1)];
  if (Math.min(letters(first), letters(last)) < 2) return [];
  const undigited = words.map((word) => word.replace(/\d+$/, ''));
  return [words, undigited].flatMap((each) => [
    ...orders(each),
    ...orders(each.map((word) => word.replaceAll('-', ' '))),
  ]);
}

function orders(words: readonly string[]): string[] {
  const [before, last] = [words.slice(0, -1).join(' '), words.at(-1) ?? ''];
  return [`${before} ${last}`, `${last}, ${before}`, `${last} ${before}`];
}

function letters(word: string): number {
  return word.match(/\p{L}/gu)?.length ?? 0;
}
