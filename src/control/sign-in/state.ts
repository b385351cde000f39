/** Who is signed in, and what is still asked of them before anything else. Pages and programs ask here first. */
import { and, count, eq, inArray, isNotNull } from 'drizzle-orm';
import type { Id } from '../../link/ids.ts';
import { findOpen } from '../../store/erasure/open-erasures.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Tx } from '../../store/store.ts';
import { type StaffRole, standingRole } from '../accounts/index.ts';
import { agreement, person } from '../accounts/schema.ts';
import type { Caller } from './caller.ts';
import type { SignInParts } from './parts.ts';
import { SignInRefused } from './refusals.ts';
import { PASSWORD, passkey, type SESSION_WAYS, session, signInMethod, twoFactor } from './schema.ts';

/** What is dangerous wants a sign-in, or a confirmation of it, of the last ten minutes. */
export const FRESH_MS = 10 * 60_000;

/**
 * In this order: the code of the app; a password, a passkey or a provider; agreement to policy and terms (SCOPE-2); being 18
 * (CHILD-1); an address that reaches them (CHANGE-3).
 */
export const STEPS = ['second_factor', 'way_in', 'agreement', 'age', 'address'] as const;
export type Step = (typeof STEPS)[number];

/** Two factors by themselves. */
const STRONG_WAYS: ReadonlySet<(typeof SESSION_WAYS)[number]> = new Set(['passkey', 'provider_mfa']);

export interface SignedIn {
  readonly person: Id;
  readonly session: Id;
  readonly name: string;
  readonly email: string;
  /** That holds in this sign-in, and has not ended. */
  readonly staffRole: StaffRole | null;
  /** When it ends; null: it does not. */
  readonly staffUntil: Date | null;
  /** What is still asked of them; while there is any, nothing else is done for them. */
  readonly steps: readonly Step[];
  /** They confirmed that it is them within the last ten minutes. */
  readonly fresh: boolean;
  /** This sign-in took more than a password or a link: a passkey, a second factor besides, or two at the provider. */
  readonly strong: boolean;
  /** How long ago they last did. */
  readonly confirmedMsAgo: number;
  readonly ways: {
    readonly password: boolean;
    readonly passkeys: number;
    /** Ids of those that they are connected with and that are configured. */
    readonly providers: readonly string[];
    readonly secondFactor: boolean;
  };
  /** Set: they asked to be deleted, and until then (ms since 1970) can take that back and export, nothing else. */
  readonly deletion: { readonly dueAt: number } | null;
}

export interface Known {
  readonly who: SignedIn | null;
  /** Set-Cookie headers for the answer. */
  readonly setCookies: readonly string[];
}

/** Who asks; null for nobody. */
export async function whoIs(parts: SignInParts, caller: Caller): Promise<Known> {
  if (caller.cookies === '') return { who: null, setCookies: [] };
  const { found, setCookies } = await parts.library.find(caller);
  return { who: found === null ? null : await readState(parts, found), setCookies };
}

export interface Demand {
  /** Deletion, export, new keys. */
  readonly fresh?: boolean;
  /** For what is less dangerous: the sign-in, or its confirmation, is at most so old. */
  readonly withinMs?: number;
  /** Steps that may still be due: for the pages that carry them out. */
  readonly besides?: readonly Step[];
  /** Also while a deletion is scheduled: for cancelling it, exporting, signing out. */
  readonly whileDeleted?: boolean;
}

/** The signed-in person, or `SignInRefused` that says what stands in the way. */
export async function demandSignedIn(
  parts: SignInParts,
  caller: Caller,
  demand: Demand = {},
): Promise<Known & { who: SignedIn }> {
  const { who, setCookies } = await whoIs(parts, caller);
  if (who === null) throw new SignInRefused('not_signed_in');
  const besides = demand.besides ?? [];
  const due = who.steps.filter((step) => !besides.includes(step));
  if (due.includes('second_factor')) throw new SignInRefused('second_factor_due', { steps: who.steps });
  if (who.deletion !== null && demand.whileDeleted !== true) throw new SignInRefused('deletion_scheduled');
  // Whoever is leaving is asked for nothing more.
  if (due.length > 0 && who.deletion === null) throw new SignInRefused('steps_due', { steps: who.steps });
  if (demand.fresh === true && !who.fresh) throw new SignInRefused('not_fresh');
  if (who.confirmedMsAgo > (demand.withinMs ?? Number.POSITIVE_INFINITY)) throw new SignInRefused('too_old');
  return { who, setCookies };
}

