import { isIP, isIPv4 } from 'node:net';

/** The addresses of a network, or one: the first and the last as {@link addressKey} has them. */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

/** What {@link parseAddresses} reads, for errors. */
export const ADDRESSES =
  'an IP address, a network such as 198.51.100.0/24 or 2001:db8::/32, or how addresses begin (198.51.100. or 2001:db8:)';

const BITS = 128;
/** IPv4 stands among IPv6 as `::ffff:a.b.c.d` does (RFC 4291, 2.5.5.2). */
const MAPPED = 0xffffn << 32n;

/** The addresses that a text names: one, a network in CIDR notation, or the groups that addresses begin with; null for any other text. */
export function parseAddresses(text: string): AddressRange | null {
  const [address = '', length, ...others] = text.trim().split('/');
  if (others.length > 0) return null;
  if (length === undefined) return isIP(address) > 0 ? rangeOf(address, null) : beginning(address);
  if (isIP(address) === 0 || !/^\d{1,3}$/.test(length)) return null;
  const bits = Number(length);
  return bits > (isIPv4(address) ? 32 : BITS) ? null : rangeOf(address, bits);
}

/** Groups and how addresses go on behind them. */
function beginning(text: string): AddressRange | null {
  const isV4 = /^\d{1,3}(\.\d{1,3}){0,2}\.?$/.test(text) && text.includes('.');
  const groups = text.replace(/[.:]$/, '').split(isV4 ? '.' : ':');
  const left = (isV4 ? 4 : 8) - groups.length;
  if (left < 1 || (!isV4 && !/^[\da-f]{1,4}(:[\da-f]{1,4})*:?$/i.test(text)) || (!isV4 && !text.includes(':')))
    return null;
  const address = [...groups, ...Array.from({ length: left }, () => '0')].join(isV4 ? '.' : ':');
  return isIP(address) === 0 ? null : rangeOf(address, groups.length * (isV4 ? 8 : 16));
}

function rangeOf(address: string, prefix: number | null): AddressRange {
  const isV4 = isIPv4(address);
  const value = isV4 ? MAPPED | v4Value(address) : v6Value(address);
  const free = BigInt(prefix === null ? 0 : (isV4 ? 32 : BITS) - prefix);
  const first = (value >> free) << free;
  return { first: hex(first), last: hex(first | ((1n << free) - 1n)) };
}

function hex(value: bigint): string {
  return value.toString(16).padStart(BITS / 4, '0');
}

function v4Value(address: string): bigint {
  return address.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
}

function v6Value(address: string): bigint {
  // Whatever it is written like, a URL has it in groups of hex digits.
  const [plain = ''] = address.split('%');
  const [left = '', right = ''] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const [before, after] = [left, right].map((side) => (side === '' ? [] : side.split(':')));
  const zeros = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0');
  return [...(before ?? []), ...zeros, ...(after ?? [])].reduce(
    (sum, group) => (sum << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

const OCTET = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const V4 = `${OCTET}(\\.${OCTET}){3}`;
const GROUPS = '[0-9a-f]{1,4}(:[0-9a-f]{1,4})*';

/**
 * SQL of DuckDB that gives the address in a column as 32 hex digits, which sort as addresses do; null where the text is no
 * address. IPv4 is `::ffff:a.b.c.d`, as in {@link AddressRange}.
 */
export function addressKey(column: string): string {
  const v4 = `'00000000000000000000ffff' || format('{:02x}{:02x}{:02x}{:02x}', ${octets(column).join(', ')})`;
  return `CASE
    WHEN regexp_full_match(${column}, '${V4}') THEN ${v4}
    WHEN contains(${column}, ':') THEN ${v6Key(`lower(split_part(${column}, '%', 1))`)}
  END`;
}

function v6Key(text: string): string {
  const [a, b, c, d] = octets('tail');
  // IPv6 may end as IPv4 is written.
  const groups = letBe('tail', `split_part(${text}, ':', -1)`, [
    `CASE WHEN regexp_full_match(tail, '${V4}')`,
    `THEN left(${text}, length(${text}) - length(tail)) || format('{:x}:{:x}', ${a} * 256 + ${b}, ${c} * 256 + ${d})`,
    `ELSE ${text} END`,
  ]);
  const digits = (side: number) =>
    `array_to_string(list_transform(string_split(split_part(groups, '::', ${side}), ':'), lambda g: CASE g WHEN '' THEN '' ELSE lpad(g, 4, '0') END), '')`;
  return letBe('groups', groups, [
    `CASE WHEN regexp_full_match(groups, '(${GROUPS})?(::(${GROUPS})?)?')`,
    `AND len(regexp_extract_all(groups, '[0-9a-f]+')) + CAST(contains(groups, '::') AS INTEGER) <= 8`,
    `AND (contains(groups, '::') OR len(string_split(groups, ':')) = 8)`,
    `THEN ${digits(1)} || repeat('0000', 8 - len(regexp_extract_all(groups, '[0-9a-f]+'))) || ${digits(2)} END`,
  ]);
}

/** A value that is used several times, made once: written out each time, planning would take seconds. */
export function letBe(name: string, value: string, used: readonly string[]): string {
  return `list_transform([${value}], lambda ${name}: ${used.join(' ')})[1]`;
}

function octets(text: string): string[] {
  return [1, 2, 3, 4].map((index) => `CAST(split_part(${text}, '.', ${index}) AS INTEGER)`);
}
