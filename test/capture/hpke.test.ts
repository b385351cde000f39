/** Sealing for a public key, as RFC 9180 has it: another library opens what we seal, and we what it seals. */
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { expect, test } from 'vitest';
import { openCaptured, sealCaptured } from '../../src/link/captured.ts';
import { HPKE_OVERHEAD_BYTES, openWith, publicHalf, sealFor } from '../../src/link/hpke.ts';
import { newId, randomHex } from '../../src/link/ids.ts';

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});
const INFO = Buffer.from('a test');
const ABOUT = Buffer.from('of one thing');
const secret = (): Buffer => Buffer.from(randomHex(32), 'hex');
const bytes = (buffer: Buffer): ArrayBuffer => Uint8Array.from(buffer).buffer;
const ENCAPSULATED = 32;

test('what we seal, another library opens', async () => {
  for (const length of [0, 1, 31, 4096]) {
    const key = secret();
    const plain = Buffer.alloc(length, 7);
    const sealed = sealFor(publicHalf(key), INFO, ABOUT, plain);
    expect(sealed).toHaveLength(length + HPKE_OVERHEAD_BYTES);
    const opened = await suite.open(
      {
        recipientKey: await suite.kem.importKey('raw', bytes(key), false),
        enc: bytes(sealed.subarray(0, ENCAPSULATED)),
        info: bytes(INFO),
      },
      bytes(sealed.subarray(ENCAPSULATED)),
      bytes(ABOUT),
    );
    expect(Buffer.from(opened).equals(plain)).toBe(true);
  }
});

test('what it seals, we open', async () => {
  const key = secret();
  const { ct, enc } = await suite.seal(
    { recipientPublicKey: await suite.kem.importKey('raw', bytes(publicHalf(key)), true), info: bytes(INFO) },
    bytes(Buffer.from('words')),
    bytes(ABOUT),
  );
  const sealed = Buffer.concat([Buffer.from(enc), Buffer.from(ct)]);
  expect(openWith(key, INFO, ABOUT, sealed).toString()).toBe('words');
});

test('it opens with its own key, about its own thing, whole, and not otherwise', () => {
  const key = secret();
  const sealed = sealFor(publicHalf(key), INFO, ABOUT, Buffer.from('words'));
  const refused = (with_: Buffer, info: Buffer, about: Buffer, what: Buffer): void => {
    expect(() => openWith(with_, info, about, what)).toThrow();
  };
  refused(secret(), INFO, ABOUT, sealed);
  refused(key, Buffer.from('another'), ABOUT, sealed);
  refused(key, INFO, Buffer.from('another'), sealed);
  refused(key, INFO, ABOUT, sealed.subarray(0, -1));
  refused(key, INFO, ABOUT, sealed.subarray(0, 10));
  refused(key, INFO, ABOUT, Buffer.alloc(0));
  for (const at of sealed.keys()) {
    const damaged = Buffer.from(sealed);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    // The last bit of an X25519 key's encoding is passed over (RFC 7748, 5); the shared secret holds the bytes as they came.
    refused(key, INFO, ABOUT, damaged);
  }
});

test('the same thing sealed twice looks like two', () => {
  const to = publicHalf(secret());
  const [one, other] = [0, 1].map(() => sealFor(to, INFO, ABOUT, Buffer.from('words')));
  expect(one?.equals(other as Buffer)).toBe(false);
});

test('a request is bound to its number, its capture and its account', () => {
  const key = secret();
  const name = { account: newId(), capture: newId(), request: newId() };
  const content = { asked: 'a question', answered: 'an answer', cut: false };
  const sealed = sealCaptured(publicHalf(key), name, content);
  expect(openCaptured(key, name, sealed)).toEqual(content);
  for (const part of ['account', 'capture', 'request'] as const)
    expect(() => openCaptured(key, { ...name, [part]: newId() }, sealed), part).toThrow('does not open');
});

test('text that is mostly escapes is cut, so that it fits a message', () => {
  const key = secret();
  const name = { account: newId(), capture: newId(), request: newId() };
  const long = '\u0001'.repeat(1024 * 1024);
  const sealed = sealCaptured(publicHalf(key), name, { asked: long, answered: long, cut: false });
  expect(sealed.length).toBeLessThan(5 * 1024 * 1024);
  const opened = openCaptured(key, name, sealed);
  expect(opened.cut).toBe(true);
  expect(long.startsWith(opened.asked)).toBe(true);
});
