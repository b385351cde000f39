/** The connections to the operator's mail server. */
import net from 'node:net';
import { createTransport, type Transporter } from 'nodemailer';
import { isHere } from '../on-this-machine.ts';
import { type DkimSettings, signingBy } from './dkim.ts';

const CONNECT_MS_MAX = 20_000;
const SILENCE_MS_MAX = 60_000;
/** As many mails are under way at once. */
export const CONNECTIONS = 3;
const SMTPS_PORT = 465;
const SUBMISSION_PORT = 587;

/** To a server that is not on this machine only over TLS, with a certificate that holds. */
export function transportTo(url: string, dkim: DkimSettings | null): Transporter {
  return createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    getSocket: (_: unknown, answered: Answered) => {
      socketTo(url).then((connection) => answered(null, { connection }), answered);
    },
    ...termsOf(url),
    ...(dkim !== null && { dkim: signingBy(dkim) }),
    disableFileAccess: true,
    disableUrlAccess: true,
  } as Parameters<typeof createTransport>[0]);
}

/** What every connection to the mail server keeps to. */
export const termsOf = (url: string) => ({
  connectionTimeout: CONNECT_MS_MAX,
  greetingTimeout: CONNECT_MS_MAX,
  socketTimeout: SILENCE_MS_MAX,
  ...(isHere(url) ? { ignoreTLS: new URL(url).protocol === 'smtp:' } : { requireTLS: true }),
});

type Answered = (error: Error | null, got?: { readonly connection: net.Socket }) => void;

/**
 * By the host's name: the library would look it up first, and ask for an address that nobody declared (see the guard of
 * control's connections). Whatever goes wrong here, nothing was said to anybody yet: `syscall` tells it.
 */
export function socketTo(url: string): Promise<net.Socket> {
  const { hostname, protocol, port } = new URL(url);
  const socket = net.connect({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'smtps:' ? SMTPS_PORT : SUBMISSION_PORT),
  });
  const late = setTimeout(() => socket.destroy(new Error('no connection in time')), CONNECT_MS_MAX);
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      clearTimeout(late);
      reject(Object.assign(error, { syscall: 'connect' }));
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      clearTimeout(late);
      socket.removeListener('error', failed);
      resolve(socket);
    });
  });
}
