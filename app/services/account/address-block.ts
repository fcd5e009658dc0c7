/**
 * What counts as one address in a limit: an IPv4 address, or the /64 of an IPv6 address, because a
 * household is given a whole /64 (promises.md §7.5). An IPv4 address in IPv6 clothes is IPv4.
 */
export function addressBlock(address: string): string {
  const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail] = (plain.split('%')[0] ?? '').split('::')
  const before = groups(head)
  const after = groups(tail ?? '')
  const missing = tail === undefined ? 0 : 8 - before.length - after.length
  const all = [...before, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...after]
  return `${all.slice(0, 4).join(':')}::/64`
}

function groups(text: string): readonly string[] {
  return text
    .split(':')
    .filter((group) => group !== '')
    .map((group) => group.replace(/^0+(?=.)/, ''))
}
