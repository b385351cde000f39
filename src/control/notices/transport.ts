/** The connections to the operator's mail server. */
import { createTransport, type Transporter } from 'nodemailer';
import { type DkimSettings, signingBy } from './dkim.ts';

const CONNECT_MS_MAX = 20_000;
const SILENCE_MS_MAX = 60_000;
/** As many mails are under way at once. */
export const CONNECTIONS = 3;

/** To a server that is not on this machine only over TLS, with a certificate that holds. */
export function transportTo(url: string, dkim: DkimSettings | null): Transporter {
  const { hostname } = new URL(url);
  const here = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: CONNECT_MS_MAX,
    greetingTimeout: CONNECT_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    ...(here ? { ignoreTLS: new URL(url).protocol === 'smtp:' } : { requireTLS: true }),
    ...(dkim !== null && { dkim: signingBy(dkim) }),
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0]);
}
