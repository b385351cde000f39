/** Taking a version back before it holds: whoever was told of it is told of that, and nobody else is told anything. */
import { and, eq, isNull } from 'drizzle-orm';
import { newId } from '../../link/ids.ts';
import { type Actor, named } from '../actor.ts';
import { announcement } from '../dates/schema.ts';
import { DOCUMENT_PATHS, type DocumentName } from '../document-names.ts';
import { Problem } from '../problem.ts';
import type { PublishingParts } from './parts.ts';
import type { Version } from './publications.ts';
import { publication } from './schema.ts';

const WITHDRAWN_LETTER = {
  'privacy-policy': 'policy_change_withdrawn',
  terms: 'terms_change_withdrawn',
  dpa: 'dpa_change_withdrawn',
} as const satisfies Readonly<Record<DocumentName, string>>;

/** Throws `Problem` 404 and 409. */
export async function withdraw(
  parts: PublishingParts,
  document: DocumentName,
  version: number,
  by: Actor,
): Promise<Version> {
  const { publications, services, siteUrl } = parts;
  const found = publications.find(document, version);
  if (found === null) throw new Problem(404, 'no_such_version', `There is no version ${version} of it.`);
  await services.record.act(async (tx, enter) => {
    const now = new Date(await parts.believed());
    const taken = await tx
      .update(publication)
      .set({ withdrawnAt: now })
      .where(and(eq(publication.id, found.id), isNull(publication.heldAt), isNull(publication.withdrawnAt)))
      .returning({ id: publication.id });
    if (taken.length === 0) throw notWaiting(version);
    if (found.announcement !== null) {
      const [told] = await tx
        .select()
        .from(announcement)
        .where(eq(announcement.id, found.announcement))
        .for('update');
      if (told !== undefined) {
        await tx
          .update(announcement)
          .set({ endedAt: told.endedAt ?? now })
          .where(eq(announcement.id, told.id));
        if (told.doneTo !== null)
          await tx.insert(announcement).values({
            id: newId(),
            template: WITHDRAWN_LETTER[document],
            values: JSON.stringify({ url: `${siteUrl}${DOCUMENT_PATHS[document]}/versions` }),
            until: told.doneTo,
            at: now,
          });
      }
    }
    await enter({
      kind: 'publication',
      role: by.role,
      about: null,
      content: { what: 'version', event: 'withdrawn', document, version, sha256: found.hash, ...named(by) },
    });
  });
  await publications.reload();
  parts.tell();
  return publications.find(document, version) as Version;
}

const notWaiting = (version: number) =>
  new Problem(
    409,
    'does_not_wait',
    `Version ${version} does not wait any more. What holds is replaced by another version, not withdrawn.`,
  );
