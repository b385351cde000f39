/** Notes are read strictly: what other readers refuse, ours refuses. */
import { describe, expect, test } from 'vitest';
import { openCheckpoint, parseCheckpoint } from '../../src/record/checkpoint.ts';
import {
  generateNoteKey,
  noteSigner,
  noteVerifier,
  openNote,
  parseNote,
  signNote,
} from '../../src/record/note.ts';
import { keys, ORIGIN } from './sample.ts';

/** The keys and the note of golang.org/x/mod/sumdb/note's own tests. */
const PETER = {
  verifier: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  signer: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

const { signer, verifier } = keys();
const other = keys('other.test/key');
const note = signNote('a text\n\nof two parts\n', [signer]);

describe('a good note', () => {
  test('of another implementation opens, and signing makes the same one', () => {
    const theirs = `${PETER.text}\n${PETER.signature}`;
    expect(openNote(theirs, [noteVerifier(PETER.verifier)]).text).toBe(PETER.text);
    expect(signNote(PETER.text, [noteSigner(PETER.signer)])).toBe(theirs);
  });

  test('opens as text and as bytes, with signatures by unknown keys beside', () => {
    const both = signNote('hello\n', [other.signer, signer]);
    for (const form of [both, Buffer.from(both)]) {
      const { text, signatures } = openNote(form, [verifier]);
      expect(text).toBe('hello\n');
      expect(signatures.map((each) => each.name)).toEqual([ORIGIN]);
    }
    expect(openNote(both, [verifier, other.verifier]).signatures).toHaveLength(2);
  });

  test('has keys whose texts are read back', () => {
    for (let at = 0; at < 30; at += 1) {
      const { signerKey, verifierKey } = generateNoteKey('a.test/b');
      expect(noteSigner(signerKey).verifierKey).toBe(verifierKey);
    }
  });
});

describe('a note is refused', () => {
  test('when nobody known signed it', () => {
    expect(() => openNote(note, [other.verifier])).toThrow('No known key');
    expect(() => openNote(note, [])).toThrow('No known key');
  });

  test('when any byte of it is changed', () => {
    const bytes = Buffer.from(note);
    for (let at = 0; at < bytes.length; at += 1) {
      for (const bit of [0, 5]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] as number) ^ (1 << bit);
        expect(() => openNote(changed, [verifier]), `byte ${at}`).toThrow();
      }
    }
  });

  test('when one of two known keys signed something else', () => {
    const wrong = `a text\n\n${signNote('b text\n', [other.signer]).split('\n\n')[1]}`;
    const line = signNote('a text\n', [signer]).split('\n\n')[1];
    expect(openNote(`${wrong}${line}`, [verifier]).text).toBe('a text\n');
    expect(() => openNote(`${wrong}${line}`, [verifier, other.verifier])).toThrow('does not fit');
  });

  const line = note.slice(note.lastIndexOf('\n\n') + 2);
  test.each([
    ['empty', ''],
    ['without signatures', 'text\n\n'],
    ['without an empty line', `text\n${line}`],
    ['with an unended last line', note.slice(0, -1)],
    ['with a control character', `te\u0001xt\n\n${line}`],
    ['with carriage returns', note.replaceAll('\n', '\r\n')],
    ['with an invalid string', `te\ud800xt\n\n${line}`],
    ['with a hyphen for the dash', `text\n\n${line.replace('—', '-')}`],
    ['with a name of spaces', `text\n\n— ${line.slice(2).replace(ORIGIN, 'a\u00a0b')}`],
    ['with a plus in a name', `text\n\n${line.replace(ORIGIN, 'a+b')}`],
    ['with more after the signature', `text\n\n${line.slice(0, -1)} more\n`],
    ['with a line between signatures', `text\n\n${line}note\n${line}`],
    ['with too many signatures', `text\n\n${line.repeat(65)}`],
    ['of more than 64 KB', `${'a'.repeat(70_000)}\n\n${line}`],
  ])('%s', (_, hostile) => {
    expect(() => parseNote(hostile)).toThrow('not a signed note');
  });

  test('of bytes that are not UTF-8', () => {
    expect(() => parseNote(Buffer.concat([Buffer.of(0xff), Buffer.from(note)]))).toThrow('UTF-8');
  });

  test('keys with another id, and no error shows a secret', () => {
    const { signerKey, verifierKey } = generateNoteKey(ORIGIN);
    const id = verifierKey.split('+')[1] as string;
    expect(() => noteVerifier(verifierKey.replace(id, '00000000'))).toThrow('does not fit');
    const secret = signerKey.split('+').slice(4).join('+');
    for (const key of [signerKey.replace(id, '00000000'), `${signerKey}A`, secret]) {
      try {
        noteSigner(key);
        expect.unreachable();
      } catch (error) {
        expect(String(error)).not.toContain(secret.slice(0, 12));
      }
    }
  });
});

describe('a checkpoint', () => {
  const root = Buffer.alloc(32, 7).toString('base64');

  test('is read', () => {
    expect(parseCheckpoint(`a/b\n12\n${root}\nmore\n`)).toEqual({
      origin: 'a/b',
      size: 12,
      root: Buffer.alloc(32, 7),
      extensions: ['more'],
    });
  });

  test.each([
    `\n12\n${root}\n`,
    `a\n012\n${root}\n`,
    `a\n-1\n${root}\n`,
    `a\n1.5\n${root}\n`,
    `a\n99999999999999999999\n${root}\n`,
    `a\n12\n${root.slice(4)}\n`,
    `a\n12\n${root} \n`,
    `a\n12\n${root}`,
    `a\n12\n${root}\n\n`,
    'a\n12\n',
  ])('is refused: %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow('not a checkpoint');
  });

  test('of another origin than its key is refused', () => {
    const foreign = signNote(`elsewhere.test/log\n0\n${root}\n`, [signer]);
    expect(() => openCheckpoint(foreign, [verifier])).toThrow('another origin');
  });
});
