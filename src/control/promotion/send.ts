/** Sends a campaign, a batch at a time: at most once to each, and nobody twice over a kill. */
import { and, asc, eq, gt, isNull, lte } from 'drizzle-orm';
import type { Transporter } from 'nodemailer';
import type { Id } from '../../link/ids.ts';
import { faultFields } from '../../log/log.ts';
import { consent } from '../consent/schema.ts';
import { claim } from './claim.ts';
import { endCampaign } from './end-campaign.ts';
import { promotionalMessage } from './message.ts';
import type { PromotionParts } from './parts.ts';
import { type CampaignRow, campaign, promotionalMail } from './schema.ts';

const BATCH_PEOPLE = 100;
const AT_ONCE = 4;
const PAUSE_MS = 5 * 60_000;
const ATTEMPTS_MAX = 5;

export interface SendingParts extends PromotionParts {
  readonly transport: Pick<Transporter, 'sendMail'>;
  /** Resolves when the next mail may go. */
  readonly pace: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** What the mail server did with a mail. */
type Outcome = 'sent' | 'refused' | 'waiting' | 'unknown';

/** Whether there is more to do at once. */
export async function sendBatch(parts: SendingParts, of: CampaignRow): Promise<boolean> {
  const { db } = parts.store;
  const again = await dueAgain(parts, of.id);
  const people = again.length > 0 ? again : await nextPeople(parts, of);
  if (people.length === 0) return endCampaign(parts, of.id);
  for (let at = 0; at < people.length && !parts.signal.aborted; at += AT_ONCE) {
    const some = people.slice(at, at + AT_ONCE);
    const outcomes = await Promise.all(some.map((whom) => sendTo(parts, of, whom)));
    // Only after their rows are there: killed before, they are asked after again, and their rows say what was.
    if (again.length === 0)
      await db
        .update(campaign)
        .set({ doneTo: some.at(-1) ?? null })
        .where(eq(campaign.id, of.id));
    if (outcomes.includes('waiting')) return false;
  }
  return !parts.signal.aborted;
}

async function dueAgain({ store }: SendingParts, of: Id): Promise<Id[]> {
  const due = and(
    eq(promotionalMail.campaign, of),
    eq(promotionalMail.state, 'waiting'),
    lte(promotionalMail.nextAt, new Date(store.now())),
  );
  const rows = await store.db
    .select({ person: promotionalMail.person })
    .from(promotionalMail)
    .where(due)
    .limit(BATCH_PEOPLE);
  return rows.map((row) => row.person);
}

/** Who said yes, in the order of their ids; the last look is `claim`'s. */
async function nextPeople({ store, ledger }: SendingParts, { doneTo }: CampaignRow): Promise<Id[]> {
  const rows = await store.db
    .selectDistinct({ person: consent.person })
    .from(consent)
    .where(
      and(
        eq(consent.purpose, 'promotional_mail'),
        eq(consent.version, ledger.texts.current('promotional_mail').version),
        eq(consent.answer, 'given'),
        isNull(consent.withdrawnAt),
        doneTo === null ? undefined : gt(consent.person, doneTo),
      ),
    )
    .orderBy(asc(consent.person))
    .limit(BATCH_PEOPLE);
  return rows.flatMap(({ person }) => person ?? []);
}

/** Null: they are not written to. */
async function sendTo(parts: SendingParts, of: CampaignRow, whom: Id): Promise<Outcome | null> {
  const { store, transport, log } = parts;
  await parts.pace();
  const claimed = await claim(parts, of.id, whom);
  if (claimed === null) return null;
  const outcome = await transport.sendMail(promotionalMessage(of, claimed, parts)).then(
    (): Outcome => 'sent',
    (error: unknown) => {
      log('warn', 'mail_failed', faultFields(error));
      return outcomeOf(error, claimed.attempts);
    },
  );
  const now = store.now();
  await store.db
    .update(promotionalMail)
    .set({
      state: outcome,
      nextAt: new Date(now + PAUSE_MS),
      ...(outcome === 'sent' && { sentAt: new Date(now) }),
    })
    // One that came back already stays so.
    .where(and(eq(promotionalMail.id, claimed.id), eq(promotionalMail.state, 'sending')));
  return outcome;
}

interface SmtpError extends Error {
  readonly responseCode?: number;
  readonly command?: string;
  readonly code?: string;
  readonly syscall?: string;
}

/** `waiting` only where the server has certainly not taken it. */
function outcomeOf(error: unknown, attempts: number): Outcome {
  const again = attempts < ATTEMPTS_MAX ? 'waiting' : 'refused';
  const { responseCode, command, code, syscall } = error as SmtpError;
  if (responseCode !== undefined) {
    const final = responseCode >= 500 && command?.startsWith('AUTH') !== true;
    return final ? 'refused' : again;
  }
  return syscall === 'connect' || code === 'EDNS' ? again : 'unknown';
}

/** What a kill left under way may have arrived: it is not sent again. */
export async function settleInterrupted({ store }: Pick<PromotionParts, 'store'>): Promise<void> {
  await store.db
    .update(promotionalMail)
    .set({ state: 'unknown' })
    .where(eq(promotionalMail.state, 'sending'));
}
