import { BlockList, isIP } from 'node:net';

/**
 * Which addresses a request may go to. `public`: those of the Internet alone, for addresses that an answer gave. `network`: also
 * those of private networks, for addresses that whoever runs this has set.
 */
export type Reach = 'public' | 'network';

/** Why a request may not go to an address, or null. @param plain whether it goes by http, which only this machine may be asked by */
export function addressFault(
  address: string,
  given: { readonly reach: Reach; readonly allowLoopback: boolean; readonly plain: boolean },
): string | null {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (LOOPBACK.check(address, family)) {
    return given.allowLoopback ? null : 'an address of this machine';
  }
  if (given.plain) return 'an address of another machine, by http';
  if (PRIVATE.check(address, family)) {
    return given.reach === 'network' ? null : 'an address of a private network';
  }
  const isPublic =
    family === 'ipv6'
      ? GLOBAL.check(address, family) && !SPECIAL.check(address, family)
      : !SPECIAL.check(address, family);
  return isPublic ? null : 'an address that is none of the Internet';
}

const LOOPBACK = blockList(['127.0.0.0/8', '::1/128']);
const PRIVATE = blockList(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']);
/** Of IPv6, only this is given out. Source: IANA, IPv6 Global Unicast Address Assignments. */
const GLOBAL = blockList(['2000::/3']);
/** Source: IANA, IPv4 and IPv6 Special-Purpose Address Registries; what stands for IPv4 addresses is left out, too. */
const SPECIAL = blockList([
  ...['0.0.0.0/8', '100.64.0.0/10', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24'],
  ...['198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // Azure's own services on each of its machines.
  '168.63.129.16/32',
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
]);

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/');
    list.addSubnet(network, Number(bits), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
