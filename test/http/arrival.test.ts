/** What bytes mean does not depend on how they arrive: whole, one by one, or cut at any place. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ChunkedReader } from '../../src/gateway/http/chunked.ts';
import type { FaultCode } from '../../src/gateway/http/fault.ts';
import { readReplyHead } from '../../src/gateway/http/reply-head.ts';
import { readRequestHead } from '../../src/gateway/http/request-head.ts';
import { chunkedBodyBytes, replyBytes, requestBytes } from './generate.ts';
import { faultOf } from './ours.ts';
import { share } from './share.ts';

type ReadHead = (bytes: Buffer, from: number, end: number) => { readonly headEnd: number } | null;
/** A head, a fault, or neither while more bytes are needed. */
type Outcome = { readonly head: object } | { readonly fault: FaultCode } | 'incomplete';

function outcome(read: ReadHead, bytes: Buffer, end: number): Outcome {
  let head: object | null = null;
  const fault = faultOf(() => {
    head = read(bytes, 0, end);
  });
  if (fault !== undefined) return { fault };
  return head === null ? 'incomplete' : { head };
}

describe.each([
  ['request', readRequestHead, requestBytes],
  ['reply', readReplyHead, replyBytes],
] as const)('a %s head', (what, read, arbitrary) => {
  test('that comes byte by byte is the same as whole', () => {
    fc.assert(
      fc.property(arbitrary, (bytes) => {
        let grown: Outcome = 'incomplete';
        for (let end = 0; end <= bytes.length && grown === 'incomplete'; end++)
          grown = outcome(read, bytes, end);
        expect(grown).toEqual(outcome(read, bytes, bytes.length));
      }),
      share(`${what} heads byte by byte`, 1000, 50_000),
    );
  });
});

interface Read {
  payload: string;
  fault: FaultCode | undefined;
  done: boolean;
  /** Bytes taken in all. */
  taken: number;
}

/** Reads `bytes` in pieces that end at `cuts`, each piece a buffer of its own. */
function readInPieces(bytes: Buffer, cuts: readonly number[]): Read {
  const reader = new ChunkedReader();
  const read: Read = { payload: '', fault: undefined, done: false, taken: 0 };
  let from = 0;
  read.fault = faultOf(() => {
    for (const cut of [...cuts, bytes.length]) {
      if (reader.done) break;
      const piece = Buffer.from(bytes.subarray(from, cut));
      read.taken += reader.read(piece, 0, (start, end) => {
        expect(end, 'no empty piece is handed on').toBeGreaterThan(start);
        read.payload += piece.toString('latin1', start, end);
      });
      from = cut;
    }
  });
  read.done = reader.done;
  return read;
}

/** What of `read` must not depend on cuts: of a fault the payload before it may have been handed on in part. */
const meaning = ({ payload, fault, done, taken }: Read): object =>
  fault === undefined ? { payload, done, taken } : { fault };

describe('a chunked body', () => {
  test('cut at every one and every two places is the same as whole', () => {
    const body = Buffer.from(
      '5\r\nhello\r\n009;x;a="b\\";"\r\n\r\n0\r\n\r\n..\r\n1\r\n!\r\n0;y=z\r\nX: y\r\nZ:\r\n\r\nGET /',
      'latin1',
    );
    const whole = readInPieces(body, []);
    expect(whole).toEqual({
      payload: 'hello\r\n0\r\n\r\n..!',
      fault: undefined,
      done: true,
      taken: body.length - 5,
    });
    for (let one = 0; one < body.length; one++) {
      for (let two = one; two < body.length; two++) expect(readInPieces(body, [one, two])).toEqual(whole);
    }
  });

  test('at random, broken too, byte by byte is the same as whole', () => {
    fc.assert(
      fc.property(chunkedBodyBytes, (bytes) => {
        const every = Array.from(bytes.keys()).slice(1);
        expect(meaning(readInPieces(bytes, every))).toEqual(meaning(readInPieces(bytes, [])));
      }),
      share('chunked bodies byte by byte', 1000, 100_000),
    );
  });

  test('of many chunks in one buffer hands on each, and stops right behind the end', () => {
    const bytes = Buffer.from(`${'3\r\nabc\r\n'.repeat(64)}0\r\n\r\nnext`);
    const read = readInPieces(bytes, []);
    expect([read.payload.length, read.taken, read.done]).toEqual([192, bytes.length - 4, true]);
  });

  test('reads no further than it is told', () => {
    const bytes = Buffer.from('3\r\nabc\r\n0\r\n\r\n');
    const reader = new ChunkedReader();
    const pieces: string[] = [];
    const keep = (from: number, to: number): void => {
      pieces.push(bytes.toString('latin1', from, to));
    };
    expect(reader.read(bytes, 0, keep, 4)).toBe(4);
    expect(reader.read(bytes, 4, keep)).toBe(bytes.length);
    expect([pieces, reader.done, reader.bytes]).toEqual([['a', 'bc'], true, 3]);
  });

  test('may be as long as it is allowed, and not a byte longer, before its data is waited for', () => {
    const take = (text: string): FaultCode | undefined =>
      faultOf(() => new ChunkedReader(10).read(Buffer.from(text), 0, () => {}));
    expect(take('a\r\nhellohello\r\n0\r\n\r\n')).toBeUndefined();
    expect(take('5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n')).toBeUndefined();
    expect(take('5\r\nhello\r\n6\r')).toBe('body_too_large');
    expect(take('b\r')).toBe('body_too_large');
  });
});
