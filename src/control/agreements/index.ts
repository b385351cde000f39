/**
 * The data processing agreement (GDPR Art. 28(3)): published in versions like the policy, accepted for an account by an
 * owner, with annexes that are made from the running system on that day. What was accepted stays to be downloaded.
 */
import { createHash } from 'node:crypto';
import { desc, eq, sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { type Actor, named } from '../actor.ts';
import { checkInput } from '../input.ts';
import { type Block, type Operator, writtenText } from '../policy/index.ts';
import { Problem } from '../problem.ts';
import type { Publications } from '../publishing/index.ts';
import type { Services } from '../services.ts';
import { type AnnexSources, annexesOf } from './annexes.ts';
import { dpaAcceptance } from './schema.ts';
import { withoutTitle } from './without-title.ts';

export interface AgreementParts {
  readonly publications: Publications;
  readonly annexes: AnnexSources;
  readonly operator: Operator;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface ShownAgreement {
  readonly version: number;
  readonly title: string;
  /** The day of its publication. */
  readonly updated: string;
  readonly blocks: readonly Block[];
}

export interface Acceptance {
  readonly version: number;
  /** ISO 8601. */
  readonly at: string;
  /** SHA-256 of the document. */
  readonly hash: string;
}

const acceptInput = z.strictObject({
  version: z.coerce.number().int().min(1),
  accepted: z.literal('yes', 'say that you accept it'),
});

/** Text and annexes, as an account would accept them now; Markdown. */
export function documentNow({ publications, annexes, operator }: AgreementParts): string {
  const { title, version, updated, text } = publications.inForce('dpa');
  const head = `# ${title}\n\nVersion ${version}, published on ${updated}.`;
  return `${head}\n\n${writtenText(text, operator)}\n\n${annexesOf(annexes)}\n`;
}

/** As everybody can read it. */
export function agreementNow(parts: AgreementParts): ShownAgreement {
  const { version, title, updated } = parts.publications.inForce('dpa');
  return { version, title, updated, blocks: withoutTitle(documentNow(parts)) };
}

/** What the account accepted, the newest first. */
export async function acceptances({ db }: Pick<Services, 'db'>, account: Id): Promise<Acceptance[]> {
  const rows = await db
    .select({ version: dpaAcceptance.version, at: dpaAcceptance.at, hash: dpaAcceptance.hash })
    .from(dpaAcceptance)
    .where(eq(dpaAcceptance.account, account))
    .orderBy(desc(dpaAcceptance.version));
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}

/** What it accepted, word for word. Throws `Problem` 404. */
export async function acceptedDocument(
  { db }: Pick<Services, 'db'>,
  account: Id,
  version: string,
): Promise<string> {
  const rows = await db
    .select({ version: dpaAcceptance.version, document: dpaAcceptance.document })
    .from(dpaAcceptance)
    .where(eq(dpaAcceptance.account, account));
  const found = rows.find((row) => String(row.version) === version);
  if (found === undefined)
    throw new Problem(404, 'not_accepted', 'This account has not accepted that version.');
  return found.document;
}

/** Accepts the version in force. Repeating it changes nothing. Throws `Problem` 400 and 409. */
export async function accept(
  parts: AgreementParts,
  services: Pick<Services, 'record'>,
  { account, actor }: { readonly account: Id; readonly actor: Actor },
  form: unknown,
): Promise<void> {
  const { version } = checkInput(form, acceptInput, { accepted: 'Accept', version: 'The version' });
  if (version !== parts.publications.inForce('dpa').version)
    throw new Problem(
      409,
      'versions_changed',
      'A newer version came out meanwhile. Read it, then accept it.',
    );
  const document = documentNow(parts);
  const sha256 = createHash('sha256').update(document).digest('hex');
  await services.record.act(async (tx, enter) => {
    // One after the other, so that it is entered once.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`dpa ${account}`}))`);
    const known = await tx
      .select({ version: dpaAcceptance.version })
      .from(dpaAcceptance)
      .where(eq(dpaAcceptance.account, account));
    if (known.some((row) => row.version === version)) return;
    const entry = await enter({
      kind: 'agreement',
      role: actor.role,
      about: { kind: 'account', id: account },
      content: { what: 'dpa', version, sha256, account, ...named(actor) },
    });
    const at = new Date(parts.now());
    await tx.insert(dpaAcceptance).values({ account, version, document, hash: sha256, at, entry });
  });
}

export { agreementHtml } from './html.ts';
