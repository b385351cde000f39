/** A witness' word counts only where it verifies; the record cannot vouch for itself as a witness, nor the reverse. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { keyIdOf, signatureLine, verifierKeyText } from '../../src/record/note.ts';
import {
  addCheckpointRequest,
  attach,
  cosignedMessage,
  openWitnessed,
  readWitnessAnswer,
  witnessVerifier,
} from '../../src/record/witness.ts';
import { MemoryStorage } from './memory-storage.ts';
import { grown, keys, ORIGIN, publish } from './sample.ts';

const NOW = 1_800_000_000_000;

/** A witness that signs whatever it is shown. */
function witness(name: string) {
  const { privateKey } = generateKeyPairSync('ed25519');
  const key = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(12);
  const line = (text: string, at = NOW): string => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(at / 1000));
    const signature = sign(null, Buffer.from(cosignedMessage(text, BigInt(at / 1000))), key);
    return signatureLine(name, keyIdOf(name, 4, raw), Buffer.concat([time, signature]));
  };
  return { line, verifier: witnessVerifier(verifierKeyText(name, 4, raw)) };
}

const { signer, verifier } = keys();
const storage = new MemoryStorage();
const log = await grown(storage, 10);
const first = await publish(log, signer);
const second = await publish(log, signer);
const text = second.slice(0, second.lastIndexOf('\n\n') + 1);
const one = witness('one.test/w');
const two = witness('two.test/w');
const read = (body: string, status = 200, contentType = 'text/plain') =>
  readWitnessAnswer({ status, contentType, body }, second, [one.verifier, two.verifier], NOW);

test('the request has the old size, the proof and the checkpoint, as the specification says', async () => {
  const proof = await log.consistencyProof(64, 128);
  expect(addCheckpointRequest(64, proof, second)).toBe(
    `old 64\n${proof.map((hash) => `${hash.toString('base64')}\n`).join('')}\n${second}`,
  );
  expect(addCheckpointRequest(0, [], first)).toBe(`old 0\n\n${first}`);
  expect(() => addCheckpointRequest(0, Array(64).fill(Buffer.alloc(32)), first)).toThrow('63');
});

test('the specification’s own cosigned message', () => {
  const body = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
  expect(cosignedMessage(body, 1_679_315_147n)).toBe(`cosignature/v1\ntime 1679315147\n${body}`);
});

describe('an answer', () => {
  test('with good cosignatures is kept with the checkpoint, and satisfies a policy', async () => {
    const stranger = witness('stranger.test/w');
    const answer = read(one.line(text) + stranger.line(text) + two.line(text));
    if (answer.status !== 'cosigned') throw new Error(answer.status);
    expect(answer.lines).toHaveLength(2);
    const note = attach(second, answer.lines);
    await log.keepCheckpoint(note, [verifier]);
    expect(await log.checkpoint()).toBe(note);
    const policy = { witnesses: [one.verifier, two.verifier], quorum: 2 };
    expect(openWitnessed(note, [verifier], policy).witnessedBy).toEqual([
      { name: 'one.test/w', at: NOW },
      { name: 'two.test/w', at: NOW },
    ]);
    expect(attach(note, answer.lines)).toBe(note);
  });

  test('of a conflict says the size', () => {
    expect(read('64\n', 409, 'text/x.tlog.size')).toEqual({ status: 'conflict', size: 64 });
    expect(read('064\n', 409, 'text/x.tlog.size').status).toBe('refused');
    expect(read('other root\n', 409).status).toBe('refused');
  });

  test.each([400, 403, 404, 422, 500])('of status %i is a refusal with a reason', (status) => {
    expect(read('64\n', status)).toMatchObject({ status: 'refused', reason: expect.stringContaining('t ') });
  });

  test('that does not verify, is of the future, or is no signature is refused', () => {
    const wrong = one.line(first.slice(0, first.lastIndexOf('\n\n') + 1));
    const bodies = [wrong, one.line(text, NOW + 400_000), 'hello\n', '', one.line(text).slice(0, -1)];
    const stranger = witness('one.test/w').line(text);
    for (const body of [...bodies, stranger, one.line(text).repeat(20)]) {
      expect(read(body).status, body).toBe('refused');
    }
    expect(read(two.line(text) + wrong).status).toBe('refused');
  });
});

describe('a policy', () => {
  test('is not met by too few, by the same witness twice, or without the record itself', () => {
    const policy = { witnesses: [one.verifier, two.verifier], quorum: 2 };
    const once = `${second}${one.line(text)}`;
    expect(() => openWitnessed(once, [verifier], policy)).toThrow('1 of 2');
    expect(() => openWitnessed(`${once}${one.line(text, NOW - 5000)}`, [verifier], policy)).toThrow('1 of 2');
    const alone = `${text}\n${one.line(text)}${two.line(text)}`;
    expect(() => openWitnessed(alone, [verifier], policy)).toThrow('No known key');
    expect(() => openWitnessed(alone, [keys(ORIGIN).verifier], policy)).toThrow('No known key');
  });

  test('is not met by a cosignature that was altered', () => {
    const note = `${second}${one.line(text).replace(/(.)=*\n$/, (found) => (found[0] === 'A' ? 'B' : 'A') + found.slice(1))}`;
    expect(() => openWitnessed(note, [verifier], { witnesses: [one.verifier], quorum: 0 })).toThrow();
  });
});
