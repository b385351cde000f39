/** The ways in which somebody who was deleted could be there again, each tried on a house. */
import { sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { usableKey } from '../../control/keys/index.ts';
import { quoted, sqlName } from '../../store/map/rows.ts';
import { retained } from '../../store/retention/schema.ts';
import type { House } from './house.ts';
import { keyNames, opened, type SealedValue, sealedValues } from './sealed-values.ts';
import { caller, type Somebody, saidBy } from './somebody.ts';

/** What was theirs when they were there: as a thief has it, who copied the tables then. */
export type Copied = readonly SealedValue[];

/** Values about them that open now. */
export async function copyOf(house: House, who: Somebody): Promise<Copied> {
  const theirs = (await sealedValues(house.store)).filter(
    ({ about }) => about !== null && [who.person, who.account].includes(about.id),
  );
  const names = keyNames([who.person, who.account]);
  return theirs.filter((value) => opened(house.services.keys, names, [value]).length > 0);
}

/** In words, what brought them back; empty: nothing. `but`: tables that may still name them, not more. */
export async function waysBack(
  house: House,
  who: Somebody,
  copied: Copied,
  but: readonly PgTable[] = [],
): Promise<string[]> {
  const { keys } = house.services;
  const isThere = (['person', 'account'] as const).filter((kind) => keys.has(kind, who[kind]));
  const [values, names] = [await sealedValues(house.store), await keysLeft(house, who)];
  const said = saidBy(who);
  const legible = opened(keys, names, values).filter((text) => said.some((word) => text.includes(word)));
  return [
    ...isThere.map((kind) => `the key of the ${kind} is there`),
    ...(keys.lookup('email', who.email) === null ? [] : ['they are found by their address']),
    ...((await signsIn(house, who)) ? ['they sign in with their password'] : []),
    ...((await isSignedIn(house, who)) ? ['they are signed in'] : []),
    ...((await takesKey(house, who)) ? ['their API key is taken'] : []),
    ...(await rowsNaming(house, who, but)).map((table) => `${table} has rows of them`),
    ...(await rowsHolding(house, said)).map(
      (table) => `${table} holds their name, address or words as they are`,
    ),
    ...(legible.length > 0 ? [`${legible.length} sealed values say their name, address or words`] : []),
    ...(opened(keys, names, copied).length > 0 ? ['what was theirs opens with a key that is left'] : []),
  ];
}

/** Who stays has to be there: a house of nobody shows nothing. */
export const isAtHome = async (house: House, who: Somebody): Promise<boolean> =>
  (await signsIn(house, who)) && (await rowsNaming(house, who)).length > 0;

/** Whatever the store still has keys of. */
async function keysLeft({ store, services: { keys } }: House, who: Somebody) {
  const ids = [who.person, who.account];
  for (const table of ['person', 'account'] as const) {
    const { rows } = await store.db.execute<{ id: string }>(
      sql`select replace(id::text, '-', '') as id from ${sql.identifier(table)}`,
    );
    ids.push(...rows.map(({ id }) => id));
  }
  const apart = await store.db.select({ id: retained.id }).from(retained);
  return keyNames([...ids, ...apart.map(({ id }) => id)]).filter(({ kind, id }) => keys.has(kind, id));
}

const signsIn = (house: House, { email, password }: Somebody): Promise<boolean> =>
  house.signIn.signIn(caller(house), { email, password }).then(
    () => true,
    () => false,
  );

const isSignedIn = async (house: House, { cookies }: Somebody): Promise<boolean> =>
  (await house.signIn.whoIs(caller(house, cookies))).who !== null;

const takesKey = (house: House, { key }: Somebody): Promise<boolean> =>
  house.store.db.transaction(async (tx) => (await usableKey(house.services, tx, key)) !== null);

async function rowsNaming({ store }: House, who: Somebody, but: readonly PgTable[] = []): Promise<string[]> {
  const found: string[] = [];
  for (const entry of store.map) {
    const { subject, name, table } = entry;
    if (but.includes(table)) continue;
    if (subject.kind !== 'self' && subject.kind !== 'direct') continue;
    const column = sql.identifier(sqlName(entry, subject.column));
    const { rows } = await store.db.execute(
      sql`select 1 from ${sql.identifier(name)} where ${column} = ${who[subject.of]} limit 1`,
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

/** As text, or as bytes that are not sealed. */
async function rowsHolding({ store }: House, said: readonly string[]): Promise<string[]> {
  const like = said.flatMap((word) => [`%${word}%`, `%${Buffer.from(word).toString('hex')}%`]);
  const found: string[] = [];
  for (const { name } of store.map) {
    const { rows } = await store.db.execute(
      sql.raw(
        `select 1 from ${quoted(name)} t where t::text ilike any(array[${like.map((each) => `'${each}'`).join(', ')}]) limit 1`,
      ),
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}
