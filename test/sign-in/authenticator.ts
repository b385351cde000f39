/** A software authenticator: makes discoverable passkeys (ES256, no attestation) and answers challenges with them. */
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';

interface Made {
  readonly id: Buffer;
  readonly key: KeyObject;
  readonly userHandle: string;
  counter: number;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

export class Authenticator {
  readonly origin: string;
  /** Told at each ceremony, as browsers do. */
  rpId = 'localhost';
  verifiesUser = true;
  readonly passkeys: Made[] = [];

  constructor(origin: string) {
    this.origin = origin;
  }

  /** `navigator.credentials.create`. */
  make(options: { challenge: string; user: { id: string } }) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const made: Made = { id: randomBytes(32), key: privateKey, userHandle: options.user.id, counter: 1 };
    this.passkeys.push(made);
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const cose = map([
      [int(1), int(2)],
      [int(3), int(-7)],
      [int(-1), int(1)],
      [int(-2), bytes(Buffer.from(x, 'base64url'))],
      [int(-3), bytes(Buffer.from(y, 'base64url'))],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(made.id.length);
    const data = Buffer.concat([this.#data(HAS_CREDENTIAL, 0), Buffer.alloc(16), length, made.id, cose]);
    const attestationObject = map([
      [text('fmt'), text('none')],
      [text('attStmt'), map([])],
      [text('authData'), bytes(data)],
    ]);
    return this.#credential(made, {
      clientDataJSON: this.#clientData('webauthn.create', options.challenge).toString('base64url'),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** `navigator.credentials.get`, with the passkey that the person picks. */
  use(options: { challenge: string }, at = this.passkeys.length - 1) {
    const made = this.passkeys[at] as Made;
    const client = this.#clientData('webauthn.get', options.challenge);
    const data = this.#data(0, ++made.counter);
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    return this.#credential(made, {
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: createSign('sha256').update(signed).sign(made.key).toString('base64url'),
      userHandle: made.userHandle,
    });
  }

  #credential<R extends object>(made: Made, response: R) {
    const id = made.id.toString('base64url');
    return { id, rawId: id, type: 'public-key' as const, response, clientExtensionResults: {} };
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin, crossOrigin: false }));
  }

  #data(more: number, counter: number): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    const flags = USER_PRESENT | (this.verifiesUser ? USER_VERIFIED : 0) | more;
    return Buffer.concat([createHash('sha256').update(this.rpId).digest(), Buffer.from([flags]), count]);
  }
}

/** CBOR (RFC 8949), as far as this needs it. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff]);
}
const int = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const bytes = (value: Buffer): Buffer => Buffer.concat([head(2, value.length), value]);
const text = (value: string): Buffer => Buffer.concat([head(3, value.length), Buffer.from(value)]);
const map = (pairs: [Buffer, Buffer][]): Buffer => Buffer.concat([head(5, pairs.length), ...pairs.flat()]);
