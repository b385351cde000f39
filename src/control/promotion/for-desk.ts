/** Campaigns as the desk's pages call them: each asks first who it is and whether their role is enough. */
import { and, count, eq } from 'drizzle-orm';
import { newId } from '../../link/ids.ts';
import { readValue } from '../../store/sealed-rows.ts';
import { withoutAccount } from '../accounts/index.ts';
import { person } from '../accounts/schema.ts';
import { demandStaff } from '../desk/index.ts';
import { Problem } from '../problem.ts';
import { newToken } from '../random-token.ts';
import type { Caller } from '../sign-in/index.ts';
import { inGroups } from '../statistics/index.ts';
import {
  type By,
  campaignById,
  cancel,
  changeDraft,
  goOn,
  listCampaigns,
  pause,
  schedule,
  writeDraft,
} from './campaigns.ts';
import { hindrance } from './hindrance.ts';
import { promotionalMessage, unsubscribeUrl } from './message.ts';
import type { PromotionParts } from './parts.ts';
import { type CampaignRow, newsletterReader, promotionalMail } from './schema.ts';
import type { CampaignSender } from './sender.ts';
import { writeCampaign } from './write.ts';

type Form = Readonly<Record<string, string>>;

/** In a preview, where nobody is. */
const NOBODYS_TOKEN = 'a-link-of-their-own';

export type CampaignDesk = ReturnType<typeof forCampaignDesk>;

export function forCampaignDesk(parts: PromotionParts, sender: CampaignSender) {
  const staff = async (caller: Caller, fresh = false): Promise<By> => {
    const { actor } = await demandStaff(parts.signIn, caller, 'campaigns', { fresh });
    return { person: actor.person, role: actor.role };
  };
  const preview = (row: CampaignRow) => {
    const { company, siteUrl } = parts;
    return writeCampaign(row, { company, siteUrl, unsubscribeUrl: unsubscribeUrl(siteUrl, NOBODYS_TOKEN) });
  };
  return {
    list: async (caller: Caller) => {
      await staff(caller);
      const campaigns = (await listCampaigns(parts)).map(listed);
      return {
        campaigns,
        missing: hindrance(parts),
        readers: await countReaders(parts),
        groupMin: parts.groupMin,
      };
    },
    form: async (caller: Caller): Promise<void> => {
      await staff(caller);
    },
    get: async (caller: Caller, id: string) => {
      await staff(caller);
      const row = await campaignById(parts, id);
      const { text } = preview(row);
      return {
        ...listed(row),
        words: row.words,
        text,
        counts: await countsOf(parts, row),
        groupMin: parts.groupMin,
        missing: hindrance(parts),
      };
    },
    /** As a mail program shows it. */
    html: async (caller: Caller, id: string): Promise<string> => {
      await staff(caller);
      return preview(await campaignById(parts, id)).html;
    },
    write: async (caller: Caller, form: Form, once?: string) =>
      writeDraft(parts, await staff(caller), form, once),
    change: async (caller: Caller, id: string, form: Form) =>
      changeDraft(parts, id, await staff(caller), form),
    /** One mail to whoever asks, whose link belongs to nobody. Throws `Problem` 409 and 503. */
    test: async (caller: Caller, id: string) => {
      const by = await staff(caller);
      await sendTest(parts, sender, await campaignById(parts, id), by);
    },
    schedule: async (caller: Caller, id: string, form: Form) => {
      await schedule(parts, id, await staff(caller, true), form);
      sender.wake();
    },
    pause: async (caller: Caller, id: string) => pause(parts, id, await staff(caller)),
    goOn: async (caller: Caller, id: string) => {
      await goOn(parts, id, await staff(caller, true));
      sender.wake();
    },
    cancel: async (caller: Caller, id: string) => cancel(parts, id, await staff(caller)),
  };
}

const listed = ({ id, subject, state, sendAt, changedAt, endedAt }: CampaignRow) => ({
  id,
  subject,
  state,
  sendAt: sendAt?.toISOString() ?? null,
  changedAt: changedAt.toISOString(),
  endedAt: endedAt?.toISOString() ?? null,
});

async function sendTest(parts: PromotionParts, sender: CampaignSender, row: CampaignRow, by: By) {
  const { store } = parts;
  const missing = hindrance(parts);
  if (missing !== null) throw new Problem(409, 'cannot_send', missing);
  const [whom] = await store.db.select().from(person).where(eq(person.id, by.person));
  const to = whom === undefined ? null : readValue(store.vault, person, whom, 'email');
  if (to === null) throw new Problem(409, 'cannot_send', 'Your address cannot be read.');
  const words = { subject: `[Test] ${row.subject}`, words: row.words };
  const outgoing = { id: newId(), to, token: newToken(), date: new Date(store.now()) };
  await sender.sendOne(promotionalMessage(words, outgoing, parts)).catch(() => {
    throw new Problem(503, 'not_sent', 'The mail server did not take it. Try again in a minute.');
  });
}

/** Whose consent stands, and which of them have no account, in whole groups. */
async function countReaders({ store, groupMin }: PromotionParts) {
  const willing = await store.consents.everybody('promotional_mail');
  const without = await store.db
    .select({ id: person.id })
    .from(newsletterReader)
    .innerJoin(person, eq(person.id, newsletterReader.person))
    .where(and(...withoutAccount(store.db)));
  return {
    all: inGroups(groupMin, willing.size),
    withoutAccount: inGroups(groupMin, without.filter(({ id }) => willing.has(id)).length),
  };
}

/** How many mails are how far, in whole groups. */
async function countsOf({ store, groupMin }: PromotionParts, row: CampaignRow) {
  const rows = await store.db
    .select({ state: promotionalMail.state, people: count() })
    .from(promotionalMail)
    .where(eq(promotionalMail.campaign, row.id))
    .groupBy(promotionalMail.state);
  const of = (states: readonly string[]): number | null =>
    inGroups(
      groupMin,
      rows.filter(({ state }) => states.includes(state)).reduce((sum, each) => sum + each.people, 0),
    );
  return {
    sent: of(['sent']),
    notTaken: of(['refused', 'unknown']),
    waiting: of(['waiting', 'sending']),
    cameBack: of(['bounced']),
    complained: of(['complained']),
  };
}
