/**
 * Publishing a version (CHANGE-1): row, entry in the record and announcement are one act, so that nothing is published that
 * nobody is told of. What is not significant holds at once; the rest waits for its day.
 */
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Id, newId } from '../../link/ids.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import type { Tx } from '../../store/store.ts';
import { type Actor, named } from '../actor.ts';
import { announcement } from '../dates/schema.ts';
import { DOCUMENTS, type DocumentName } from '../document-names.ts';
import { minuteOf } from '../minute.ts';
import { Problem } from '../problem.ts';
import { compareUrl } from './addresses.ts';
import type { PublishingParts } from './parts.ts';
import { checkedBlocks, type Proposal, propose } from './propose.ts';
import { hashOf, type PublicationRow, type Publications, type Version } from './publications.ts';
import { publication } from './schema.ts';

const TEXT_CHARS_MAX = 60_000;
const WORDS_CHARS_MAX = 1000;
const DAY_MS = 86_400_000;

const words = (message: string) => z.string().trim().min(1, message).max(WORDS_CHARS_MAX);

export const textInput = z.strictObject({
  document: z.enum(DOCUMENTS),
  /** Markdown. */
  text: z
    .string()
    .max(TEXT_CHARS_MAX)
    .transform((text) => text.replaceAll('\r\n', '\n').trim()),
});

export const publishInput = textInput.extend({
  title: z.string().trim().min(1).max(200).optional(),
  summary: words('say in plain words what is different'),
  significant: z.enum(['yes', 'no'], 'say whether it is significant'),
  why: words('say why it is significant, or why not'),
  /** The version that it was compared with. */
  base: z.coerce.number().int().min(1),
});
export type PublishWish = z.output<typeof publishInput>;

export interface Published {
  readonly version: Version;
  /** False: it was published already. */
  readonly changed: boolean;
}

/** What the newest version that was not withdrawn says. */
export const newestOf = (publications: Publications, name: DocumentName): Version =>
  publications.of(name).find(({ withdrawnAt }) => withdrawnAt === null) as Version;

/** As it would be published now. Throws `Problem` 400. */
export function preview(
  { publications, clauses }: PublishingParts,
  { document, text }: z.output<typeof textInput>,
): Proposal & { readonly base: Version } {
  const base = newestOf(publications, document);
  const blocks = checkedBlocks(document, text, publications.parts, clauses);
  return { base, ...propose(document, base, { blocks, facts: publications.parts.facts }) };
}

/** Throws `Problem` 400, 409 and 503. The same again changes nothing. */
export async function publish(parts: PublishingParts, wish: PublishWish, by: Actor): Promise<Published> {
  const { publications } = parts;
  const before = publications.of(wish.document).find(({ hash }) => hash === hashOf(wish.text));
  if (before !== undefined && before.id === newestOf(publications, wish.document).id)
    return { version: before, changed: false };
  if (before !== undefined && before.withdrawnAt === null) throw isOlder(before);
  refuseUnfit(parts, wish);
  const row = await rowOf(parts, wish);
  await parts.services.record.act(async (tx, enter) => {
    await demandBase(tx, wish);
    const entry = await enter({
      kind: 'publication',
      role: by.role,
      about: null,
      content: {
        what: 'version',
        event: 'published',
        ...{ document: row.document, version: row.version, sha256: row.hash },
        significant: row.significant,
        holds_at: row.holdsAt.toISOString(),
        ...named(by),
      },
    });
    if (row.announcement !== null) await announce(tx, parts, { ...row, announcement: row.announcement });
    await tx.insert(publication).values({ ...row, entry });
  });
  await publications.reload();
  parts.tell();
  return { version: publications.find(row.document, row.version) as Version, changed: true };
}

/** What a person says against what Kept sees. */
function refuseUnfit(parts: PublishingParts, wish: PublishWish): void {
  const { base, compared, reasons } = preview(parts, wish);
  if (base.heldAt === null)
    throw new Problem(
      409,
      'another_waits',
      `Version ${base.version} waits until ${minuteOf(base.holdsAt)} (UTC). Withdraw it first, or publish after that day.`,
    );
  if (base.version !== wish.base) throw moved();
  if (compared.every(({ kind }) => kind === 'same') && reasons.length === 0)
    throw new Problem(409, 'nothing_changed', `It says the same as version ${base.version}.`);
  const always = reasons.filter((each) => each.always);
  if (wish.significant === 'no' && always.length > 0)
    throw new Problem(
      409,
      'significant_it_is',
      `This is significant, whoever says otherwise. ${always.map(({ what }) => what).join(' ')}`,
    );
}

async function rowOf(parts: PublishingParts, wish: PublishWish): Promise<Omit<PublicationRow, 'entry'>> {
  const { publications, noticeDays } = parts;
  const now = await parts.believed().catch((error: unknown) => {
    if (!(error instanceof ClockDoubted)) throw error;
    throw new Problem(
      503,
      error.code,
      'The clock of this machine jumped, and no day is named by it. Try again in half an hour.',
    );
  });
  const significant = wish.significant === 'yes';
  const announcedAt = new Date(now);
  const newest = publications.of(wish.document)[0] as Version;
  return {
    id: newId(),
    document: wish.document,
    version: newest.version + 1,
    title: wish.title ?? newest.title,
    text: wish.text,
    hash: hashOf(wish.text),
    summary: wish.summary,
    significant,
    why: wish.why,
    facts: JSON.stringify(publications.parts.facts),
    announcedAt,
    holdsAt: significant ? new Date(now + noticeDays * DAY_MS) : announcedAt,
    heldAt: significant ? null : announcedAt,
    withdrawnAt: null,
    announcement: significant ? newId() : null,
  };
}

/** One after the other: whoever compared with a version that is no longer the newest looks again. */
async function demandBase(tx: Tx, { document, base }: PublishWish): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('publication'))`);
  const { rows } = await tx.execute<{ newest: number }>(
    sql`select max(version) filter (where withdrawn_at is null) as newest from ${publication} where document = ${document}`,
  );
  if (rows[0]?.newest !== base) throw moved();
}

export const LETTER_OF = {
  'privacy-policy': 'policy_changes',
  terms: 'terms_change',
  dpa: 'dpa_change',
} as const satisfies Readonly<Record<DocumentName, string>>;

/** What the letter is filled with, but for who gets it. */
export const letterValues = (
  { siteUrl, publications }: Pick<PublishingParts, 'siteUrl' | 'publications'>,
  {
    document,
    version,
    summary,
    holdsAt,
  }: Pick<PublicationRow, 'document' | 'version' | 'summary' | 'holdsAt'>,
): Record<string, string> => ({
  what: summary,
  on: minuteOf(holdsAt),
  url: siteUrl + compareUrl(document, publications.inForce(document).version, version),
});

async function announce(
  tx: Tx,
  parts: PublishingParts,
  row: Omit<PublicationRow, 'entry'> & { readonly announcement: Id },
): Promise<void> {
  await tx.insert(announcement).values({
    id: row.announcement,
    template: LETTER_OF[row.document],
    values: JSON.stringify(letterValues(parts, row)),
    at: row.announcedAt,
  });
}

const moved = () =>
  new Problem(
    409,
    'newer_version',
    'Another version was published meanwhile. Compare with that one, then publish.',
  );

const isOlder = ({ version }: Version) =>
  new Problem(
    409,
    'older_text',
    `That is the text of version ${version}, word for word, which another one has replaced. A text is not published twice: change what is to be different.`,
  );
