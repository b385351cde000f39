/** Whether receivers can check who sent our mails: the public key in the DNS is the one that belongs to ours. */
import { Resolver } from 'node:dns/promises';
import { type Config, dkimRecord } from '../../config/index.ts';
import { type Finding, ok, warning } from './finding.ts';

const ANSWER_MS = 3000;
const NAME = 'signed mail';

/** The texts of a name's TXT records, each in its pieces. Rejects where there are none, or no name server answers. */
export type LookUp = (name: string) => Promise<readonly (readonly string[])[]>;

const askDns: LookUp = (name) => new Resolver({ timeout: ANSWER_MS, tries: 1 }).resolveTxt(name);

export async function mailFindings(
  { mail }: Pick<Config, 'mail'>,
  lookUp: LookUp = askDns,
): Promise<Finding[]> {
  if (mail.smtpUrl === null) return [];
  if (!mail.dkim)
    return [
      warning(
        NAME,
        'Mails go unsigned: receivers cannot tell them from forged ones.',
        'Set "mail.dkim" in the configuration, as docs/mail.md says.',
      ),
    ];
  const { name, text } = dkimRecord(mail.dkim);
  const published = await lookUp(name).catch(() => []);
  if (published.some((pieces) => sameKey(pieces.join(''), text)))
    return [ok(NAME, `The key in the DNS at ${name} is ours.`)];
  return [
    warning(
      NAME,
      `The DNS has no record at ${name}, or another key, as far as this machine can see.`,
      `Publish there a TXT record: ${text}`,
    ),
  ];
}

/** The tag `p` holds the key; blanks in it mean nothing (RFC 6376, 3.2). */
const keyIn = (text: string): string | undefined =>
  /(?:^|;)\s*p\s*=([^;]*)/.exec(text)?.[1]?.replaceAll(/\s/g, '');

const sameKey = (a: string, b: string): boolean => keyIn(a) !== undefined && keyIn(a) === keyIn(b);
