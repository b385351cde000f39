/** Our own mail server: takes mail for the policy address and for nobody else (RFC 5321). */
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { Busy } from './waiting-room.ts';

/** Files are not kept, so that letters need no more. */
export const MAIL_BYTES_MAX = 5_000_000;
const CLIENTS_MAX = 20;
const CLIENTS_OF_ONE_MAX = 5;
const SILENCE_MS_MAX = 60_000;
const CLOSE_MS_MAX = 5_000;

export interface ListenSettings {
  readonly host: string;
  readonly port: number;
  /** Whom mail is taken for. */
  readonly address: string;
  /** How it greets. */
  readonly hostname: string;
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Who said in SMTP that the mail is from and for them; empty: nobody (RFC 5321, 4.5.5). */
export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/** `take` resolves when the mail is durable; it throws `Busy` where it has to be brought later. */
export async function listen(
  settings: ListenSettings,
  take: (raw: Buffer, envelope: Envelope) => Promise<void>,
): Promise<Listening> {
  const { tls, hostname } = settings;
  const connected = new Map<string, number>();
  const server = new SMTPServer({
    name: hostname,
    banner: 'Kept',
    size: MAIL_BYTES_MAX,
    maxClients: CLIENTS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    closeTimeout: CLOSE_MS_MAX,
    authOptional: true,
    disabledCommands: tls === null ? ['AUTH', 'STARTTLS'] : ['AUTH'],
    disableReverseLookup: true,
    logger: false,
    ...(tls ?? {}),
    onConnect({ remoteAddress }, done) {
      const open = connected.get(remoteAddress) ?? 0;
      if (open >= CLIENTS_OF_ONE_MAX) return done(refusal(421, 'Too many connections, come back later'));
      connected.set(remoteAddress, open + 1);
      done();
    },
    onClose({ remoteAddress }) {
      const open = (connected.get(remoteAddress) ?? 1) - 1;
      if (open > 0) connected.set(remoteAddress, open);
      else connected.delete(remoteAddress);
    },
    onRcptTo({ address }, _session, done) {
      done(isFor(address, settings.address) ? null : refusal(550, 'No such mailbox here'));
    },
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      const to = rcptTo.map(({ address }) => address);
      void receive(stream, (raw) => take(raw, { from, to })).then(
        () => done(),
        (error: unknown) => done(replyTo(error)),
      );
    },
  });
  // A client that breaks off is no fault of ours.
  server.on('error', () => {});
  server.listen(settings.port, settings.host);
  await once(server.server, 'listening');
  const { port } = server.server.address() as { port: number };
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Also with a tag: `privacy+case@…` is `privacy@…` (RFC 5233). */
function isFor(address: string, own: string): boolean {
  const [name, host] = own.toLowerCase().split('@') as [string, string];
  const at = address.toLowerCase().lastIndexOf('@');
  const [local = ''] = address.toLowerCase().slice(0, at).split('+');
  return local === name && address.toLowerCase().slice(at + 1) === host;
}

async function receive(stream: SMTPServerDataStream, take: (raw: Buffer) => Promise<void>): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as Readable) {
    bytes += (chunk as Buffer).length;
    // Read to its end all the same: the answer comes after it.
    if (bytes <= MAIL_BYTES_MAX) chunks.push(chunk as Buffer);
    else chunks.length = 0;
  }
  if (bytes > MAIL_BYTES_MAX) throw refusal(552, 'Too large: at most 5 MB, and no files are needed');
  await take(Buffer.concat(chunks));
}

const refusal = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });

/** Whatever failed here is tried again by the sender. */
const replyTo = (error: unknown): Error =>
  (error as { responseCode?: number }).responseCode === undefined
    ? refusal(
        451,
        (error as Busy).name === 'Busy' ? 'Busy, come back later' : 'Something failed here, come back later',
      )
    : (error as Error);
