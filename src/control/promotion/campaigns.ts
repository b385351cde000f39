/** Campaigns as somebody at the desk writes, schedules, pauses and cancels them; each act stands in the record. */
import { createHash } from 'node:crypto';
import { and, desc, eq, inArray } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, isId } from '../../link/ids.ts';
import type { ActorRole } from '../../record/commitment.ts';
import { idOnce } from '../form-once.ts';
import { checkInput } from '../input.ts';
import { Problem } from '../problem.ts';
import { hindrance } from './hindrance.ts';
import { refuseAsService } from './not-service.ts';
import type { PromotionParts } from './parts.ts';
import { type CampaignRow, type CampaignState, campaign } from './schema.ts';

const SUBJECT_CHARACTERS_MAX = 120;
const WORDS_CHARACTERS_MAX = 20_000;
const LISTED_MAX = 100;
const MINUTE_MS = 60_000;
const AHEAD_DAYS_MAX = 366;

const wordsInput = z.strictObject({
  subject: z
    .string()
    .trim()
    .min(1, 'say what it is about')
    .max(SUBJECT_CHARACTERS_MAX, `at most ${SUBJECT_CHARACTERS_MAX} characters`)
    .regex(/^[^\p{Cc}]*$/u, 'one line of text'),
  words: z
    .string()
    .trim()
    .min(1, 'write something')
    .max(WORDS_CHARACTERS_MAX, `at most ${WORDS_CHARACTERS_MAX} characters`),
});
const LABELS = { subject: 'Subject', words: 'Text', at: 'When' };

/** As a form's field for a moment sends it; UTC. Empty: at once. */
const whenInput = z.strictObject({
  at: z.union([z.literal(''), z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'must be a day and a time')]),
});

export interface By {
  readonly person: Id;
  readonly role: ActorRole;
}
type Form = Readonly<Record<string, string>>;
type Parts = Pick<PromotionParts, 'store' | 'mail' | 'company' | 'siteUrl' | 'signIn'>;

export const noSuchCampaign = (): Problem =>
  new Problem(404, 'no_such_campaign', 'There is no such campaign.');

/** The newest first. */
export const listCampaigns = ({ store }: Pick<Parts, 'store'>): Promise<CampaignRow[]> =>
  store.db.select().from(campaign).orderBy(desc(campaign.changedAt)).limit(LISTED_MAX);

/** Throws `Problem` 404. */
export async function campaignById({ store }: Pick<Parts, 'store'>, id: string): Promise<CampaignRow> {
  const [row] = isId(id) ? await store.db.select().from(campaign).where(eq(campaign.id, id)) : [];
  if (row === undefined) throw noSuchCampaign();
  return row;
}

/** Answers its id; `once` tells the same form sent twice. Throws `Problem` 400. */
export async function writeDraft(parts: Parts, by: By, form: Form, once?: string): Promise<Id> {
  const wish = checkedWords(parts, form);
  const id = idOnce('campaign', by.person, once);
  await act(parts, by, 'written', { id, ...wish }, async (tx) => {
    const made = await tx
      .insert(campaign)
      .values({ id, ...wish, state: 'draft', changedAt: new Date(parts.store.now()) })
      .onConflictDoNothing()
      .returning({ id: campaign.id });
    return made.length > 0;
  });
  return id;
}

/** Throws `Problem` 400, 404, 409. */
export async function changeDraft(parts: Parts, id: string, by: By, form: Form): Promise<void> {
  const wish = checkedWords(parts, form);
  const row = await campaignById(parts, id);
  await move(parts, row, by, 'changed', ['draft'], { ...wish });
}

/** `form.at`: UTC; empty: at once. Throws `Problem` 400, 404, 409. */
export async function schedule(parts: Parts, id: string, by: By, form: Form): Promise<void> {
  const { at } = checkInput({ at: form.at ?? '' }, whenInput, LABELS);
  const now = parts.store.now();
  const sendAt = at === '' ? now : Date.parse(`${at}Z`);
  if (!(sendAt >= now - MINUTE_MS && sendAt <= now + AHEAD_DAYS_MAX * 1440 * MINUTE_MS))
    throw new Problem(400, 'invalid_input', 'When: must lie in the future, within a year.');
  const missing = hindrance(parts);
  if (missing !== null) throw new Problem(409, 'cannot_send', missing);
  const row = await campaignById(parts, id);
  refuseAsService(row, parts.signIn.notices.letters, parts.siteUrl);
  await move(parts, row, by, 'scheduled', ['draft'], { state: 'scheduled', sendAt: new Date(sendAt) });
}

/** No further mail goes from then on; one that is on its way arrives. Throws `Problem` 404, 409. */
export const pause = async (parts: Parts, id: string, by: By): Promise<void> =>
  move(parts, await campaignById(parts, id), by, 'paused', ['scheduled', 'sending'], { state: 'paused' });

/** Throws `Problem` 404, 409. */
export async function goOn(parts: Parts, id: string, by: By): Promise<void> {
  const missing = hindrance(parts);
  if (missing !== null) throw new Problem(409, 'cannot_send', missing);
  await move(parts, await campaignById(parts, id), by, 'went_on', ['paused'], { state: 'scheduled' });
}

/** Throws `Problem` 404, 409. */
export const cancel = async (parts: Parts, id: string, by: By): Promise<void> =>
  move(parts, await campaignById(parts, id), by, 'cancelled', ['draft', 'scheduled', 'sending', 'paused'], {
    state: 'cancelled',
    endedAt: new Date(parts.store.now()),
  });

function checkedWords({ signIn, siteUrl }: Parts, form: Form) {
  const wish = checkInput({ subject: form.subject ?? '', words: form.words ?? '' }, wordsInput, LABELS);
  refuseAsService(wish, signIn.notices.letters, siteUrl);
  return wish;
}

async function move(
  parts: Parts,
  row: CampaignRow,
  by: By,
  event: string,
  from: readonly CampaignState[],
  set: Partial<CampaignRow>,
): Promise<void> {
  const is = and(eq(campaign.id, row.id), inArray(campaign.state, [...from]));
  await act(parts, by, event, { ...row, ...set }, async (tx) => {
    const moved = await tx
      .update(campaign)
      .set({ ...set, changedAt: new Date(parts.store.now()) })
      .where(is)
      .returning({ id: campaign.id });
    if (moved.length === 0)
      throw new Problem(409, 'not_now', 'The campaign is not where this can be done. Load the page again.');
    return true;
  });
}

type Work = Parameters<Parts['store']['record']['act']>[0];

/** `work` answers whether there is anything to enter. */
async function act(
  { store }: Pick<Parts, 'store'>,
  by: By,
  event: string,
  { id, subject, words }: Pick<CampaignRow, 'id' | 'subject' | 'words'>,
  work: (tx: Parameters<Work>[0]) => Promise<boolean>,
): Promise<void> {
  const sha256 = createHash('sha256')
    .update(JSON.stringify([subject, words]))
    .digest('hex');
  await store.record.act(async (tx, enter) => {
    if (!(await work(tx))) return;
    await enter({
      kind: 'publication',
      role: by.role,
      about: null,
      content: { what: 'campaign', campaign: id, event, sha256, staff: by.person },
    });
  });
}
