/**
 * Who is connected with a provider: a row of theirs with who they are there, sealed, and a look-up in the key store that
 * it is found by. A row without the look-up, or the other way about, is left of a connection that was cut off, and counts
 * for nothing.
 */
import { and, eq, ne } from 'drizzle-orm';
import { type Id, newId } from '../../../link/ids.ts';
import { entryOf } from '../../../store/map/table.ts';
import { readValue, sealRow, sealValue } from '../../../store/sealed-rows.ts';
import type { Tx } from '../../../store/store.ts';
import type { Caller } from '../caller.ts';
import type { SignInParts } from '../parts.ts';
import { SignInRefused } from '../refusals.ts';
import { PASSWORD, signInMethod } from '../schema.ts';
import { countWays, demandSignedIn, STEPS, waysOf } from '../state.ts';
import { whoThere } from './identity.ts';
import type { Identity, Provider } from './provider.ts';
import { giveByGroups } from './staff-role.ts';

const ANY_STEP = STEPS.filter((step) => step !== 'second_factor');
const KIND = 'provider';

type Parts = Pick<SignInParts, 'services' | 'now'>;
type Row = typeof signInMethod.$inferSelect;

const rowOf = (personId: Id, provider: string) =>
  and(eq(signInMethod.person, personId), eq(signInMethod.provider, provider));

/** Whose identity this is here, or null. */
export async function ownerOf(
  { services }: Parts,
  { settings }: Provider,
  identity: Identity,
): Promise<Id | null> {
  const { keys, db, vault } = services;
  const there = whoThere(settings, identity);
  const owner = keys.lookup(KIND, there);
  if (owner === null || !keys.has('person', owner)) return null;
  const [row] = await db.select().from(signInMethod).where(rowOf(owner, settings.id));
  return row !== undefined && readValue(vault, signInMethod, row, 'subject') === there ? owner : null;
}

/** Lets somebody be found by it. Throws `SignInRefused` (`connected_elsewhere`). Before the row is written. */
async function claim(parts: Parts, provider: Provider, identity: Identity, personId: Id): Promise<void> {
  const { keys } = parts.services;
  const there = whoThere(provider.settings, identity);
  const set = () => keys.setLookup(KIND, there, personId, { beside: true });
  if ((await set()) === 'set') return;
  const owner = keys.lookup(KIND, there);
  if (owner !== null && (await ownerOf(parts, provider, identity)) === null) {
    await keys.removeLookup(KIND, owner, there);
  }
  if ((await set()) !== 'set') throw new SignInRefused('connected_elsewhere');
}

/** Writes the connection, in the caller's transaction. Throws `SignInRefused`: `connected_elsewhere`, `already_connected`. */
export async function connect(
  parts: Parts,
  tx: Tx,
  { provider, identity, person }: { provider: Provider; identity: Identity; person: Id },
): Promise<void> {
  const { vault } = parts.services;
  const there = whoThere(provider.settings, identity);
  const [earlier] = await tx.select().from(signInMethod).where(rowOf(person, provider.settings.id));
  if (earlier !== undefined && readValue(vault, signInMethod, earlier, 'subject') !== there) {
    throw new SignInRefused('already_connected');
  }
  await claim(parts, provider, identity, person);
  const at = new Date(parts.now());
  if (earlier !== undefined) {
    const subject = sealValue(vault, entryOf(signInMethod), earlier, 'subject', there);
    await tx.update(signInMethod).set({ subject, updatedAt: at }).where(eq(signInMethod.id, earlier.id));
    return;
  }
  const made = { id: newId(), person, provider: provider.settings.id, password: null, subject: there };
  await tx
    .insert(signInMethod)
    .values(sealRow(vault, signInMethod, { ...made, createdAt: at, updatedAt: at }));
}

/** They came in by it. */
export async function used({ services, now }: Parts, personId: Id, { settings }: Provider): Promise<void> {
  const lastUsedOn = new Date(now()).toISOString().slice(0, 10);
  await services.db.update(signInMethod).set({ lastUsedOn }).where(rowOf(personId, settings.id));
}

export interface ListedProvider {
  readonly id: string;
  /** Where it is configured no more: its id. */
  readonly name: string;
  readonly connected: { readonly since: string; readonly last_used_on: string | null } | null;
}

/** Those that are configured, and those that the person is connected with besides. */
export async function listProviders(parts: SignInParts, caller: Caller): Promise<ListedProvider[]> {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP });
  const theirs = and(eq(signInMethod.person, who.person), ne(signInMethod.provider, PASSWORD));
  const rows = await parts.services.db.select().from(signInMethod).where(theirs);
  const names = new Map([
    ...rows.map(({ provider }) => [provider, provider] as const),
    ...parts.settings.providers.map(({ id, name }) => [id, name] as const),
  ]);
  return [...names].map(([id, name]) => ({ id, name, connected: shown(rows, id) }));
}

function shown(rows: readonly Row[], id: string): ListedProvider['connected'] {
  const row = rows.find(({ provider }) => provider === id);
  return row === undefined
    ? null
    : { since: row.createdAt.toISOString().slice(0, 10), last_used_on: row.lastUsedOn };
}

/**
 * Ends a connection; never the last way in. A staff role that follows from the provider's groups ends with it. Wants a
 * fresh sign-in.
 */
export async function disconnect(parts: SignInParts, caller: Caller, id: string): Promise<void> {
  const { who } = await demandSignedIn(parts, caller, { besides: ANY_STEP, fresh: true });
  const { services, notices, settings } = parts;
  const provider = parts.providers.get(id);
  const there = await services.db.transaction(async (tx) => {
    // All of them, so that two at once do not each leave the other's.
    const rows = await tx
      .select()
      .from(signInMethod)
      .where(eq(signInMethod.person, who.person))
      .for('update');
    const row = rows.find((each) => each.provider === id && id !== PASSWORD);
    if (row === undefined) throw new SignInRefused('not_connected_with');
    const ways = await waysOf(parts, who.person, tx);
    if (ways.providers.includes(id) && countWays(ways) === 1) throw new SignInRefused('last_way_in');
    await tx.delete(signInMethod).where(eq(signInMethod.id, row.id));
    const values = { provider: provider?.settings.name ?? id, url: `${settings.siteUrl}/console/security` };
    await notices.send(tx, { template: 'provider_disconnected', person: who.person, values });
    return readValue(services.vault, signInMethod, row, 'subject');
  });
  if (there !== null) await services.keys.removeLookup(KIND, who.person, there);
  if (provider !== undefined && provider.settings.groups !== null) {
    await giveByGroups(parts, provider, who.person, null);
  }
  notices.wake();
}
