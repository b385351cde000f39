/** A receipt proves exactly what it says, offline; with any byte of it changed it proves nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Canonical, canonicalJson, readCanonicalJson } from '../../src/record/canonical.ts';
import {
  ACTOR_ROLES,
  commit,
  ENTRY_KINDS,
  entryOfAudit,
  entryOfFull,
  type FullOpening,
  type Header,
  padding,
} from '../../src/record/commitment.ts';
import { makeReceipt, parseProof, verifyReceipt } from '../../src/record/receipt.ts';
import { MemoryStorage } from './memory-storage.ts';
import { entries, grown, keys, ORIGIN, publish } from './sample.ts';

const HEADER: Header = { kind: 'erasure_done', at: Date.UTC(2026, 0, 2, 3, 4, 5), role: 'person' };
const CONTENT = { systems: ['store', 'mail'], address_kept: false };

/** A record with one act among others, published; its receipt. */
async function receipt(): Promise<{ text: string; verifier: ReturnType<typeof keys>['verifier'] }> {
  const { signer, verifier } = keys();
  const log = await grown(new MemoryStorage(), 300);
  const { entry, salt1, salt2 } = commit(HEADER, CONTENT);
  const index = await log.append([entry]);
  await log.append(entries(0, 30));
  const checkpoint = await publish(log, signer);
  const opening: FullOpening = { ...HEADER, salt1, salt2, content: CONTENT };
  return {
    text: makeReceipt(opening, index, await log.inclusionProof(index, log.publishedSize), checkpoint),
    verifier,
  };
}
const { text, verifier } = await receipt();

describe('a receipt', () => {
  test('says what was recorded, and what that proves', () => {
    const verified = verifyReceipt(text, [keys('old.test/key').verifier, verifier]);
    expect(verified).toMatchObject({ ...HEADER, content: CONTENT, origin: ORIGIN, index: 300, size: 384 });
    expect(verified.proves.join(' ')).toContain('2026-01-02T03:04:05.000Z');
    expect(verified.doesNotProve.length).toBeGreaterThan(0);
    expect(text.startsWith('c2sp.org/tlog-proof@v1\nextra ')).toBe(true);
  });

  test('is refused with any bit of any byte changed', () => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      expect(() => verifyReceipt(changed.toString(), [verifier]), `byte ${at}`).toThrow();
    }
  });

  test('is refused cut anywhere, with more behind, and under another key', () => {
    for (let length = 0; length < text.length; length += 7) {
      expect(() => verifyReceipt(text.slice(0, length), [verifier])).toThrow();
    }
    expect(() => verifyReceipt(`${text}\n`, [verifier])).toThrow();
    expect(() => verifyReceipt(text, [keys().verifier])).toThrow('No known key');
    expect(() => verifyReceipt(text, [])).toThrow('No known key');
  });

  test('is refused when a witness alone signed its checkpoint', async () => {
    const witness = keys('witness.test/w');
    const { signer } = keys();
    const log = await grown(new MemoryStorage(), 64);
    await publish(log, signer);
    const unsigned = (await log.checkpoint()) as string;
    const note = unsigned.slice(0, unsigned.lastIndexOf('\n\n') + 1);
    const { signNote } = await import('../../src/record/note.ts');
    const { extra, proof, index } = parseProof(text);
    expect(extra).not.toBeNull();
    const opening = { ...HEADER, salt1: Buffer.alloc(32), salt2: Buffer.alloc(32), content: CONTENT };
    const forged = makeReceipt(opening, index, proof, signNote(note, [witness.signer]));
    expect(() => verifyReceipt(forged, [verifier], [witness.verifier])).toThrow();
  });

  test('without an opening or with more than one is refused', () => {
    const lines = text.split('\n');
    expect(() => verifyReceipt([lines[0], ...lines.slice(2)].join('\n'), [verifier])).toThrow(
      'what it is about',
    );
    expect(() => verifyReceipt([lines[0], lines[1], ...lines.slice(1)].join('\n'), [verifier])).toThrow();
    const spaced = Buffer.from(`${Buffer.from((lines[1] as string).slice(6), 'base64')} `).toString('base64');
    const padded = [lines[0], `extra ${spaced}`, ...lines.slice(2)].join('\n');
    expect(() => verifyReceipt(padded, [verifier])).toThrow('canonical');
  });
});

