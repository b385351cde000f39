/** The certificate of whoever gets a package: an X.509 certificate with an RSA key, as openssl writes it. */
import { X509Certificate } from 'node:crypto';
import { Problem } from '../problem.ts';

const RSA_BITS_MIN = 2048;

/** As PEM; empty: none. Throws `Problem` 400. */
export function readCertificate(text: string): string {
  const pem = text.trim();
  if (pem === '') return '';
  try {
    const certificate = new X509Certificate(pem);
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
    if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= RSA_BITS_MIN)
      return certificate.toString();
  } catch {
    // Not one.
  }
  throw new Problem(
    400,
    'invalid_input',
    `Their certificate: must be an X.509 certificate in PEM with an RSA key of ${RSA_BITS_MIN} bits or more. Leave it empty for a passphrase.`,
  );
}
