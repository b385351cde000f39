/** Who sends campaigns that are due: one at a time, no faster than allowed, woken by the desk and by the clock. */
import { setTimeout as delay } from 'node:timers/promises';
import { and, asc, eq, lte } from 'drizzle-orm';
import type { SendMailOptions } from 'nodemailer';
import { Rounds } from '../rounds.ts';
import type { PromotionParts } from './parts.ts';
import { Postman } from './postman.ts';
import { campaign } from './schema.ts';
import { type SendingParts, sendBatch, settleInterrupted } from './send.ts';

const LOOK_MS = 15_000;
const SECOND_MS = 1000;

export class CampaignSender {
  readonly #parts: PromotionParts;
  /** Apart from service mail's connections, which never wait behind a campaign. */
  readonly #postman: Postman | null;
  readonly #rounds: Rounds;
  /** When the next mail may go, on the monotonic clock. */
  #slot = 0;

  constructor(parts: PromotionParts) {
    this.#parts = parts;
    const { smtpUrl, dkim } = parts.mail;
    this.#postman = smtpUrl === null ? null : new Postman(smtpUrl, dkim ?? null);
    this.#rounds = new Rounds({ everyMs: LOOK_MS, work: (signal) => this.#work(signal), log: parts.log });
  }

  /** One mail past all campaigns. Throws what the mail server answers, and where there is none. */
  async sendOne(mail: SendMailOptions): Promise<void> {
    const { smtpUrl, dkim } = this.#parts.mail;
    if (smtpUrl === null) throw new Error('there is no mail server');
    const postman = new Postman(smtpUrl, dkim ?? null);
    try {
      await postman.ready(0);
      await postman.send(0, mail);
    } finally {
      postman.close();
    }
  }

  async start(): Promise<void> {
    await settleInterrupted(this.#parts);
    this.#rounds.start();
  }

  wake(): void {
    this.#rounds.wake();
  }

  /** Lets the mails under way end and begins no other. */
  async stop(): Promise<void> {
    await this.#rounds.stop();
    this.#postman?.close();
  }

  async #work(signal: AbortSignal): Promise<void> {
    const postman = this.#postman;
    if (postman === null) return;
    const parts: SendingParts = { ...this.#parts, postman, signal, pace: () => this.#pace() };
    await this.#begin();
    const due = await parts.store.db
      .select({ id: campaign.id })
      .from(campaign)
      .where(eq(campaign.state, 'sending'))
      .orderBy(asc(campaign.sendAt));
    for (const { id } of due) await this.#send(parts, id);
  }

  /** Those whose time has come. */
  async #begin(): Promise<void> {
    const { db, now } = this.#parts.store;
    await db
      .update(campaign)
      .set({ state: 'sending' })
      .where(and(eq(campaign.state, 'scheduled'), lte(campaign.sendAt, new Date(now()))));
  }

  async #send(parts: SendingParts, id: string): Promise<void> {
    for (let more = true; more && !parts.signal.aborted; ) {
      const [row] = await parts.store.db.select().from(campaign).where(eq(campaign.id, id));
      more = row?.state === 'sending' && (await sendBatch(parts, row));
    }
  }

  async #pace(): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#slot);
    this.#slot = at + SECOND_MS / (this.#parts.mail.campaignsPerSecond ?? CAMPAIGN_MAILS_PER_SECOND);
    if (at > now) await delay(at - now, undefined, { signal: this.#rounds.signal }).catch(() => {});
  }
}

/** Unless the operator says otherwise. */
const CAMPAIGN_MAILS_PER_SECOND = 20;
