/** Admin API of accounts. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { Id } from '../../link/ids.ts';
import { OBJECTIONS_MAX } from '../../link/words.ts';
import { readValue } from '../../store/sealed-rows.ts';
import type { Store } from '../../store/store.ts';
import { OPERATOR } from '../actor.ts';
import { formatAmount } from '../amount.ts';
import { futureMoment, readInput } from '../input.ts';
import { limitColumns, limitInput, shownLimits } from '../limits/index.ts';
import { outward } from '../outward.ts';
import type { Services } from '../services.ts';
import { standingOf } from '../standing.ts';
import { consentsOf } from './account-state.ts';
import { admitAddress } from './admit-address.ts';
import { changeAccount } from './change-account.ts';
import { createAccount, type NewAccount } from './create-account.ts';
import { emailInput } from './email.ts';
import { type Account, findAccount } from './find-account.ts';
import { nameInput } from './name.ts';
import { addFirstAccount, isReader } from './readers.ts';
import { account as accountTable, STAFF_ROLES } from './schema.ts';
import { demandEnd } from './staff-role.ts';

/** As the link's `name`: what engines' regions are called in the configuration. */
const REGION = /^[\w.:/@+-]{1,128}$/;

const OBJECTION = /^(engine|region) [\w.:/@+-]{1,128}$/;

const newAccount = z.strictObject({
  email: emailInput,
  name: nameInput,
  asked_by_person: z.boolean().default(false),
  staff: z
    .enum(STAFF_ROLES, `must be one of ${STAFF_ROLES.join(', ')}`)
    .nullable()
    .default(null),
  until: futureMoment.nullable().default(null),
});

const termsInput = z.strictObject({
  zero_retention: z.boolean().optional(),
  region: z.string().regex(REGION, 'must be the name of a region').nullable().optional(),
  allow_shared_cache: z.boolean().optional(),
  objections: z
    .array(z.string().regex(OBJECTION, 'must be like “engine NAME” or “region NAME”'))
    .max(OBJECTIONS_MAX)
    .optional(),
});

const changes = z.strictObject({
  limits: limitInput.optional(),
  terms: termsInput.optional(),
});

export function accountRoutes(services: Services, store: Store): Hono {
  return new Hono()
    .post('/accounts', async (c) => {
      const { email, name, staff, until, asked_by_person } = await readInput(c, newAccount);
      demandEnd(staff, until, store.now());
      await admitAddress(store, email, asked_by_person);
      const account = await makeOrAdd(services, { email, name, staffRole: staff, staffUntil: until });
      return c.json({ id: outward('acct', account), email }, 201);
    })
    .get('/accounts/:account', async (c) =>
      c.json(await shown(services, await findAccount(services, c.req.param('account')))),
    )
    .patch('/accounts/:account', async (c) => {
      const { limits, terms } = await readInput(c, changes);
      const before = await findAccount(services, c.req.param('account'));
      const changed = {
        ...limitColumns(limits ?? {}, services.billing),
        ...(terms?.zero_retention !== undefined && { zeroRetention: terms.zero_retention }),
        ...(terms?.region !== undefined && { region: terms.region }),
        ...(terms?.objections !== undefined && { objections: terms.objections }),
        ...(terms?.allow_shared_cache !== undefined && { allowSharedCache: terms.allow_shared_cache }),
      };
      const after = await changeAccount(services, before, changed, OPERATOR);
      return c.json(await shown(services, after));
    });
}

/** Whoever gets the newsletter and has no account yet is a person already. Throws `Problem` 409 (`account_exists`). */
async function makeOrAdd(services: Services, made: Omit<NewAccount, 'way'>): Promise<Id> {
  const { email, name, staffRole } = made;
  const owner = services.keys.lookup('email', email);
  const isKnown = owner !== null && staffRole === null && (await isReader(services.db, owner));
  const added = isKnown ? await addFirstAccount(services, owner, { name, way: 'operator' }) : null;
  return added ?? (await createAccount(services, { ...made, way: 'operator' })).account;
}

/**
 * An account as the admin API shows it; money in micro-dollars, and the balance also in dollars. Where use has no price
 * there is none of either.
 */
async function shown(services: Services, account: Account) {
  const standing = await standingOf(services, account.id);
  const { billing } = services;
  return {
    id: outward('acct', account.id),
    name: readValue(services.vault, accountTable, account, 'name'),
    way: account.way,
    active: account.active,
    ...(billing !== 'off' && {
      balance: formatAmount(account.balance),
      balance_microusd: account.balance,
    }),
    ...(standing.is === 'used' && { used_this_month_microusd: standing.microUsd }),
    ...(standing.is === 'tokens' && { used_this_month_tokens: standing.tokens }),
    limits: shownLimits(account, billing),
    terms: {
      zero_retention: account.zeroRetention,
      allow_training: (await consentsOf(services, account.id)).training,
      region: account.region,
      allow_shared_cache: account.allowSharedCache,
      objections: account.objections,
    },
  };
}
