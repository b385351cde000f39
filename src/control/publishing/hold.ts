/** A version whose day has come begins to hold, by a clock that is believed; a clock that jumped lets nothing hold. */
import { and, eq, isNull } from 'drizzle-orm';
import { ClockDoubted } from '../../store/retention/clock.ts';
import type { PublishingParts } from './parts.ts';
import type { Version } from './publications.ts';
import { publication } from './schema.ts';

export async function holdDue(parts: PublishingParts): Promise<void> {
  const { publications } = parts;
  if (publications.waiting.length === 0) return;
  const now = await believedOrNull(parts);
  if (now === null) return;
  const due = publications.waiting.filter(({ holdsAt }) => holdsAt.getTime() <= now);
  for (const version of due) await hold(parts, version, new Date(now));
  if (due.length > 0) await publications.reload();
}

async function hold(
  { services }: PublishingParts,
  { id, name, version, hash }: Version,
  now: Date,
): Promise<void> {
  await services.record.act(async (tx, enter) => {
    const held = await tx
      .update(publication)
      .set({ heldAt: now })
      .where(and(eq(publication.id, id), isNull(publication.heldAt), isNull(publication.withdrawnAt)))
      .returning({ id: publication.id });
    if (held.length === 0) return;
    const content = { what: 'version', event: 'holds', document: name, version, sha256: hash };
    await enter({ kind: 'publication', role: 'system', about: null, content });
  });
}

async function believedOrNull({ believed }: PublishingParts): Promise<number | null> {
  try {
    return await believed();
  } catch (error) {
    if (error instanceof ClockDoubted) return null;
    throw error;
  }
}
