/**
 * The operator's mailbox: each mail is taken and, once it is durable here, deleted there (IMAP, RFC 9051). Killed in
 * between, it is taken again; its request joins the first, and its address gets no second answer that day.
 */

import { ImapFlow } from 'imapflow';
import { isHere } from '../on-this-machine.ts';
import { MAIL_BYTES_MAX } from './listen.ts';
import type { WaitingRoom } from './waiting-room.ts';

const LOOK_MS = 30_000;
const AGAIN_MS = 15_000;
const CONNECT_MS_MAX = 20_000;

export interface MailboxParts {
  /** `imaps://user:password@host/INBOX`. */
  readonly url: string;
  readonly room: WaitingRoom;
  readonly take: (raw: Buffer) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

export class Mailbox {
  readonly #parts: MailboxParts;
  readonly #stopping = new AbortController();
  #client: ImapFlow | null = null;
  #running: Promise<void> = Promise.resolve();
  #awake = false;
  #wakeUp: () => void = () => {};

  constructor(parts: MailboxParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Lets the mail under way end. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#visit();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#parts.onFault(error);
        await this.#sleep(AGAIN_MS);
      } finally {
        this.#client?.close();
        this.#client = null;
      }
    }
  }

  /** As long as the connection holds. */
  async #visit(): Promise<void> {
    const client = clientFor(this.#parts.url);
    this.#client = client;
    let broken = false;
    const breaks = () => {
      broken = true;
      this.#wake();
    };
    client.on('error', breaks);
    client.on('close', breaks);
    client.on('exists', () => this.#wake());
    await client.connect();
    await client.mailboxOpen(folderOf(this.#parts.url));
    while (!this.#stopping.signal.aborted && !broken) {
      await this.#empty(client);
      // Told of new mail at once, where the server can; the next command ends it.
      void client.idle().catch(() => {});
      await this.#sleep(LOOK_MS);
    }
    if (!broken) await client.logout();
  }

  async #empty(client: ImapFlow): Promise<void> {
    const uids = (await client.search({ all: true }, { uid: true })) || [];
    for (const uid of uids) {
      if (this.#stopping.signal.aborted) return;
      // What is beyond the limit is cut off: files come last.
      const query = { source: { maxLength: MAIL_BYTES_MAX } };
      const message = await client.fetchOne(String(uid), query, { uid: true });
      if (message === false || message.source === undefined) continue;
      const { source } = message;
      await this.#parts.room.enter(() => this.#parts.take(source));
      await client.messageDelete(String(uid), { uid: true });
    }
  }

  #wake(): void {
    this.#awake = true;
    this.#wakeUp();
  }

  /** Or until something happened, also since the last sleep. */
  async #sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.#awake) return resolve();
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#awake = false;
  }
}

const folderOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1)) || 'INBOX';

/** Over TLS, with a certificate that holds; unencrypted to this machine only. */
function clientFor(address: string): ImapFlow {
  const url = new URL(address);
  const secure = url.protocol === 'imaps:';
  return new ImapFlow({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (secure ? 993 : 143),
    secure,
    ...(!secure && { doSTARTTLS: !isHere(address) }),
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    logger: false,
    connectionTimeout: CONNECT_MS_MAX,
    greetingTimeout: CONNECT_MS_MAX,
  });
}
