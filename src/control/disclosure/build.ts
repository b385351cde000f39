/** Builds the package of an approved case once whom it is about had their time; from then on it is disclosed. */
import { and, eq, gt } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { ClockDoubted } from '../../store/retention/clock.ts';
import type { Tx } from '../../store/store.ts';
import { Problem } from '../problem.ts';
import { type By, contentOf, notNow, onCase, step } from './case.ts';
import { newPassphrase, type Recipient, sealFor } from './cms.ts';
import type { CaseContent } from './content.ts';
import { endCase } from './end-case.ts';
import { keepFile } from './files.ts';
import { lockThere, namedIn, withTheirs } from './named.ts';
import { readScope, type TablePart, zipOf } from './package.ts';
import type { DisclosureParts } from './parts.ts';
import { manifestOf, readmeOf } from './readme.ts';
import { type DisclosureCase, disclosureFile } from './schema.ts';
import type { Outcome } from './words.ts';

const DAY_MS = 86_400_000;
/** So long a package can be fetched; then it is gone. */
export const PACKAGE_DAYS = 14;

export interface Built {
  /** Of the sealed file, as hex. */
  readonly sha256: string;
  /** Shown this once; null: it is sealed for a certificate. */
  readonly passphrase: string | null;
}

/**
 * Built again before it is gone, it replaces what was there: for a passphrase that was lost. Throws `Problem` 404, 409
 * (`not_now`, `too_large`) and 503.
 */
export async function buildPackage(parts: DisclosureParts, id: Id, by: By): Promise<Built> {
  const now = await believedOrRefuse(parts);
  return onCase(parts, id, ['approved', 'closed'], async (tx, enter, row) => {
    await demandDue(tx, row, now);
    const content = contentOf(parts, row);
    const held = await readAll(parts, tx, row);
    const at = new Date(now);
    const zip = await zipped(parts, { row, content, held, at });
    const { recipient, passphrase } = recipientOf(content);
    const bytes = await sealFor(recipient, zip);
    await tx.delete(disclosureFile).where(isPackageOf(id));
    const until = new Date(now + PACKAGE_DAYS * DAY_MS);
    const sha256 = await keepFile(parts, tx, id, { role: 'package', format: 'cms', bytes }, until);
    const outcome = outcomeOf(row, held);
    if (row.state === 'approved') await endCase(parts, tx, enter, row, { outcome, by });
    const said = {
      sha256,
      outcome: row.outcome ?? outcome,
      kind: row.kind,
      categories: row.categories,
      named: content.named.length,
      rows: countRows(held),
      for: passphrase === null ? 'certificate' : 'passphrase',
    };
    await step(parts, tx, enter, { case: id, event: 'build', by, content: said }, 'disclosure');
    return { sha256, passphrase };
  });
}

/** A clock that jumped takes nobody's days to object. */
async function believedOrRefuse({ believed }: DisclosureParts): Promise<number> {
  try {
    return await believed();
  } catch (error) {
    if (!(error instanceof ClockDoubted)) throw error;
    throw new Problem(
      503,
      'clock_doubted',
      'The clock jumped, or the database’s is another: nothing is handed over before it is believed. Try again in half an hour.',
    );
  }
}

const isPackageOf = (id: Id) => and(eq(disclosureFile.case, id), eq(disclosureFile.role, 'package'));

async function demandDue(
  tx: Tx,
  { id, state, outcome, discloseAt }: DisclosureCase,
  now: number,
): Promise<void> {
  if (state === 'approved') {
    if (discloseAt === null || discloseAt.getTime() > now)
      throw notNow('Whom it is about still has time to object. Nothing is handed over before that.');
    return;
  }
  const rows = await tx
    .select({ id: disclosureFile.id })
    .from(disclosureFile)
    .where(and(isPackageOf(id), gt(disclosureFile.until, new Date(now))));
  if (outcome === 'refused' || rows.length === 0)
    throw notNow('This case is closed, and nothing of it is left to hand over.');
}

async function readAll(parts: DisclosureParts, tx: Tx, row: DisclosureCase): Promise<TablePart[][]> {
  const there = await lockThere(parts, tx, await namedIn(parts, tx, row.id));
  const held: TablePart[][] = [];
  for (const each of there)
    held.push(each === null ? [] : await readScope(parts.erasing.store, tx, row, await withTheirs(tx, each)));
  return held;
}

const countRows = (held: readonly (readonly TablePart[])[]): number =>
  held.flat().reduce((sum, { rows }) => sum + rows.length, 0);

const outcomeOf = ({ isNarrowed }: DisclosureCase, held: readonly (readonly TablePart[])[]): Outcome =>
  countRows(held) === 0 ? 'nothing_held' : isNarrowed ? 'part' : 'whole';

interface Zipped {
  readonly row: DisclosureCase;
  readonly content: CaseContent;
  readonly held: TablePart[][];
  readonly at: Date;
}

function zipped(parts: DisclosureParts, { row, content, held, at }: Zipped): Promise<Buffer> {
  const { erasing, company, signIn } = parts;
  const told = {
    company,
    siteUrl: signIn.settings.siteUrl,
    row,
    content,
    parts: held,
    map: erasing.store.map,
    at,
  };
  const { named } = content;
  return zipOf({ named, parts: held, readme: readmeOf(told), manifest: manifestOf(told) }, at);
}

function recipientOf({ certificate }: CaseContent): {
  readonly recipient: Recipient;
  readonly passphrase: string | null;
} {
  if (certificate !== '') return { recipient: { certificate }, passphrase: null };
  const passphrase = newPassphrase();
  return { recipient: { passphrase }, passphrase };
}
