/**
 * Which request a mail answers, by a reference that it names; and what the mail's door needs to know of that request. Who
 * wrote it is claimed: it is told only whether the mail names the address of the request.
 */
import { and, between, eq, ne } from 'drizzle-orm';
import { type Id, isId } from '../../link/ids.ts';
import { linkTokenOf, pageOf } from './case-link.ts';
import type { RequestParts } from './parts.ts';
import { ownerOf } from './proof.ts';
import { idsOf, referenceOf } from './reference.ts';
import { NOTHING_SAID, readSaid } from './said.ts';
import { INTAKE_DAYS, privacyRequest, type RequestRow } from './schema.ts';
import { nextState } from './states.ts';

const DAY_MS = 86_400_000;
/** More in one mail are no answer to a letter. */
const REFERENCES_MAX = 5;

export interface AnsweredRequest {
  readonly id: Id;
  readonly reference: string;
  /** Of its letters. */
  readonly language: string;
  /** Whom it is about; null: nobody is known, or any more. */
  readonly person: Id | null;
  /** Goes on after "You asked us". */
  readonly asked: string;
  /** The address of its page, for whoever is written to. */
  readonly url: string;
  /** Whether its page lets it be withdrawn. */
  readonly mayWithdraw: boolean;
  readonly isOver: boolean;
  /** Its person was erased: there is nobody to write to. */
  readonly isErased: boolean;
  /** When what strangers wrote about it dies, ms since 1970: so long after its end, or after its answer is due. */
  readonly until: number;
}

/** The first that is there and not over; null: none, or one whose reference two have. */
export async function findAnswered(
  parts: RequestParts,
  references: readonly string[],
): Promise<AnsweredRequest | null> {
  for (const reference of [...new Set(references)].slice(0, REFERENCES_MAX)) {
    const found = await requestNamed(parts, reference);
    if (found !== null && !found.isOver && !found.isErased) return found;
  }
  return null;
}

/** Null: none, or two. */
export async function requestNamed(parts: RequestParts, reference: string): Promise<AnsweredRequest | null> {
  const [first, last] = idsOf(reference);
  // A report of a child's account is nobody's to ask about.
  const rows = await parts.erasing.services.db
    .select()
    .from(privacyRequest)
    .where(and(between(privacyRequest.id, first, last), ne(privacyRequest.right, 'child_report')))
    .limit(2);
  const [row, another] = rows;
  return row === undefined || another !== undefined ? null : answeredRequest(parts, row);
}

/** By its number; null where it is not there. */
export async function requestOfMail(parts: RequestParts, id: string): Promise<AnsweredRequest | null> {
  if (!isId(id)) return null;
  const [row] = await parts.erasing.services.db
    .select()
    .from(privacyRequest)
    .where(eq(privacyRequest.id, id));
  return row === undefined ? null : answeredRequest(parts, row);
}

function answeredRequest(parts: RequestParts, row: RequestRow): AnsweredRequest {
  const { services } = parts.erasing;
  const { notices, settings } = parts.signIn;
  const ended = row.closedAt?.getTime();
  const last = ended ?? Math.max(row.dueAt.getTime(), parts.erasing.store.now());
  return {
    id: row.id,
    reference: referenceOf(row.id),
    language: row.language,
    person: row.person,
    asked: notices.letters.of(row.language).words.asked[row.right],
    url: pageOf(
      settings.siteUrl,
      linkTokenOf(services.pepper, row.id, row.person === null ? 'asked' : 'own'),
    ),
    mayWithdraw: row.person !== null && nextState(row.state, 'withdraw', 'requester') !== null,
    isOver: row.closedAt !== null,
    isErased: row.person === null && row.provenBy !== null && row.provenBy !== 'none',
    until: last + INTAKE_DAYS * DAY_MS,
  };
}

/** Whether an address is the one of the request: of whom it is about, or that whoever asked has named. */
export async function isAddressOf(parts: RequestParts, request: Id, address: string): Promise<boolean> {
  const { services } = parts.erasing;
  const [row] = await services.db.select().from(privacyRequest).where(eq(privacyRequest.id, request));
  if (row === undefined) return false;
  if (row.person !== null) return ownerOf(services, { ...NOTHING_SAID, address }) === row.person;
  return readSaid(services.vault, row).address === address;
}
