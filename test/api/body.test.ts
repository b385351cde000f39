/** A body that would hold or fill the gateway is refused before it is parsed; whatever else it is, it is JSON or not. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBody } from '../../src/gateway/api/body.ts';
import { DEPTH_MAX, KEYS_MAX, VALUES_MAX } from '../../src/gateway/api/parameters/size.ts';
import { caught } from './caught.ts';
import { canary, leaked } from './hostile.ts';

const parse = (text: string): unknown => parseBody(Buffer.from(text));
const PADDING = `"${'x'.repeat(64 * 1024)}"`;

describe('what is no JSON is refused without a word of it', () => {
  const secret = canary();
  it.each([
    ['nothing', ''],
    ['text', secret],
    ['cut', `{"a":"${secret}`],
    ['a comma too many', `{"a":"${secret}",}`],
    ['single quotes', `{'a':'${secret}'}`],
    ['a byte order mark', `\uFEFF{"a":"${secret}"}`],
    ['a control character in a text', `{"a":"${secret}\u0001"}`],
    ['NaN', '{"a":NaN}'],
    ['two documents', '{}{}'],
  ])('%s', (_, text) => {
    const error = caught(() => parse(text));
    expect(error.code).toBe('invalid_json');
    expect(leaked(`${error.message}${error.stack}${String(error.cause)}`, secret)).toEqual([]);
  });

  it.each([[[0xff]], [[0xc3, 0x28]], [[0xed, 0xa0, 0x80]], [[0xc0, 0x80]]])(
    'bytes that are no UTF-8: %j',
    (bytes) => {
      const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]);
      expect(caught(() => parseBody(body)).code).toBe('invalid_json');
    },
  );
});

describe('what would hold or fill the gateway is not parsed', () => {
  it.each([
    ['a million keys', `{${Array.from({ length: 1_000_000 }, (_, i) => `"${i}":1`).join(',')}}`],
    ['brackets without end', '['.repeat(8_000_000)],
    ['braces without end', '{"a":'.repeat(100_000)],
    ['deep and closed', `[${PADDING},${'['.repeat(DEPTH_MAX)}${']'.repeat(DEPTH_MAX)}]`],
    ['too many values', `[${'1,'.repeat(VALUES_MAX + 1)}1]`],
    ['too many keys', `[${PADDING}${',{"a":1}'.repeat(KEYS_MAX + 1)}]`],
    ['texts without anything between', '""'.repeat(VALUES_MAX + KEYS_MAX + 1)],
    ['escaped quotes before it', `["${'\\"'.repeat(40_000)}\\\\",${'['.repeat(DEPTH_MAX)}`],
  ])('%s', (_, text) => {
    expect(caught(() => parse(text)).code).toBe('too_deep');
  });

  it('texts are no structure, however they are escaped', () => {
    for (const text of [
      '['.repeat(70_000),
      '{":'.repeat(30_000),
      ',:'.repeat(1_000_000),
      '\\"['.repeat(30_000),
      `${'x'.repeat(70_000)}\\`,
    ]) {
      expect(parse(JSON.stringify({ a: text, b: [text] }))).toEqual({ a: text, b: [text] });
    }
  });

  it('any JSON within the limits is parsed as it is, however large', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        const text = `[${PADDING},${JSON.stringify(value)}]`;
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });
});
