/** Keys that tell typos apart, and money that is never a float. */
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatAmount, parseAmount } from '../../src/control/amount.ts';
import { hashKey, readPepper } from '../../src/control/keys/pepper.ts';
import { API_KEY_LENGTH, looksLikeApiKey, makeApiKey } from '../../src/link/api-key.ts';
import { openKeyStore } from '../../src/store/keys/open-key-store.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('a key with one character changed, left out, added or swapped with its neighbour is told apart', () => {
  fc.assert(
    fc.property(
      fc.nat(API_KEY_LENGTH - 1),
      fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }),
      (at, other) => {
        const key = makeApiKey();
        expect(looksLikeApiKey(key)).toBe(true);
        const wrong = [
          key.slice(0, at) + other + key.slice(at + 1),
          key.slice(0, at) + key.slice(at + 1),
          key.slice(0, at) + other + key.slice(at),
          key.slice(0, at) + key.slice(at + 1, at + 2) + key.charAt(at) + key.slice(at + 2),
        ];
        for (const text of wrong) expect(looksLikeApiKey(text)).toBe(text === key);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  '',
  'kept_sk_',
  'sk-0123456789',
  'x'.repeat(API_KEY_LENGTH),
  '\u{1F511}'.repeat(20),
  `kept_sk_${'é'.repeat(33)}`,
])('%j is no key', (text) => expect(looksLikeApiKey(text)).toBe(false));

test('keys are all different and use the whole alphabet', () => {
  const keys = Array.from({ length: 2_000 }, makeApiKey);
  expect(new Set(keys).size).toBe(keys.length);
  expect(new Set(keys.join('').replaceAll('kept_sk_', '')).size).toBe(62);
});

test('the pepper is made once, kept in the key store, and read again', async () => {
  const place = join(folder, 'fresh');
  const keys = await openKeyStore(place, Buffer.alloc(32, 1));
  const one = await readPepper(keys, place, async () => true);
  expect(one).toMatch(/^[0-9a-f]{64}$/);
  expect(await readPepper(keys, place, async () => false)).toBe(one);
  await keys.close();
  const again = await openKeyStore(place, Buffer.alloc(32, 1));
  expect(await readPepper(again, place, async () => false)).toBe(one);
  await again.close();
  expect(hashKey(one, 'kept_sk_x')).toBe(
    createHmac('sha256', Buffer.from(one, 'hex')).update('kept_sk_x').digest('hex'),
  );
});

test('a missing pepper is not replaced when keys hang on it, nor a damaged one; an earlier file is taken in', async () => {
  const place = join(folder, 'lost');
  const keys = await openKeyStore(place, Buffer.alloc(32, 1));
  await expect(readPepper(keys, place, async () => false)).rejects.toThrow(/missing from the key store/);
  const file = join(place, 'pepper');
  await writeFile(file, 'cut of');
  await expect(readPepper(keys, place, async () => true)).rejects.toThrow(
    /is damaged .* put it back from your backup/,
  );
  expect(await readFile(file, 'utf8')).toBe('cut of');
  await writeFile(file, `${'ab'.repeat(32)}\n`);
  expect(await readPepper(keys, place, async () => false)).toBe('ab'.repeat(32));
  await expect(stat(file)).rejects.toThrow('ENOENT');
  expect(await readPepper(keys, place, async () => false)).toBe('ab'.repeat(32));
  await keys.close();
});

test.each([
  ['25.00', 25_000_000],
  ['25', 25_000_000],
  [' 0.000001 ', 1],
  ['-0.5', -500_000],
  ['0', 0],
  ['-0.00', 0],
  ['0.29', 290_000],
  ['1000000000', 1_000_000_000_000_000],
])('%j is %i micro-dollars', (text, amount) => expect(parseAmount(text)).toBe(amount));

test.each([
  '',
  '.5',
  '5.',
  '1e3',
  '1,00',
  '$5',
  '0x10',
  '٣',
  '1.0000001',
  '1000000000.000001',
  '--1',
  '+1',
  'NaN',
  '1 000',
])('%j is no amount', (text) => expect(parseAmount(text)).toBeNull());

test('an amount that was written can be read', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000_000_000_000, max: 1_000_000_000_000_000 }), (amount) => {
      expect(parseAmount(formatAmount(amount))).toBe(amount);
      expect(formatAmount(amount)).toMatch(/^-?\d+\.\d{2,6}$/);
    }),
  );
});
