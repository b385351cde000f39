/** The outbox and who empties it: one at a time, woken by what is written and by the clock. */
import type { Transporter } from 'nodemailer';
import type { Tx } from '../../store/store.ts';
import { Rounds } from '../rounds.ts';
import type { Catalogues } from './catalogues.ts';
import { type DeliveryParts, deliverDue, isFullBatch } from './deliver.ts';
import type { DkimSettings } from './dkim.ts';
import { type Letter, writeLetter } from './letter.ts';
import { messageFor, type Outgoing } from './message.ts';
import { type ServiceMail, writeToOutbox } from './outbox.ts';
import { transportTo } from './transport.ts';

export interface MailSettings {
  /** `smtp://user:password@host:587`, `smtps://…`; null: mail stays in the outbox. */
  readonly smtpUrl: string | null;
  /** Null: `Kept <no-reply@HOST>`, with the site's host. */
  readonly from: string | null;
  /** Null or left out: mails go unsigned. */
  readonly dkim?: DkimSettings | null;
  /** Whether reports come back to an address of their own for each mail; left out: where we take mail ourselves. */
  readonly taggedReturn?: boolean;
  /** How many mails of campaigns go in a second; left out: 20. */
  readonly campaignsPerSecond?: number;
}

type Parts = Pick<
  DeliveryParts,
  'db' | 'vault' | 'log' | 'now' | 'siteUrl' | 'letters' | 'answersTo' | 'tags'
> &
  MailSettings;

/** What is due later is looked for this often. */
const LOOK_MS = 15_000;

export class Notices {
  readonly #parts: Parts;
  readonly #transport: Transporter | null;
  readonly #rounds: Rounds;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#transport = parts.smtpUrl === null ? null : transportTo(parts.smtpUrl, parts.dkim ?? null);
    this.#rounds = new Rounds({ everyMs: LOOK_MS, work: (signal) => this.#work(signal), log: parts.log });
  }

  /** Letters about requests, in every language that there are. */
  get letters(): Catalogues {
    return this.#parts.letters;
  }

  /** Whether mail can be sent at all. */
  get deliverable(): boolean {
    return this.#transport !== null;
  }

  /** Writes a mail in `tx`; after the commit call `wake`, or it goes with the next look. */
  async send(tx: Tx, wish: ServiceMail): Promise<void> {
    await writeToOutbox({ ...this.#parts, deliverable: this.deliverable }, tx, wish);
  }

  /**
   * A letter to an address that is nobody's here, past the outbox: whoever sends it keeps it until this resolves. Throws
   * what the mail server answers, and where there is none.
   */
  async sendNow({ letter, ...mail }: Omit<Outgoing, 'written'> & { readonly letter: Letter }): Promise<void> {
    if (this.#transport === null) throw new Error('there is no mail server');
    const { siteUrl, answersTo, tags } = this.#parts;
    const written = writeLetter(letter, siteUrl);
    const sender = { from: this.#from, answersTo, tags, siteUrl };
    await this.#transport.sendMail(messageFor({ ...mail, written }, sender));
  }

  start(): void {
    this.#rounds.start();
  }

  /** Sends what is due, soon. */
  wake(): void {
    this.#rounds.wake();
  }

  /** Lets the mail under way end and begins no other. */
  async stop(): Promise<void> {
    await this.#rounds.stop();
    this.#transport?.close();
  }

  get #from(): string {
    return this.#parts.from ?? `Kept <no-reply@${new URL(this.#parts.siteUrl).hostname}>`;
  }

  async #work(signal: AbortSignal): Promise<void> {
    const transport = this.#transport;
    if (transport === null) return;
    const parts = { ...this.#parts, from: this.#from, transport };
    while (!signal.aborted && isFullBatch(await deliverDue(parts, signal)));
  }
}