async function readState(
  parts: SignInParts,
  found: { readonly session: Id; readonly person: Id },
): Promise<SignedIn | null> {
  const { services, finding, now } = parts;
  const { keys, vault } = services;
  if (!keys.has('person', found.person)) return null;
  const [row] = await finding
    .select({ whom: person, at: session })
    .from(session)
    .innerJoin(person, eq(person.id, session.person))
    .where(eq(session.id, found.session));
  if (row === undefined || row.whom.id !== found.person) return null;
  const { whom, at } = row;
  const ways = await waysOf(parts, whom.id);
  const confirmedMsAgo = now() - at.authenticatedAt.getTime();
  const open = await finding.transaction((tx) => findOpen(tx, { kind: 'person', id: whom.id }));
  if (open !== null && open.state !== 'scheduled') return null;
  return {
    person: whom.id,
    session: at.id,
    name: readValue(vault, person, whom, 'name') ?? '',
    email: readValue(vault, person, whom, 'email') ?? '',
    staffRole: holdsHere(parts, ways, at) ? standingRole(whom, now()) : null,
    staffUntil: whom.staffUntil,
    steps: [
      ...(at.awaitsSecondFactor ? (['second_factor'] as const) : []),
      ...(countWays(ways) > 0 ? [] : (['way_in'] as const)),
      ...(await agreementsDue(parts, whom.id)),
      ...(whom.emailVerifiedAt === null ? (['address'] as const) : []),
    ],
    fresh: !at.awaitsSecondFactor && confirmedMsAgo < FRESH_MS,
    strong: !at.awaitsSecondFactor && (STRONG_WAYS.has(at.way) || ways.secondFactor),
    confirmedMsAgo,
    ways,
    deletion: open === null ? null : { dueAt: open.dueAt.getTime() },
  };
}

/**
 * A staff role that follows from a provider's groups holds in sign-ins by that provider only: who has left the group and
 * still has a password comes in without it.
 */
function holdsHere(
  { settings }: SignInParts,
  ways: SignedIn['ways'],
  { provider }: typeof session.$inferSelect,
): boolean {
  const grouping = settings.providers.find(({ groups }) => groups !== null);
  return grouping === undefined || !ways.providers.includes(grouping.id) || provider === grouping.id;
}

/** How many ways in somebody has; a second factor is none. */
export const countWays = ({ password, passkeys, providers }: SignedIn['ways']): number =>
  Number(password) + passkeys + providers.length;

/** How somebody can sign in. */
export async function waysOf(
  { finding, settings }: Pick<SignInParts, 'finding' | 'settings'>,
  personId: Id,
  tx: Tx | typeof finding = finding,
): Promise<SignedIn['ways']> {
  const configured = settings.providers.map(({ id }) => id);
  const methods = await tx
    .select({ provider: signInMethod.provider })
    .from(signInMethod)
    .where(and(eq(signInMethod.person, personId), inArray(signInMethod.provider, [PASSWORD, ...configured])));
  const providers = methods.map(({ provider }) => provider).filter((each) => each !== PASSWORD);
  const [keys] = await tx.select({ count: count() }).from(passkey).where(eq(passkey.person, personId));
  const [second] = await tx
    .select({ count: count() })
    .from(twoFactor)
    .where(and(eq(twoFactor.person, personId), isNotNull(twoFactor.confirmedAt)));
  return {
    password: methods.length > providers.length,
    passkeys: keys?.count ?? 0,
    providers,
    secondFactor: (second?.count ?? 0) > 0,
  };
}

async function agreementsDue({ finding, settings }: SignInParts, personId: Id): Promise<Step[]> {
  const rows = await finding
    .select({ to: agreement.to, version: agreement.version })
    .from(agreement)
    .where(eq(agreement.person, personId));
  const agreed = (to: 'policy' | 'terms') =>
    rows.some((row) => row.to === to && settings.documents.isEnough(to, row.version));
  return [
    ...(agreed('policy') && agreed('terms') ? [] : (['agreement'] as const)),
    ...(rows.some(({ to }) => to === 'age') ? [] : (['age'] as const)),
  ];
}