describe('a commitment', () => {
  const kind = fc.constantFrom(...ENTRY_KINDS);
  const role = fc.constantFrom(...ACTOR_ROLES);
  const at = fc.integer({ min: 0, max: 8.64e15 });
  const content = fc
    .jsonValue({ depthSize: 'small' })
    .filter((value) => JSON.stringify(value).length < 4000)
    .map(whole);

  test('is recomputed from either opening', () => {
    fc.assert(
      fc.property(kind, at, role, content, (kind, at, role, content) => {
        const header: Header = { kind, at, role };
        const { entry, salt1, salt2, contentHash } = commit(header, content);
        expect(entry).toHaveLength(32);
        expect(entryOfAudit({ ...header, salt1, contentHash })).toEqual(entry);
        expect(entryOfFull({ ...header, salt1, salt2, content })).toEqual(entry);
      }),
    );
  });

  test('is another one when anything of it is, and each time anew', () => {
    const salts = { salt1: Buffer.alloc(32, 1), salt2: Buffer.alloc(32, 2) };
    const entry = (header: Header, content: Canonical = CONTENT, more = salts): string =>
      commit(header, content, more).entry.toString('hex');
    const variants = [
      entry(HEADER),
      entry({ ...HEADER, kind: 'erasure_begun' }),
      entry({ ...HEADER, at: HEADER.at + 1 }),
      entry({ ...HEADER, role: 'member' }),
      entry(HEADER, { ...CONTENT, address_kept: true }),
      entry(HEADER, CONTENT, { ...salts, salt1: Buffer.alloc(31, 1) }),
      entry(HEADER, CONTENT, { ...salts, salt2: Buffer.alloc(32, 3) }),
      commit(HEADER, CONTENT).entry.toString('hex'),
      commit(HEADER, CONTENT).entry.toString('hex'),
      padding(0).entry.toString('hex'),
      padding(0).entry.toString('hex'),
    ];
    expect(new Set(variants).size).toBe(variants.length);
  });

  test('of padding opens for an auditor like any other', () => {
    const { entry, opening } = padding(1234);
    expect(entryOfAudit(opening)).toEqual(entry);
    expect(opening).toMatchObject({ kind: 'padding', at: 1234, role: 'system' });
  });

  test('is not made of words that are not in the lists, odd times or short salts', () => {
    const wrong = [{ kind: 'rumour' }, { role: 'guest' }, { at: -1 }, { at: 1.5 }, { at: Number.NaN }];
    for (const each of wrong) expect(() => commit({ ...HEADER, ...each } as Header, null)).toThrow('opening');
    expect(() => commit(HEADER, null, { salt1: Buffer.alloc(15) })).toThrow('16 to 32');
    expect(() => commit(HEADER, 'a'.repeat(17_000))).toThrow('16384');
    for (const odd of [1.5, Number.NaN, -0, undefined, new Date(), '\ud800'] as Canonical[]) {
      expect(() => commit(HEADER, { odd })).toThrow();
    }
  });

  test('is over JSON that has one spelling', () => {
    expect(canonicalJson({ b: [1, null], a: 'é"', 'a\u0000': true })).toBe(
      '{"a":"é\\"","a\\u0000":true,"b":[1,null]}',
    );
    for (const text of ['{"b":1,"a":2}', '{ }', '1.0', '{"a":1,"a":1}', '"\\u0041"', '[1,]', '']) {
      expect(() => readCanonicalJson(text), text).toThrow();
    }
  });
});

/** Whole numbers for whatever numbers there are. */
function whole(value: unknown): Canonical {
  return JSON.parse(
    JSON.stringify(value, (_, each) => (typeof each === 'number' ? Math.trunc(each % 1000) + 0 : each)),
    (_, each) => (Object.is(each, -0) ? 0 : each),
  ) as Canonical;
}
