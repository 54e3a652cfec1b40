import { BlockList, isIP } from 'node:net'

/** Never called: link-local, clouds' metadata, "this host", multicast. IPv4-mapped IPv6 is matched by BlockList. */
const never = list([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
  ['224.0.0.0', 3],
  ['::', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::254', 128],
  // 169.254.0.0/16 behind NAT64 (64:ff9b::/96), 6to4 and the deprecated IPv4-compatible form.
  ['64:ff9b::a9fe:0', 112],
  ['2002:a9fe::', 32],
  ['::a9fe:0', 112],
])

/** Loopback and private networks, where integration services often live. */
const inside = list([
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fec0::', 10],
])

/** Whether the server refuses to call an IP address. */
export function isRefusedAddress(address: string, allowPrivateAddresses: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  return never.check(address, family) || (!allowPrivateAddresses && inside.check(address, family))
}

/** A host whose every address is refused. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError'
}

function list(subnets: [address: string, prefix: number][]): BlockList {
  const blocked = new BlockList()
  for (const [address, prefix] of subnets) blocked.addSubnet(address, prefix, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  return blocked
}
