/** Only a trusted proxy is believed about who calls, and a key's allowed networks hold in every spelling. */
import { BlockList, isIP, isIPv4 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientAddress, contains, isNetwork, parseNetworks } from '../../src/gateway/network.ts';

describe('what is no network contains nothing', () => {
  it.each([
    '',
    '/',
    '1.2.3.4/33',
    '1.2.3.4/-1',
    '1.2.3.4/08',
    '1.2.3.4/+8',
    '1.2.3.4/',
    '1.2.3/8',
    '1.2.3.4.5/8',
    '256.1.1.1/8',
    '01.2.3.4/8',
    '1.2.3.4/8/8',
    ' 1.2.3.4/8',
    '::1/129',
    ':::/8',
    '1::2::3/8',
    '12345::/16',
    'g::/8',
    '1:2:3:4:5:6:7/8',
    '1:2:3:4:5:6:7:8:9/8',
    '1:2:3:4:5:6:7::8/8x',
    '::1.2.3/8',
    '1.2.3.4::/8',
    'localhost',
    '0x7f.1.1.1/8',
    '::ffff:1.2.3.4.5/96',
    '[::1]/128',
    'fe80::1%eth0/64',
  ])('%j', (text) => {
    expect(isNetwork(text)).toBe(false);
    expect(parseNetworks([text])).toEqual([]);
    expect(contains(parseNetworks([text]), '1.2.3.4')).toBe(false);
  });
});

describe('contains', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.9.8.7/8', '10.0.0.0', true],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['192.168.1.128/25', '192.168.1.255', true],
    ['1.2.3.4', '1.2.3.4', true],
    ['1.2.3.4/32', '1.2.3.5', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '1.2.3.4', false],
    ['::/0', '::ffff:1.2.3.4', false],
    ['::/0', '2001:db8::1', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::FFFF:0a01:0203', true],
    ['::ffff:10.0.0.0/104', '10.1.2.3', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['::1', '', false],
    ['::1', '%', false],
  ])('%s has %s: %s', (cidr, address, expected) => {
    expect(contains(parseNetworks([cidr]), address)).toBe(expected);
  });

  it('agrees with Node about any address and network', () => {
    const v6 = fc.ipV6();
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), v6), fc.oneof(fc.ipV4(), v6), fc.nat(128), (base, address, prefix) => {
        const bits = isIPv4(base) ? prefix % 33 : prefix;
        const list = new BlockList();
        list.addSubnet(base, bits, isIPv4(base) ? 'ipv4' : 'ipv6');
        if (mapped(base) || mapped(address)) return;
        const sameFamily = isIPv4(base) === isIPv4(address);
        const theirs = sameFamily && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
        expect(contains(parseNetworks([`${base}/${bits}`]), address)).toBe(theirs);
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with Node about what an address is', () => {
    const char = fc.constantFrom(...'0123456789abcdefF:.');
    const text = fc.oneof(fc.string({ unit: char, maxLength: 40 }), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(text, (address) => {
        if (address.includes('%')) return;
        expect(isNetwork(address)).toBe(isIP(address) !== 0);
      }),
      { numRuns: 5000 },
    );
  });
});

const mapped = (address: string): boolean => /^(?:0*:)*:?(?:0*:)*ffff:/i.test(address);

describe('clientAddress', () => {
  const trusted = parseNetworks(['10.0.0.0/8', '::1', '2001:db8::/32']);
  it.each([
    ['a stranger is not believed', '1.1.1.1', '9.9.9.9', '1.1.1.1'],
    ['a trusted proxy is', '10.0.0.1', '9.9.9.9', '9.9.9.9'],
    [
      'only the first untrusted hop from the right counts',
      '10.0.0.1',
      '6.6.6.6, 9.9.9.9, 10.0.0.2',
      '9.9.9.9',
    ],
    ['what the client wrote itself is not reached', '10.0.0.1', '127.0.0.1, 9.9.9.9', '9.9.9.9'],
    ['no chain: the peer', '10.0.0.1', '', '10.0.0.1'],
    ['a chain of proxies alone: its left end', '10.0.0.1', '10.0.0.3,10.0.0.2', '10.0.0.3'],
    ['garbage ends the walk', '10.0.0.1', '9.9.9.9, garbage, 10.0.0.2', '10.0.0.2'],
    ['garbage at the right end', '10.0.0.1', '9.9.9.9, unknown', '10.0.0.1'],
    ['an empty hop is garbage', '10.0.0.1', '9.9.9.9,,10.0.0.2', '10.0.0.2'],
    ['ports and brackets', '::1', '[2001:db8::5]:443, 10.0.0.2:80', '2001:db8::5'],
    ['a bracketed stranger', '::1', '[2002::5]:443', '2002::5'],
    ['an IPv4 address in brackets is garbage', '::1', '[9.9.9.9]', '::1'],
    ['an unclosed bracket is garbage', '::1', '[2002::5', '::1'],
    ['an IPv4-mapped proxy', '::ffff:10.0.0.1', '9.9.9.9', '9.9.9.9'],
    ['a local socket has no address', '', '9.9.9.9', ''],
    ['spaces and tabs', '10.0.0.1', ' \t9.9.9.9 \t', '9.9.9.9'],
  ])('%s', (_, peer, forwarded, expected) => {
    expect(clientAddress(peer, forwarded, trusted)).toBe(expected);
  });

  it('looks at a bounded number of hops', () => {
    const chain = new Array(10_000).fill('10.0.0.2').join(',');
    expect(clientAddress('10.0.0.1', `9.9.9.9,${chain}`, trusted)).toBe('10.0.0.2');
  });

  it('always answers with the peer or an address', () => {
    const hop = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 20 }), fc.constant('10.0.0.2'));
    fc.assert(
      fc.property(fc.array(hop, { maxLength: 6 }), (hops) => {
        const client = clientAddress('10.0.0.1', hops.join(', '), trusted);
        expect(client === '10.0.0.1' || isIP(client) !== 0).toBe(true);
      }),
    );
  });
});
