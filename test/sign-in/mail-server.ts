/** A real mail server for tests: takes mail by SMTP, reads it, and fails as it is told to. */
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface MailServer {
  readonly url: string;
  readonly mails: ParsedMail[];
  /** The next mail to this address, or the one that is there; taken out of `mails`. */
  next(to: string): Promise<ParsedMail>;
  /** Its bytes as they came. */
  sourceOf(mail: ParsedMail): Buffer;
  /** The sender of its envelope. */
  returnPathOf(mail: ParsedMail): string;
  /**
   * How the next mails are answered; `lose`: taken, and the connection breaks before the answer; `cut`: it breaks before the
   * mail.
   */
  behave: (to: string) => 'take' | 'lose' | 'cut' | number;
  /** How long it takes until it answers. */
  slowMs: number;
  /** A mail to them begins to come. */
  onBegin: (to: string) => void;
  stop(): Promise<void>;
}

const WAIT_MS_MAX = 20_000;

export async function startMailServer(port = 0): Promise<MailServer> {
  const arrived = new EventTarget();
  const behaviour = new WeakMap<object, ReturnType<MailServer['behave']>>();
  const sources = new WeakMap<ParsedMail, Buffer>();
  const senders = new WeakMap<ParsedMail, string>();
  const server: SMTPServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo({ address }, session, done) {
      behaviour.set(session, mails.behave(address));
      if (behaviour.get(session) !== 'cut') return done();
      for (const each of server.connections)
        if ((each as Connection).session === session) (each as Connection)._socket.destroy();
    },
    onData(stream, session, done) {
      mails.onBegin(session.envelope.rcptTo[0]?.address ?? '');
      read(stream).then(async ({ mail, source }) => {
        if (mails.slowMs > 0) await sleep(mails.slowMs);
        sources.set(mail, source);
        const { mailFrom } = session.envelope;
        senders.set(mail, mailFrom === false ? '' : mailFrom.address);
        const answer = behaviour.get(session);
        if (typeof answer === 'number') {
          done(Object.assign(new Error('as told'), { responseCode: answer }));
          return;
        }
        mails.mails.push(mail);
        arrived.dispatchEvent(new Event('mail'));
        if (answer !== 'lose') done();
        else
          for (const each of server.connections)
            if ((each as Connection).session === session) (each as Connection)._socket.destroy();
      }, done);
    },
  });
  server.on('error', () => {});
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const bound = (server.server.address() as { port: number }).port;
  const mails: MailServer = {
    url: `smtp://127.0.0.1:${bound}`,
    mails: [],
    behave: () => 'take',
    slowMs: 0,
    onBegin: () => {},
    sourceOf: (mail) => sources.get(mail) as Buffer,
    returnPathOf: (mail) => senders.get(mail) ?? '',
    async next(to) {
      const signal = AbortSignal.timeout(WAIT_MS_MAX);
      for (;;) {
        const at = mails.mails.findIndex((mail) => addressOf(mail) === to);
        const [found] = at < 0 ? [] : mails.mails.splice(at, 1);
        if (found !== undefined) return found;
        await new Promise<void>((resolve, reject) => {
          arrived.addEventListener('mail', () => resolve(), { once: true, signal });
          signal.addEventListener('abort', () => reject(new Error(`no mail came to ${to}`)), { once: true });
        });
      }
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return mails;
}

async function read(stream: NodeJS.ReadableStream) {
  const source = await buffer(stream);
  return { source, mail: await simpleParser(source) };
}

interface Connection {
  readonly session: object;
  readonly _socket: { destroy(): void };
}

const addressOf = (mail: ParsedMail): string | undefined => {
  const to = Array.isArray(mail.to) ? mail.to[0] : mail.to;
  return to?.value[0]?.address;
};

/** The token in the link of a mail. */
export function tokenIn(mail: ParsedMail): string {
  const [, token] = /[?&]token=([\w-]{43})/.exec(mail.text ?? '') ?? [];
  if (token === undefined) throw new Error(`no link in: ${mail.text}`);
  return token;
}
