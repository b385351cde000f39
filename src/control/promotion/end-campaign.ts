/** A campaign that everybody was gone through for is over, unless mails still wait for another attempt. */
import { and, eq } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import type { PromotionParts } from './parts.ts';
import { campaign, promotionalMail } from './schema.ts';

/** Answers false: there is nothing more to do at once. */
export async function endCampaign({ store }: Pick<PromotionParts, 'store'>, of: Id): Promise<false> {
  const [waits] = await store.db
    .select({ id: promotionalMail.id })
    .from(promotionalMail)
    .where(and(eq(promotionalMail.campaign, of), eq(promotionalMail.state, 'waiting')))
    .limit(1);
  if (waits !== undefined) return false;
  await store.record.act(async (tx, enter) => {
    const now = new Date(store.now());
    const ended = await tx
      .update(campaign)
      .set({ state: 'done', changedAt: now, endedAt: now })
      .where(and(eq(campaign.id, of), eq(campaign.state, 'sending')))
      .returning({ id: campaign.id });
    if (ended.length > 0)
      await enter({
        kind: 'publication',
        role: 'system',
        about: null,
        content: { what: 'campaign', campaign: of, event: 'done' },
      });
  });
  return false;
}
