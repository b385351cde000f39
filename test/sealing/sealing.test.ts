/** A sealed value opens in its place, under its subject's key, and nowhere else; an opened one shows itself to nobody. */
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { createLog, faultFields } from '../../src/log/log.ts';
import { type KeyStore, openKeyStore } from '../../src/store/keys/index.ts';
import { Decrypted, KeyGone, open, seal, Unreadable, Vault } from '../../src/store/sealing/index.ts';
import { MemoryDisk } from './memory-disk.ts';

const DAY_MS = 86_400_000;
const ada = 'a'.repeat(32);
const bob = 'b'.repeat(32);
const key = Buffer.alloc(32, 9);
const PLACE = { table: 'person', column: 'name', row: '1', subject: `person:${ada}` };
const HERE = { table: 'person', column: 'name', row: '1' };

async function vaultWith(
  ...people: string[]
): Promise<{ keys: KeyStore; vault: Vault; at: (ms: number) => void }> {
  let now = Date.parse('2026-11-24T12:00:00Z');
  const keys = await openKeyStore('/keys', key, { files: new MemoryDisk(), now: () => now });
  for (const id of people) await keys.create('person', id);
  return { keys, vault: new Vault(keys), at: (ms) => (now = ms) };
}

test('a value moved to another table, column, row, subject or key version does not open', () => {
  const sealed = seal(key, 1, PLACE, 'Ada');
  expect(open(key, 1, PLACE, sealed).toString()).toBe('Ada');
  for (const part of ['table', 'column', 'row', 'subject'] as const) {
    expect(() => open(key, 1, { ...PLACE, [part]: `${PLACE[part]}x` }, sealed)).toThrow(Unreadable);
  }
  // Parts do not run into each other.
  expect(() => open(key, 1, { ...PLACE, table: 'personn', column: 'ame' }, sealed)).toThrow(Unreadable);
  expect(() => open(key, 2, PLACE, sealed)).toThrow(Unreadable);
  const claimed = Buffer.from(sealed);
  claimed[1] = 2;
  expect(() => open(key, 2, PLACE, claimed)).toThrow(Unreadable);
  expect(() => open(Buffer.alloc(32, 8), 1, PLACE, sealed)).toThrow(Unreadable);
});

test('with any bit flipped, or cut off anywhere, it does not open', () => {
  const sealed = seal(key, 1, PLACE, 'Ada Lovelace');
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const altered = Buffer.from(sealed);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    expect(() => open(key, 1, PLACE, altered), `bit ${bit}`).toThrow(Unreadable);
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(() => open(key, 1, PLACE, sealed.subarray(0, length))).toThrow(Unreadable);
  }
});

test('nothing is sealed under a key that was overwritten, and no nonce comes twice', () => {
  expect(() => seal(Buffer.alloc(32), 1, PLACE, 'Ada')).toThrow(KeyGone);
  const nonces = Array.from({ length: 5000 }, () => seal(key, 1, PLACE, '').toString('hex', 2, 14));
  expect(new Set(nonces).size).toBe(nonces.length);
});

test('texts of every kind come back whole', () => {
  for (const text of ['', 'é', '漢字 🙂', 'x'.repeat(100_000), '\u0000']) {
    expect(open(key, 1, PLACE, seal(key, 1, PLACE, text)).toString()).toBe(text);
  }
});

test('one person’s value does not open as another’s, and not at all after the person is erased', async () => {
  const { keys, vault } = await vaultWith(ada, bob);
  const sealed = vault.seal({ kind: 'person', id: ada }, HERE, 'Ada');
  expect(vault.open({ kind: 'person', id: ada }, HERE, sealed).reveal()).toBe('Ada');
  expect(() => vault.open({ kind: 'person', id: bob }, HERE, sealed)).toThrow(Unreadable);
  await keys.destroy([{ kind: 'person', id: ada }]);
  expect(() => vault.open({ kind: 'person', id: ada }, HERE, sealed)).toThrow(KeyGone);
  await keys.create('person', ada);
  expect(() => vault.open({ kind: 'person', id: ada }, HERE, sealed)).toThrow(Unreadable);
  await keys.close();
});

