/** Sends a campaign, a batch at a time: at most once to each, and nobody twice over a kill. */
import { and, asc, eq, gt, inArray, isNull, lte } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { faultFields } from '../../log/log.ts';
import type { Tx } from '../../store/store.ts';
import { together } from '../../store/together.ts';
import { consent } from '../consent/schema.ts';
import { claim } from './claim.ts';
import { endCampaign } from './end-campaign.ts';
import { NotTaken } from './line.ts';
import { promotionalMessage } from './message.ts';
import type { PromotionParts } from './parts.ts';
import { LINES, type Postman } from './postman.ts';
import { type CampaignRow, campaign, promotionalMail } from './schema.ts';

const BATCH_PEOPLE = 100;
const PAUSE_MS = 5 * 60_000;
const ATTEMPTS_MAX = 5;

export interface SendingParts extends PromotionParts {
  readonly postman: Pick<Postman, 'ready' | 'send'>;
  /** Resolves when the next mail may go. */
  readonly pace: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** What the mail server did with a mail; `away`: it is not there, or the campaign is paused, and nothing was begun. */
type Outcome = 'sent' | 'refused' | 'waiting' | 'unknown' | 'away';

/** Whether there is more to do at once. */
export async function sendBatch(parts: SendingParts, of: CampaignRow): Promise<boolean> {
  const { db } = parts.store;
  const again = await dueAgain(parts, of.id);
  const people = again.length > 0 ? again : await nextPeople(parts, of);
  if (people.length === 0) return endCampaign(parts, of.id);
  for (let at = 0; at < people.length && !parts.signal.aborted; at += LINES) {
    const some = people.slice(at, at + LINES);
    const results = await Promise.all(some.map((whom, line) => sendTo(parts, { of, whom, line })));
    const is = (outcome: Outcome) => results.some((result) => result?.outcome === outcome);
    await db.transaction(async (tx) => {
      // With what became of them: killed before, they are asked after again, and their rows say what was.
      const isOver = again.length === 0 && !is('away');
      const update = tx.update(campaign).set({ doneTo: some.at(-1) ?? null });
      await together(
        writeOutcomes(parts, tx, results),
        isOver ? update.where(eq(campaign.id, of.id)).then(() => {}) : Promise.resolve(),
      );
    });
    if (is('away') || is('waiting')) return false;
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

interface Sending {
  readonly of: CampaignRow;
  readonly whom: Id;
  readonly line: number;
}

interface Result {
  /** Of the mail's row; null: none was begun. */
  readonly mail: Id | null;
  readonly outcome: Outcome;
}
const AWAY: Result = { mail: null, outcome: 'away' };

/** Null: they are not written to. */
async function sendTo(parts: SendingParts, { of, whom, line }: Sending): Promise<Result | null> {
  const { postman, log } = parts;
  await parts.pace();
  try {
    await postman.ready(line);
  } catch (error) {
    log('warn', 'mail_failed', faultFields(error));
    return AWAY;
  }
  const claimed = await claim(parts, of.id, whom);
  if (claimed === 'paused') return AWAY;
  if (claimed === null) return null;
  const outcome = await postman.send(line, promotionalMessage(of, claimed, parts)).then(
    () => 'sent' as const,
    (error: unknown) => {
      log('warn', 'mail_failed', faultFields(error));
      return outcomeOf(error, claimed.attempts);
    },
  );
  return { mail: claimed.id, outcome };
}

async function writeOutcomes(
  { store }: SendingParts,
  tx: Tx,
  results: readonly (Result | null)[],
): Promise<void> {
  const now = store.now();
  for (const state of ['sent', 'refused', 'waiting', 'unknown'] as const) {
    const ids = results.flatMap((result) => (result?.outcome === state ? (result.mail ?? []) : []));
    if (ids.length === 0) continue;
    await tx
      .update(promotionalMail)
      .set({ state, nextAt: new Date(now + PAUSE_MS), ...(state === 'sent' && { sentAt: new Date(now) }) })
      // One that came back already stays so.
      .where(and(inArray(promotionalMail.id, ids), eq(promotionalMail.state, 'sending')));
  }
}

/** `waiting` only where the server has certainly not taken it. */
function outcomeOf(error: unknown, attempts: number): 'refused' | 'waiting' | 'unknown' {
  if (!(error instanceof NotTaken)) return 'unknown';
  const { responseCode, isUntouched } = error;
  if (responseCode === null && !isUntouched) return 'unknown';
  const isFinal = (responseCode ?? 0) >= 500 || attempts >= ATTEMPTS_MAX;
  return isFinal ? 'refused' : 'waiting';
}

/** What a kill left under way may have arrived: it is not sent again. */
export async function settleInterrupted({ store }: Pick<PromotionParts, 'store'>): Promise<void> {
  await store.db
    .update(promotionalMail)
    .set({ state: 'unknown' })
    .where(eq(promotionalMail.state, 'sending'));
}
