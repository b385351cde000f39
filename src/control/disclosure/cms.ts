/**
 * A package that its recipient alone opens, with openssl: CMS EnvelopedData (RFC 5652), AES-256-CBC (RFC 3565), its key encrypted to
 * an X.509 certificate (RSA-OAEP with SHA-256, RFC 3560), or under a passphrase (PWRI, RFC 3211, PBKDF2 with SHA-256, RFC 8018). Node has the
 * algorithms; what is written here is how they are put together. `docs/decisions/0026-packages-by-cms.md`.
 */
import {
  constants,
  createCipheriv,
  pbkdf2,
  publicEncrypt,
  randomBytes,
  randomInt,
  X509Certificate,
} from 'node:crypto';
import { promisify } from 'node:util';
import { integer, nothing, octets, oid, sequence, setOf, tagged, taggedOctets, valueAt } from './der.ts';

const OIDS = {
  data: '1.2.840.113549.1.7.1',
  envelopedData: '1.2.840.113549.1.7.3',
  aes256: '2.16.840.1.101.3.4.1.42',
  oaep: '1.2.840.113549.1.1.7',
  mgf1: '1.2.840.113549.1.1.8',
  sha256: '2.16.840.1.101.3.4.2.1',
  pbkdf2: '1.2.840.113549.1.5.12',
  hmacSha256: '1.2.840.113549.2.9',
  passwordKek: '1.2.840.113549.1.9.16.3.9',
} as const;
const KEY_BYTES = 32;
const BLOCK_BYTES = 16;
const SALT_BYTES = 16;
/** OWASP's figure for PBKDF2 with SHA-256. */
const PBKDF2_ROUNDS = 600_000;
/** Versions of RFC 5652, 6.1 and 6.2. */
const VERSION = { certificate: 0, password: 3, byNumber: 0, recipientOfPassword: 0 } as const;

export type Recipient = { readonly certificate: string } | { readonly passphrase: string };

const derive = promisify(pbkdf2);

/** DER. */
export async function sealFor(recipient: Recipient, bytes: Buffer): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  const iv = randomBytes(BLOCK_BYTES);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = Buffer.concat([cipher.update(bytes), cipher.final()]);
  const byCertificate = 'certificate' in recipient;
  const info = byCertificate ? keyFor(recipient.certificate, key) : await keyUnder(recipient.passphrase, key);
  key.fill(0);
  const content = sequence(oid(OIDS.data), aes256(iv), taggedOctets(0, encrypted));
  const version = integer(byCertificate ? VERSION.certificate : VERSION.password);
  return sequence(oid(OIDS.envelopedData), tagged(0, sequence(version, setOf(info), content)));
}

const aes256 = (iv: Buffer): Buffer => sequence(oid(OIDS.aes256), octets(iv));
const sha256 = (): Buffer => sequence(oid(OIDS.sha256), nothing());

/** KeyTransRecipientInfo. */
function keyFor(pem: string, key: Buffer): Buffer {
  const certificate = new X509Certificate(pem);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const encrypted = publicEncrypt({ key: certificate.publicKey, padding, oaepHash: 'sha256' }, key);
  const oaep = sequence(
    oid(OIDS.oaep),
    sequence(tagged(0, sha256()), tagged(1, sequence(oid(OIDS.mgf1), sha256()))),
  );
  return sequence(integer(VERSION.byNumber), issuerAndNumber(certificate.raw), oaep, octets(encrypted));
}

const VERSION_TAG = 0xa0;

/** Certificate ::= { tbs { [0] version, serialNumber, signature, issuer, … } … } */
function issuerAndNumber(raw: Buffer): Buffer {
  const tbs = valueAt(raw, valueAt(raw, 0).start);
  const first = valueAt(raw, tbs.start);
  const number = first.tag === VERSION_TAG ? valueAt(raw, first.end) : first;
  const signature = valueAt(raw, number.end);
  return sequence(valueAt(raw, signature.end).whole, number.whole);
}

/** PasswordRecipientInfo, `[3]` of the choice. */
async function keyUnder(passphrase: string, key: Buffer): Promise<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(BLOCK_BYTES);
  const kek = await derive(passphrase, salt, PBKDF2_ROUNDS, KEY_BYTES, 'sha256');
  const derivation = tagged(
    0,
    oid(OIDS.pbkdf2),
    sequence(
      octets(salt),
      integer(PBKDF2_ROUNDS),
      integer(KEY_BYTES),
      sequence(oid(OIDS.hmacSha256), nothing()),
    ),
  );
  const encryption = sequence(oid(OIDS.passwordKek), aes256(iv));
  return tagged(
    3,
    integer(VERSION.recipientOfPassword),
    derivation,
    encryption,
    octets(wrapped(key, kek, iv)),
  );
}

/** RFC 3211, 2.3.1: length, check bytes, key and padding, encrypted twice in one run of CBC. */
function wrapped(key: Buffer, kek: Buffer, iv: Buffer): Buffer {
  const [one = 0, two = 0, three = 0] = key;
  const whole = Buffer.concat([Buffer.of(key.length, one ^ 0xff, two ^ 0xff, three ^ 0xff), key]);
  const padding = randomBytes((BLOCK_BYTES - (whole.length % BLOCK_BYTES)) % BLOCK_BYTES);
  const cipher = createCipheriv('aes-256-cbc', kek, iv).setAutoPadding(false);
  const once = cipher.update(Buffer.concat([whole, padding]));
  return cipher.update(once);
}

/** Without what is taken for another when it is read out. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 6;
const GROUP_LETTERS = 5;

/** 148 bits of chance, in groups that one reads out over the telephone. */
export const newPassphrase = (): string =>
  Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join(''),
  ).join('-');
