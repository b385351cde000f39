/**
 * Networks and addresses: which network an address is in (allowed networks of a key), and which address a request
 * really comes from. Every address is 128 bits here; IPv4 is ::ffff:0:0/96 (RFC 4291, 2.5.5.2), so that an
 * IPv4-mapped address is the IPv4 address that it names.
 */

interface Network {
  readonly words: Uint32Array;
  /** Leading bits that count, 0 to 128. */
  readonly bits: number;
  readonly v4: boolean;
}

/** Networks that were read; a text that is no network is left out and so contains nothing. */
export type Networks = readonly Network[];

const WORDS = 4;
const WORD_BITS = 32;
const V4_BITS = 32;
const V6_BITS = 128;
const MAPPED_BITS = V6_BITS - V4_BITS;
const MAPPED = 0xffff;
const GROUPS = 8;
/** The longest text of an address that we look at; the longest IPv6 text has 45 characters. */
const ADDRESS_CHARS_MAX = 64;
/** Hops of a forwarding chain that are looked at, from the right. */
const HOPS_MAX = 32;

/** The address being looked at; the gateway has one thread. */
const scratch = new Uint32Array(WORDS);

/** Reads CIDR notation; a bare address is a network of itself. Bits past the prefix do not count. */
export function parseNetworks(cidrs: readonly string[]): Networks {
  const networks: Network[] = [];
  for (const cidr of cidrs) {
    const network = parseNetwork(cidr);
    if (network !== null) networks.push(network);
  }
  return networks;
}

/** Whether `cidr` is a network that `parseNetworks` keeps. */
export function isNetwork(cidr: string): boolean {
  return parseNetwork(cidr) !== null;
}

/** Whether `address` (IPv4, IPv6 or IPv4-mapped; a zone after `%` does not count) is in one of the networks. */
export function contains(networks: Networks, address: string): boolean {
  if (networks.length === 0) return false;
  const zone = address.indexOf('%');
  if (!parseAddress(zone < 0 ? address : address.slice(0, zone), scratch)) return false;
  const v4 = isV4(scratch);
  for (const network of networks) {
    if (network.v4 === v4 && sharesPrefix(network.words, scratch, network.bits)) return true;
  }
  return false;
}

/**
 * The address that a request comes from. `peer` is who connected; `forwardedFor` is the value of X-Forwarded-For, to
 * which each proxy added on the right whom it spoke to. While the hop is a trusted proxy, the one left of it is
 * believed; whatever is no address ends the walk at the last hop that was one.
 */
export function clientAddress(peer: string, forwardedFor: string, trusted: Networks): string {
  let client = peer;
  let end = forwardedFor.length;
  for (let hops = 0; hops < HOPS_MAX && end > 0 && contains(trusted, client); hops++) {
    const comma = forwardedFor.lastIndexOf(',', end - 1);
    const hop = addressOf(forwardedFor.slice(comma + 1, end).trim());
    if (hop === null) return client;
    client = hop;
    end = comma;
  }
  return client;
}

/** The address in one hop, which some proxies write with a port: `1.2.3.4:5`, `[::1]:5`. Null when it is none. */
function addressOf(hop: string): string | null {
  if (hop.length > ADDRESS_CHARS_MAX) return null;
  let address = hop;
  if (hop.startsWith('[')) {
    const found = /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i.exec(hop);
    address = found?.[1] ?? '';
    if (!address.includes(':')) return null;
  } else {
    address = /^([0-9.]+):\d{1,5}$/.exec(hop)?.[1] ?? hop;
  }
  return parseAddress(address, scratch) ? address : null;
}

function parseNetwork(cidr: string): Network | null {
  const slash = cidr.indexOf('/');
  const address = slash < 0 ? cidr : cidr.slice(0, slash);
  const words = new Uint32Array(WORDS);
  if (!parseAddress(address, words)) return null;
  const dotted = !address.includes(':');
  const most = dotted ? V4_BITS : V6_BITS;
  const prefix = slash < 0 ? most : parsePrefix(cidr.slice(slash + 1), most);
  if (prefix < 0) return null;
  const bits = dotted ? prefix + MAPPED_BITS : prefix;
  return { words, bits, v4: isV4(words) && bits >= MAPPED_BITS };
}

/** The prefix length, or -1. No sign, no leading zero. */
function parsePrefix(text: string, most: number): number {
  if (!/^(?:0|[1-9]\d{0,2})$/.test(text)) return -1;
  const bits = Number(text);
  return bits <= most ? bits : -1;
}

function isV4(words: Uint32Array): boolean {
  return words[0] === 0 && words[1] === 0 && words[2] === MAPPED;
}

function sharesPrefix(network: Uint32Array, address: Uint32Array, bits: number): boolean {
  for (let word = 0; bits > 0; word++, bits -= WORD_BITS) {
    const difference = (network[word]! ^ address[word]!) >>> 0;
    if (difference === 0) continue;
    return bits < WORD_BITS && difference >>> (WORD_BITS - bits) === 0;
  }
  return true;
}

/** Writes the address into `words`; false when the text is none. */
function parseAddress(text: string, words: Uint32Array): boolean {
  if (text.length < 2 || text.length > ADDRESS_CHARS_MAX) return false;
  if (text.includes(':')) return parseV6(text, words);
  const v4 = parseV4(text);
  if (v4 < 0) return false;
  words[0] = 0;
  words[1] = 0;
  words[2] = MAPPED;
  words[3] = v4;
  return true;
}

/** Dotted decimal as a number, or -1. Leading zeros are refused: some readers take them as octal. */
function parseV4(text: string): number {
  let address = 0;
  let part = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) {
      if (digits === 0 || ++dots > 3) return -1;
      address = address * 256 + part;
      part = 0;
      digits = 0;
    } else {
      if (c < 48 || c > 57 || (digits > 0 && part === 0)) return -1;
      part = part * 10 + c - 48;
      if (++digits > 3 || part > 255) return -1;
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + part : -1;
}

/** RFC 4291, 2.2: eight groups of hex, one run of zeros as `::`, the last two groups perhaps as dotted decimal. */
function parseV6(text: string, words: Uint32Array): boolean {
  const gap = text.indexOf('::');
  if (gap >= 0 && text.indexOf('::', gap + 1) >= 0) return false;
  const before = groupsOf(gap < 0 ? text : text.slice(0, gap), gap < 0);
  const after = gap < 0 ? [] : groupsOf(text.slice(gap + 2), true);
  if (before === null || after === null) return false;
  const zeros = GROUPS - before.length - after.length;
  if (gap < 0 ? zeros !== 0 : zeros < 1) return false;
  const groups = gap < 0 ? before : [...before, ...new Array<number>(zeros).fill(0), ...after];
  for (let word = 0; word < WORDS; word++) words[word] = groups[word * 2]! * 0x10000 + groups[word * 2 + 1]!;
  return true;
}

/** The 16-bit groups of one side of `::`; `dotted`: the last may be dotted decimal. Null when malformed. */
function groupsOf(text: string, dotted: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  if (parts.length > GROUPS) return null;
  const groups: number[] = [];
  for (const [place, part] of parts.entries()) {
    if (dotted && place === parts.length - 1 && part.includes('.')) {
      const v4 = parseV4(part);
      if (v4 < 0) return null;
      groups.push(Math.floor(v4 / 0x10000), v4 % 0x10000);
    } else {
      if (!/^[0-9a-f]{1,4}$/i.test(part)) return null;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}
