/** The door for mail: what comes is taken, what is due is answered, until control stops. */
import { readFile } from 'node:fs/promises';
import { faultFields } from '../../log/log.ts';
import type { ControlSettings } from '../settings.ts';
import { answerDue } from './answer.ts';
import { endWithRequests } from './end-with-requests.ts';
import { type Envelope, type Listening, type ListenSettings, listen } from './listen.ts';
import { Mailbox } from './mailbox.ts';
import type { MailDoorParts } from './parts.ts';
import { takeMail } from './take.ts';
import { Busy, WaitingRoom } from './waiting-room.ts';
import { warnReaders } from './warn.ts';

const LOOK_MS = 15_000;
const HOUR_MS = 3_600_000;

export interface MailDoorSettings {
  /** Null: no mail server of our own. */
  readonly listen: ListenSettings | null;
  /** Null: no mailbox is emptied. */
  readonly imapUrl: string | null;
}

/** Reads the certificate; throws where it cannot be read. */
export async function openMailDoor(
  parts: MailDoorParts,
  { mailDoor: { listen: where, imapUrl }, siteUrl, company }: ControlSettings,
): Promise<MailDoor> {
  if (where === null) return new MailDoor(parts, { listen: null, imapUrl });
  const { host, port } = where;
  const tls =
    where.tls === null
      ? null
      : { cert: await readFile(where.tls.cert, 'utf8'), key: await readFile(where.tls.key, 'utf8') };
  const { hostname } = new URL(siteUrl);
  return new MailDoor(parts, {
    listen: { host, port, tls, hostname, address: company.policyEmail },
    imapUrl,
  });
}

export class MailDoor {
  readonly #parts: MailDoorParts;
  readonly #settings: MailDoorSettings;
  readonly #room = new WaitingRoom();
  readonly #stopping = new AbortController();
  #listening: Listening | null = null;
  #mailbox: Mailbox | null = null;
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> = Promise.resolve();
  #warnedAt: number | null = null;

  constructor(parts: MailDoorParts, settings: MailDoorSettings) {
    this.#parts = parts;
    this.#settings = settings;
  }

  /** Throws where the port is taken. */
  async start(): Promise<void> {
    const { listen: where, imapUrl } = this.#settings;
    if (where !== null)
      this.#listening = await listen(where, (raw, envelope) =>
        this.#room.enter(() => this.#take(raw, envelope)),
      );
    if (imapUrl !== null) {
      this.#mailbox = new Mailbox({
        url: imapUrl,
        room: this.#room,
        take: (raw) => this.#take(raw, null),
        onFault: (error) => {
          if (!(error instanceof Busy)) this.#fault(error);
        },
      });
      this.#mailbox.start();
    }
    this.#timer = setInterval(() => this.#wake(), LOOK_MS);
    this.#wake();
  }

  /** Lets the mail under way end and takes no other. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearInterval(this.#timer);
    await Promise.all([this.#listening?.close(), this.#mailbox?.stop()]);
    await this.#round;
  }

  async #take(raw: Buffer, envelope: Envelope | null): Promise<void> {
    try {
      await takeMail(this.#parts, raw, envelope);
    } catch (error) {
      this.#fault(error);
      throw error;
    }
    this.#wake();
  }

  #wake(): void {
    this.#round = this.#round.then(() => this.#answer());
  }

  async #answer(): Promise<void> {
    const { signal } = this.#stopping;
    const now = performance.now();
    try {
      while (!signal.aborted && (await answerDue(this.#parts, signal)));
      if (this.#warnedAt !== null && now - this.#warnedAt < HOUR_MS) return;
      await endWithRequests(this.#parts);
      await warnReaders(this.#parts);
      this.#warnedAt = now;
    } catch (error) {
      this.#fault(error);
    }
  }

  #fault(error: unknown): void {
    if (!this.#stopping.signal.aborted) this.#parts.log('error', 'fault', faultFields(error));
  }
}