test('what is about several people opens for each that lives, and dies with the last', async () => {
  const { keys, vault } = await vaultWith(ada, bob);
  const { sealed, wraps } = vault.sealForMany([ada, bob], HERE, 'a letter');
  expect(vault.openAsOne(ada, HERE, sealed, wraps[0]!).reveal()).toBe('a letter');
  expect(() => vault.openAsOne(ada, HERE, sealed, wraps[1]!)).toThrow(Unreadable);
  expect(() => vault.openAsOne(ada, { ...HERE, row: '2' }, sealed, wraps[0]!)).toThrow(Unreadable);
  await keys.destroy([{ kind: 'person', id: ada }]);
  expect(() => vault.openAsOne(ada, HERE, sealed, wraps[0]!)).toThrow(KeyGone);
  expect(vault.openAsOne(bob, HERE, sealed, wraps[1]!).reveal()).toBe('a letter');
  await keys.destroy([{ kind: 'person', id: bob }]);
  expect(() => vault.openAsOne(bob, HERE, sealed, wraps[1]!)).toThrow(KeyGone);
  await keys.close();
});

test('a day’s intake is dead after 7 days unless it became somebody’s', async () => {
  const { keys, vault, at } = await vaultWith(ada);
  const day = '2026-11-24';
  const sealed = await vault.sealIntake(day, HERE, 'a stranger’s mail');
  const adopted = vault.adoptIntake(day, HERE, sealed, { kind: 'person', id: ada });
  const start = Date.parse(`${day}T00:00:00Z`);
  at(start + 7 * DAY_MS - 1);
  expect(vault.openIntake(day, HERE, sealed).reveal()).toBe('a stranger’s mail');
  at(start + 7 * DAY_MS);
  expect(() => vault.openIntake(day, HERE, sealed)).toThrow(KeyGone);
  expect(await keys.expire(start + 7 * DAY_MS)).toBe(1);
  expect(vault.open({ kind: 'person', id: ada }, HERE, adopted).reveal()).toBe('a stranger’s mail');
  await keys.close();
});

test('an opened value cannot become text, JSON, a log line or part of an error by accident', () => {
  const secret = 'ada@example.org';
  const value = new Decrypted(secret);
  const ways: Record<string, () => unknown> = {
    json: () => JSON.stringify({ value }),
    template: () => `${value as unknown as string}`,
    // biome-ignore lint/style/useTemplate: adding is what is tried here
    concat: () => 'to ' + (value as unknown as string),
    string: () => String(value),
    number: () => Number(value),
    error: () => new Error(value as unknown as string).message,
    inspect: () => inspect({ value }, { showHidden: true, depth: 9 }),
    console: () => {
      const lines: unknown[] = [];
      const { log } = console;
      console.log = (...words: unknown[]) => lines.push(...words.map((word) => inspect(word)));
      try {
        console.log(value);
      } finally {
        console.log = log;
      }
      return lines.join();
    },
    clone: () => inspect(structuredClone({ value })),
    entries: () => inspect([Object.entries(value), { ...value }, Reflect.ownKeys(value)]),
    log: () => {
      const lines: string[] = [];
      const log = createLog('control', 'debug', (line) => lines.push(line));
      log('error', 'fault', { class: value as unknown as string, ...faultFields(value) });
      return lines.join();
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    let shown: string;
    try {
      shown = String(way());
    } catch (error) {
      shown = inspect(error, { depth: 9, showHidden: true });
    }
    expect(shown, name).not.toContain(secret);
  }
  // @ts-expect-error an opened value is no string
  const text: string = value;
  expect(text).toBe(value);
  expect(value.reveal()).toBe(secret);
});
