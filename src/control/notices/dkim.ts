/** Signatures of mails by the sender's domain (DKIM, RFC 6376; keys as RFC 8301 wants them). */
import { createPrivateKey } from 'node:crypto';
import type { SendMailOptions } from 'nodemailer';

export interface DkimSettings {
  /** In whose name it is signed; that of the sender, or one above or below it. */
  readonly domain: string;
  /** Under which name in the domain its public key stands. */
  readonly selector: string;
  /** RSA, PEM; a secret. */
  readonly privateKey: string;
}

/** Everything that a mail program shows or acts on; those of RFC 8058 must be among them, or nobody may act on them. */
const SIGNED_FIELDS = [
  'From',
  'Sender',
  'Reply-To',
  'To',
  'Cc',
  'Subject',
  'Date',
  'Message-ID',
  'In-Reply-To',
  'References',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Auto-Submitted',
  'List-Id',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
].join(':');

export const signingBy = ({ domain, selector, privateKey }: DkimSettings): SendMailOptions['dkim'] => ({
  domainName: domain,
  keySelector: selector,
  // Read once: as text it would be read anew for each mail. The library hands it to `sign` as it is.
  privateKey: createPrivateKey(privateKey) as unknown as string,
  headerFieldNames: SIGNED_FIELDS,
});
