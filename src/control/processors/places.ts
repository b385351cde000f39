/** Where control connects to: every place follows from the configuration, none from what somebody sent. */
import pg from 'pg';
import type { ControlSettings } from '../settings.ts';

/** A host and port, or a local socket, with whose it is (`RecipientId`). */
export interface Place {
  readonly recipient: string;
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
}

const PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'smtp:': 587,
  'smtps:': 465,
  'imap:': 143,
  'imaps:': 993,
};

/** Where known providers serve what they do not serve at their issuer. */
const ALSO_AT: Readonly<Record<string, readonly string[]>> = {
  'accounts.google.com': ['oauth2.googleapis.com', 'openidconnect.googleapis.com', 'www.googleapis.com'],
  'login.microsoftonline.com': ['graph.microsoft.com'],
  'github.com': ['api.github.com'],
};

export type PlaceSettings = Pick<
  ControlSettings,
  | 'databaseUrl'
  | 'host'
  | 'sitePort'
  | 'apiUrl'
  | 'mail'
  | 'mailDoor'
  | 'stripe'
  | 'providers'
  | 'drp'
  | 'engines'
  | 'witnesses'
>;

export function placesOf(settings: PlaceSettings): readonly Place[] {
  const { mail, mailDoor, stripe, providers, drp, engines, witnesses } = settings;
  return [
    // Its own site and API, which verification asks as a visitor does.
    placeAt('self', siteHere(settings)),
    placeAt('self', settings.apiUrl),
    databasePlace(settings.databaseUrl),
    ...(mail.smtpUrl === null ? [] : [placeAt('mail', mail.smtpUrl)]),
    ...(mailDoor.imapUrl === null ? [] : [placeAt('mailbox', mailDoor.imapUrl)]),
    ...(stripe === null ? [] : [placeAt('payments', stripe.apiUrl)]),
    ...providers.flatMap(({ id, issuer, hosts }) => {
      const own = new URL(issuer);
      const others = [...(ALSO_AT[own.hostname] ?? []), ...hosts];
      return [own.href, ...others.map((host) => `https://${host}`)].map((url) =>
        placeAt(`provider ${id}`, url),
      );
    }),
    ...(drp?.agents ?? []).flatMap(({ id, callbackHost }) =>
      callbackHost === null ? [] : [placeAt(`agent ${id}`, `https://${callbackHost}`)],
    ),
    ...engines.map(({ number, url, socket }) =>
      socket === null ? placeAt(`engine ${number}`, url) : { recipient: `engine ${number}`, path: socket },
    ),
    ...witnesses.map(({ url }, at) => placeAt(`witness ${at}`, url)),
  ];
}

/** Where the site is reached from this machine, past every proxy. */
export function siteHere({ host, sitePort }: Pick<ControlSettings, 'host' | 'sitePort'>): string {
  const here = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${here.includes(':') ? `[${here}]` : here}:${sitePort}`;
}

function placeAt(recipient: string, address: string): Place {
  const { protocol, hostname, port } = new URL(address);
  return { recipient, host: hostname, port: Number(port) || (PORTS[protocol] ?? 0) };
}

/** As `pg` reads the address; a host that begins with `/` is a folder of local sockets. */
function databasePlace(connectionString: string): Place {
  const { host, port } = new pg.Client({ connectionString });
  return host.startsWith('/')
    ? { recipient: 'database', path: `${host}/.s.PGSQL.${port}` }
    : { recipient: 'database', host, port };
}
