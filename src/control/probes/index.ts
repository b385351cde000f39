/**
 * Probes: people whom checks make by the same code as everybody, look after as anybody would, and erase. What they are is
 * said in one table (`schema.ts`), which nothing but verification and statistics reads.
 */
import { and, eq, inArray, lt } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Id } from '../../link/ids.ts';
import type { Db } from '../../store/database.ts';
import { eraseNow } from '../../store/erasure/erase.ts';
import { createAccount } from '../accounts/index.ts';
import { account, membership } from '../accounts/schema.ts';
import { OPERATOR } from '../actor.ts';
import { addCredit } from '../billing/index.ts';
import { createKey, revokeKey } from '../keys/index.ts';
import { apiKey } from '../keys/schema.ts';
import type { Erasing } from '../rights/index.ts';
import { makeSetupLink, type SignInParts } from '../sign-in/index.ts';
import { probe } from './schema.ts';
import { newWord } from './word.ts';

export { newWord };

/** A look ends long before; what is older was left behind. */
const STRAY_MS = 5 * 60_000;
/** Of the one that stays, a key that ended so long ago is of no use to anybody. */
const FORGOTTEN_MS = 24 * 3_600_000;
/** For prompts of a few words; filled up when half of it is used. */
const CREDIT_MICRO_USD = 1_000_000;

export interface Probe {
  readonly person: Id;
  readonly account: Id;
  /** Words that nobody has said before: where they are found, they were left. */
  readonly name: string;
  readonly email: string;
  /** Of the page where somebody who was invited sets their password. */
  readonly setUp: string;
}

export interface ProbeKey {
  readonly id: Id;
  readonly key: string;
}

export interface Probes {
  /** Somebody new, with an account, as the operator's command makes one. */
  make(): Promise<Probe>;
  key(account: Id): Promise<ProbeKey>;
  /** The one that stays, for prompts, with a new key and credit where use has a price. */
  standing(): Promise<ProbeKey>;
  erase(person: Id): Promise<void>;
  /** Erases those that were left behind, ends keys of the one that stays, and deletes those that ended long ago; `all`: the newest too, while nobody looks. */
  tidy(options?: { readonly all?: boolean }): Promise<void>;
}

interface Parts {
  readonly erasing: Erasing;
  readonly signIn: SignInParts;
  /** As the sweep sees rows. */
  readonly sweeping: Db;
}

export function openProbes({ erasing, signIn, sweeping }: Parts): Probes {
  const { services, store, settings } = erasing;
  const create = async (stays: boolean) => {
    const word = newWord();
    const whom = { name: `Probe ${word}`, email: `${word}@probe.kept.invalid` };
    const made = await createAccount(services, {
      ...whom,
      staffRole: null,
      way: 'trial',
      also: async (tx, person) => {
        await tx.insert(probe).values({ person, stays, at: new Date(store.now()) });
      },
    });
    return { ...made, ...whom };
  };
  const key = async (of: Id): Promise<ProbeKey> => createKey(services, { account: of, name: 'probe' });
  const erase = async (person: Id) => {
    await eraseNow(
      settings,
      { kind: 'person', id: person },
      { role: 'system', suppressed: false, insideOnly: true },
    );
  };
  return {
    async make() {
      const made = await create(false);
      const { url } = await makeSetupLink(signIn, made.person, { reached: true });
      return { ...made, setUp: url.slice(signIn.settings.siteUrl.length) };
    },
    key,
    async standing() {
      const [found] = await sweeping
        .select({ account: membership.account })
        .from(probe)
        .innerJoin(membership, eq(membership.person, probe.person))
        .where(eq(probe.stays, true))
        .limit(1);
      const of = found?.account ?? (await create(true)).account;
      await fillUp(erasing, of);
      return key(of);
    },
    erase,
    async tidy({ all = false } = {}) {
      const before = new Date(store.now() - STRAY_MS);
      const old = (at: PgColumn) => (all ? undefined : lt(at, before));
      const strays = await sweeping
        .select({ person: probe.person })
        .from(probe)
        .where(and(eq(probe.stays, false), old(probe.at)));
      for (const { person } of strays) await erase(person);
      const keys = await sweeping
        .select({ id: apiKey.id })
        .from(probe)
        .innerJoin(membership, eq(membership.person, probe.person))
        .innerJoin(apiKey, eq(apiKey.account, membership.account))
        .where(and(eq(probe.stays, true), eq(apiKey.state, 'active'), old(apiKey.createdAt)));
      for (const { id } of keys) await revokeKey(services, id, { actor: OPERATOR });
      await forgetKeys(sweeping, new Date(store.now() - FORGOTTEN_MS));
    },
  };
}

/** Every look makes a key: without this they would pile up. */
async function forgetKeys(sweeping: Db, before: Date): Promise<void> {
  const itsAccounts = sweeping
    .select({ account: membership.account })
    .from(probe)
    .innerJoin(membership, eq(membership.person, probe.person))
    .where(eq(probe.stays, true));
  await sweeping
    .delete(apiKey)
    .where(and(inArray(apiKey.account, itsAccounts), lt(apiKey.revokedAt, before)));
}

async function fillUp({ services }: Erasing, of: Id): Promise<void> {
  if (services.billing !== 'prepaid') return;
  const [row] = await services.db
    .select({ balance: account.balance })
    .from(account)
    .where(eq(account.id, of));
  if (row === undefined || row.balance >= CREDIT_MICRO_USD / 2) return;
  await addCredit(services, of, CREDIT_MICRO_USD, 'for the checks of the policy');
}
