/**
 * Tells the people of an account that requests are refused because credit or a budget is used up: one mail to each of them
 * for a window of a budget, and one a day for credit, however many requests are refused, also over restarts.
 */
import { createHmac } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { Id } from '../link/ids.ts';
import type { Meter, MeterKind } from '../link/words.ts';
import { faultFields } from '../log/log.ts';
import { readValue } from '../store/sealed-rows.ts';
import { peopleOf } from './accounts/index.ts';
import { apiKey } from './keys/schema.ts';
import { budgetWindow } from './limits/index.ts';
import { minuteOf } from './minute.ts';
import type { Notices } from './notices/index.ts';
import { outward } from './outward.ts';
import type { Services } from './services.ts';

/** What is said of each; limits of a minute end by themselves before a mail is read. */
const WORDS: Partial<Readonly<Record<MeterKind, string>>> = {
  balance: 'credit',
  day: 'budget of the day',
  month: 'budget of the month',
  day_tokens: 'budget of tokens of the day',
  month_tokens: 'budget of tokens of the month',
};
/** Windows that are remembered as told; the mails' ids tell beyond that. */
const TOLD_MAX = 10_000;

interface Parts {
  readonly services: Pick<Services, 'db' | 'vault' | 'directory' | 'pepper' | 'log'>;
  readonly notices: Notices;
  readonly siteUrl: string;
}

export class LimitNotices {
  readonly #parts: Parts;
  /** Until when each meter needs no other mail, ms since 1970. */
  readonly #told = new Map<string, number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A request was refused for want of this meter's units. `windowEndsAt`: 0 for credit. */
  refused(meter: Meter, windowEndsAt: number): void {
    const what = WORDS[meter.kind];
    if (what === undefined) return;
    const until = windowEndsAt > 0 ? windowEndsAt : budgetWindow('day', Date.now()).endsAt;
    const name = `${meter.kind}:${meter.of}`;
    if ((this.#told.get(name) ?? 0) >= until) return;
    if (this.#told.size >= TOLD_MAX) this.#told.clear();
    this.#told.set(name, until);
    this.#tell(meter, what, until).catch((error: unknown) => {
      // The next refusal tries again.
      this.#told.delete(name);
      this.#parts.services.log('warn', 'fault', faultFields(error));
    });
  }

  async #tell(meter: Meter, what: string, until: number): Promise<void> {
    const { services, notices, siteUrl } = this.#parts;
    const { db, directory } = services;
    const ofKey = directory.key(meter.of);
    const account = ofKey?.account ?? directory.account(meter.of)?.id;
    if (account === undefined) return;
    const of = ofKey === undefined ? 'this account' : `the key “${await this.#nameOf(meter.of)}”`;
    const page = meter.kind === 'balance' ? 'credit' : 'usage';
    const values = {
      what,
      of,
      until: meter.kind === 'balance' ? '' : `${minuteOf(until)} UTC`,
      url: `${siteUrl}/console/${outward('acct', account)}/${page}`,
    };
    await db.transaction(async (tx) => {
      for (const person of await peopleOf(tx, account, ['owner', 'billing'])) {
        const id = this.#idOf(meter, until, person);
        await notices.send(tx, { template: 'limit_reached', person, values, id });
      }
    });
    notices.wake();
  }

  async #nameOf(key: Id): Promise<string> {
    const { db, vault } = this.#parts.services;
    const [row] = await db
      .select({ id: apiKey.id, account: apiKey.account, name: apiKey.name })
      .from(apiKey)
      .where(eq(apiKey.id, key));
    return (row && readValue(vault, apiKey, row, 'name')) ?? outward('key', key);
  }

  /** The same for the same window and person, so that none is written twice. */
  #idOf({ kind, of }: Meter, until: number, person: Id): Id {
    return createHmac('sha256', this.#parts.services.pepper)
      .update(`limit reached ${kind} ${of} ${until} ${person}`)
      .digest('hex')
      .slice(0, 32);
  }
}
