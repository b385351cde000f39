/** DER (ITU-T X.690) as far as a CMS message needs it: written from its parts, and read one value at a time. Pure. */

const TAGS = {
  integer: 0x02,
  octets: 0x04,
  none: 0x05,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;
const LONG_FORM = 0x80;
const CONSTRUCTED = 0xa0;
const PRIMITIVE = 0x80;
const BYTE = 256;

function lengthOf(length: number): Buffer {
  if (length < LONG_FORM) return Buffer.of(length);
  const bytes: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / BYTE)) bytes.unshift(left % BYTE);
  return Buffer.of(LONG_FORM | bytes.length, ...bytes);
}

const value = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(content.length), content]);
};

export const sequence = (...parts: readonly Buffer[]): Buffer => value(TAGS.sequence, ...parts);
export const setOf = (...parts: readonly Buffer[]): Buffer => value(TAGS.set, ...parts);
export const octets = (bytes: Buffer): Buffer => value(TAGS.octets, bytes);
export const nothing = (): Buffer => value(TAGS.none);
/** `[number]` around other values. */
export const tagged = (number: number, ...parts: readonly Buffer[]): Buffer =>
  value(CONSTRUCTED | number, ...parts);
/** `[number] IMPLICIT OCTET STRING`. */
export const taggedOctets = (number: number, bytes: Buffer): Buffer => value(PRIMITIVE | number, bytes);

/** Not negative. */
export function integer(number: number): Buffer {
  const hex = number.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  return value(TAGS.integer, (bytes[0] ?? 0) >= LONG_FORM ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

const BITS_7 = 128;
const FIRST_ARC = 40;

/** Like `1.2.840.113549.1.7.3`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * FIRST_ARC + second, ...rest].flatMap((arc) => {
    const digits = [arc % BITS_7];
    for (let left = Math.floor(arc / BITS_7); left > 0; left = Math.floor(left / BITS_7))
      digits.unshift((left % BITS_7) | LONG_FORM);
    return digits;
  });
  return value(TAGS.oid, Buffer.from(bytes));
}

/** A value as it stands in `bytes` at `at`: whole, and where what is in it begins and ends. */
export function valueAt(
  bytes: Buffer,
  at: number,
): { whole: Buffer; tag: number; start: number; end: number } {
  const tag = bytes.readUInt8(at);
  const first = bytes.readUInt8(at + 1);
  const more = first < LONG_FORM ? 0 : first - LONG_FORM;
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
  const start = at + 2 + more;
  const end = start + length;
  if (end > bytes.length) throw new RangeError('a value of DER is cut short');
  return { whole: bytes.subarray(at, end), tag, start, end };
}
