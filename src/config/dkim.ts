/** How mail is sent and signed, checked beyond what one key says by itself. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DkimSettings } from '../control/notices/dkim.ts';
import { ConfigError } from './error.ts';
import type { ConfigFile } from './file-schema.ts';

/** RFC 8301, 3.2: what signers should use at least, and verifiers read at most. */
const KEY_BITS_MIN = 2048;
const KEY_BITS_MAX = 4096;

/** Null: mails go unsigned. `beside`: the path of a file that the configuration names. Throws `ConfigError`. */
export function dkimOf(
  { mail }: Pick<ConfigFile, 'mail'>,
  siteUrl: string,
  beside: (file: string) => string,
): DkimSettings | null {
  if (mail?.dkim === undefined) return null;
  const { domain, selector, key } = mail.dkim;
  const sender = /@([^@>]+)>?$/.exec(mail.from ?? '')?.[1]?.toLowerCase() ?? new URL(siteUrl).hostname;
  if (!isWithin(sender, domain) && !isWithin(domain, sender))
    throw new ConfigError(
      `"mail.dkim.domain" is ${domain}, but mails come from ${sender}, so that their signatures would count for nothing: set "mail.from" to an address of ${domain}.`,
    );
  return { domain, selector, privateKey: readKey(beside(key)) };
}

const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.endsWith(`.${outer}`);

function readKey(file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError(
      `"mail.dkim.key" is ${file}, which cannot be read: check that it is there and that this user may read it.`,
    );
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw malformed(file);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < KEY_BITS_MIN || bits > KEY_BITS_MAX) throw malformed(file);
  return pem;
}

const malformed = (file: string): ConfigError =>
  new ConfigError(
    `"mail.dkim.key" is ${file}, which is no RSA key of ${KEY_BITS_MIN} to ${KEY_BITS_MAX} bits without a password: make one with \`openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out ${file}\`.`,
  );

/** What the operator publishes in the DNS (RFC 6376, 3.6.1): the name of a TXT record, and what it says. */
export function dkimRecord({ domain, selector, privateKey }: DkimSettings): { name: string; text: string } {
  const key = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return { name: `${selector}._domainkey.${domain}`, text: `v=DKIM1; k=rsa; p=${key.toString('base64')}` };
}
