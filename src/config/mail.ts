/** How mail is sent, and whence it comes. */
import { LOOPBACK } from './addresses.ts';
import type { Config } from './config.ts';
import { dkimOf } from './dkim.ts';
import type { ConfigEnvironment } from './environment-schema.ts';
import { ConfigError } from './error.ts';
import { type ConfigFile, DEFAULT_FILE } from './file-schema.ts';

/** `beside`: the path of a file that the configuration names. Throws `ConfigError`. */
export function mailOf(
  file: ConfigFile,
  env: ConfigEnvironment,
  { siteUrl, beside }: { readonly siteUrl: string; readonly beside: (file: string) => string },
): Config['mail'] {
  const { mail } = file;
  return {
    smtpUrl: env.SMTP_URL ?? null,
    from: mail?.from ?? null,
    dkim: dkimOf(file, siteUrl, beside),
    ...(mail?.tagged_return !== undefined && { taggedReturn: mail.tagged_return }),
    ...(mail?.campaigns_per_second !== undefined && { campaignsPerSecond: mail.campaigns_per_second }),
  };
}

/** Shut unless the operator says where mail comes from. */
export function mailDoorOf(
  file: ConfigFile,
  env: ConfigEnvironment,
  beside: (file: string) => string,
): Config['mailDoor'] {
  const { KEPT_MAIL_PORT: port, IMAP_URL: imapUrl = null } = env;
  if (port === undefined && imapUrl === null) return { listen: null, imapUrl };
  if (file.controller?.policy_email === undefined)
    throw new ConfigError(
      `${port === undefined ? 'IMAP_URL' : 'KEPT_MAIL_PORT'} takes mail to the policy address, and there is none: set "controller.policy_email" in ${DEFAULT_FILE}.`,
    );
  if (port === undefined) return { listen: null, imapUrl };
  const tls = file.mail?.tls;
  return {
    listen: {
      host: file.mail?.host ?? env.KEPT_HOST ?? LOOPBACK,
      port,
      tls: tls === undefined ? null : { cert: beside(tls.cert), key: beside(tls.key) },
    },
    imapUrl,
  };
}
