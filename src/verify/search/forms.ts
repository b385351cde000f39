/**
 * The forms in which a canary may lie somewhere, as needles. Data are searched *squeezed*: everything but letters and
 * digits is left out first, so that line breaks, separators, zero bytes and escape signs inside a form do not hide it,
 * and needles are squeezed likewise. What UTF-16, `%41` and `41 42` have in common this way is told apart afterwards.
 */

export interface Needle {
  readonly canary: string;
  /** Name of the form before the raw bytes are looked at; see `nameOf`. */
  readonly form: string;
  /** Letters and digits only. */
  readonly text: string;
  /** A piece of this many characters is a find: about 48 random bits or more. */
  readonly enough: number;
}

const squeezed = (text: string): string => text.replace(/[^A-Za-z0-9]/g, '');
const bytesAs = (canary: string, word: (code: number) => string): string =>
  Array.from(canary, (letter) => word(letter.charCodeAt(0))).join('');
const padded = (code: number, radix: number, digits: number): string =>
  code.toString(radix).padStart(digits, '0');

const PLAIN_ENOUGH = 8;
const CASELESS_ENOUGH = 12;
const BASE64_ENOUGH = 12;
const BASE32_ENOUGH = 16;
const HEX_ENOUGH = 20;
const DIGITS_ENOUGH = 26;
const UNICODE_ENOUGH = 40;
const ESCAPED_ENOUGH = 24;

/** Base64 of data that hold the canary `offset` bytes after a border of three, without what depends on neighbours. */
function base64At(canary: string, offset: number, encoding: BufferEncoding): string {
  const before = Buffer.alloc(offset);
  const whole = Buffer.concat([before, Buffer.from(canary), Buffer.alloc(3)]).toString(encoding);
  const from = Math.ceil((offset * 8) / 6);
  const to = Math.floor(((offset + canary.length) * 8) / 6);
  return squeezed(whole.slice(from, to));
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32At(canary: string, offset: number): string {
  const bits = bytesAs('\0'.repeat(offset) + canary, (code) => padded(code, 2, 8));
  let text = '';
  for (let i = Math.ceil((offset * 8) / 5) * 5; i + 5 <= bits.length; i += 5) {
    text += BASE32[Number.parseInt(bits.slice(i, i + 5), 2)];
  }
  return text;
}

const OFFSETS_64 = [0, 1, 2];
const OFFSETS_32 = [0, 1, 2, 3, 4];

/** Every needle of one canary. */
export function needlesOf(canary: string): Needle[] {
  const needles: Needle[] = [];
  const add = (form: string, text: string, enough: number): void => {
    if (!needles.some((known) => known.text === text)) needles.push({ canary, form, text, enough });
  };
  add('plain', canary, PLAIN_ENOUGH);
  add('lower case', canary.toLowerCase(), CASELESS_ENOUGH);
  add('upper case', canary.toUpperCase(), CASELESS_ENOUGH);
  add('reversed', [...canary].reverse().join(''), PLAIN_ENOUGH);
  for (const offset of OFFSETS_64) {
    add(`base64 at ${offset}`, base64At(canary, offset, 'base64'), BASE64_ENOUGH);
    add(`base64url at ${offset}`, base64At(canary, offset, 'base64url'), BASE64_ENOUGH);
  }
  for (const offset of OFFSETS_32) {
    add('base32', base32At(canary, offset), BASE32_ENOUGH);
    add('base32', base32At(canary, offset).toLowerCase(), BASE32_ENOUGH);
  }
  const hex = Buffer.from(canary).toString('hex');
  add('hex', hex, HEX_ENOUGH);
  add('HEX', hex.toUpperCase(), HEX_ENOUGH);
  add(
    'URL-escaped twice',
    bytesAs(canary, (code) => `25${padded(code, 16, 2)}`),
    DIGITS_ENOUGH,
  );
  add(
    'URL-ESCAPED twice',
    bytesAs(canary, (code) => `25${padded(code, 16, 2).toUpperCase()}`),
    DIGITS_ENOUGH,
  );
  add('decimal bytes', bytesAs(canary, String), DIGITS_ENOUGH);
  add(
    'octal bytes',
    bytesAs(canary, (code) => padded(code, 8, 3)),
    DIGITS_ENOUGH,
  );
  add(
    'JSON-escaped',
    bytesAs(canary, (code) => `u${padded(code, 16, 4)}`),
    UNICODE_ENOUGH,
  );
  add(
    'JSON-ESCAPED',
    bytesAs(canary, (code) => `u${padded(code, 16, 4).toUpperCase()}`),
    UNICODE_ENOUGH,
  );
  add(
    'byte-escaped',
    bytesAs(canary, (code) => `x${padded(code, 16, 2)}`),
    ESCAPED_ENOUGH,
  );
  add(
    'BYTE-ESCAPED',
    bytesAs(canary, (code) => `x${padded(code, 16, 2).toUpperCase()}`),
    ESCAPED_ENOUGH,
  );
  return needles;
}

const PERCENT = 37;

/** The form's name, refined by what lies between the letters in the raw bytes from its first to its last. */
export function nameOf(needle: Needle, raw: Uint8Array, rawIsEven: boolean, found: number): string {
  const between = raw.length - found;
  if (between === 0) return found === needle.text.length ? needle.form : `part of ${needle.form}`;
  const zeros = raw.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0);
  if (zeros === between && between === found - 1)
    return `${needle.form}, UTF-16${rawIsEven ? 'LE' : 'BE'} or alike`;
  if (zeros === between && between === (found - 1) * 3) return `${needle.form}, UTF-32`;
  const percents = raw.reduce((sum, byte) => sum + (byte === PERCENT ? 1 : 0), 0);
  if (percents === between && /hex/i.test(needle.form)) return 'URL-escaped';
  return `${needle.form}, split`;
}
