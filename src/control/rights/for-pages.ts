/**
 * Rights as the site's pages call them: the signed-in person sees, corrects, restricts, and gets receipts of what is
 * theirs. Every act begins with who asks; what is refused is a `Problem`.
 */
import { z } from 'zod';
import { isId } from '../../link/ids.ts';
import { entryOf } from '../../store/map/table.ts';
import { actsAbout, isShownAct } from '../../store/rights/acts.ts';
import { itemName } from '../../store/rights/item-name.ts';
import { accountsEndingWith, accountsOwnedBy } from '../accounts/index.ts';
import { account as accountTable } from '../accounts/schema.ts';
import { checkInput } from '../input.ts';
import { inward } from '../outward.ts';
import { leftOver, type PaymentParts, refundLeft } from '../payments/index.ts';
import { Problem } from '../problem.ts';
import { type Caller, demandSignedIn, type SignInParts } from '../sign-in/index.ts';
import { correctInput, correctOwn } from './correct-person.ts';
import type { Erasing } from './erase-account.ts';
import { leave, leavingPlan, leavingReceipt, stay } from './leave.ts';
import { profileOf, profileTable } from './profile.ts';
import { refusals } from './refusals.ts';
import { setRestriction } from './restrict-person.ts';

export interface RightsParts {
  readonly erasing: Erasing;
  readonly signIn: SignInParts;
  /** Null: nobody pays by Stripe here. */
  readonly payments: () => PaymentParts | null;
}

const restrictInput = z.strictObject({ restricted: z.enum(['yes', 'no']) });

/** Who does not agree to a new version leaves. */
const NOT_AGREED = { besides: ['agreement'] } as const;

export type RightsPages = ReturnType<typeof forRightsPages>;

export function forRightsPages({ erasing, signIn, payments }: RightsParts) {
  const { services, store } = erasing;
  const { billing } = services;
  const viewerOf = async (caller: Caller, whileDeleted = false) => {
    const { who } = await demandSignedIn(signIn, caller, { whileDeleted });
    return { person: who.person, accounts: await accountsOwnedBy(services.db, who.person) };
  };
  return {
    /** Everything at a glance. */
    profile: async (caller: Caller) => {
      const viewer = await viewerOf(caller);
      return refusals(() => profileOf(store, viewer, billing));
    },
    /** One table of it, page by page; null where there is none. */
    profileTable: async (caller: Caller, table: string, after: string | null) => {
      const viewer = await viewerOf(caller);
      return refusals(() => profileTable(store, viewer, { table, after, billing }));
    },
    /** What stands in the record about them, looks by staff among it. */
    acts: async (caller: Caller) => actsAbout(store, await viewerOf(caller)),
    /** The receipt (C2SP tlog-proof) of one of these acts. Throws `Problem` 404. */
    receipt: async (caller: Caller, id: string): Promise<string> => {
      const viewer = await viewerOf(caller, true);
      if (!isId(id) || !(await isShownAct(store, viewer, id)))
        throw new Problem(404, 'no_such_act', 'There is no such act of yours in the record.');
      return store.record.receipt(id);
    },
    correct: async (caller: Caller, form: unknown) => {
      const wish = checkInput(form, correctInput);
      return correctOwn(erasing, await viewerOf(caller), wish);
    },
    /** An account of theirs is called otherwise from now on. Throws `Problem` 400 or 404. */
    renameAccount: async (caller: Caller, account: string, name: string) => {
      const item = itemName(entryOf(accountTable), [inward('acct', account) ?? ''], 'name');
      return correctOwn(erasing, await viewerOf(caller), { item, value: name });
    },
    /** What happens when they delete their account, told before. */
    leavingPlan: async (caller: Caller) =>
      leavingPlan(erasing, (await demandSignedIn(signIn, caller, NOT_AGREED)).who.person),
    /** `form`: what is decided for each account, and `forget`. Wants a fresh sign-in. */
    leave: async (caller: Caller, form: Readonly<Record<string, string>>) => {
      const { who } = await demandSignedIn(signIn, caller, { ...NOT_AGREED, fresh: true });
      const { forget, ...decisions } = form;
      await leave(erasing, who.person, decisions, forget === 'yes');
      signIn.notices.wake();
    },
    stay: async (caller: Caller) => {
      await stay(erasing, (await viewerOf(caller, true)).person);
      signIn.notices.wake();
    },
    /** Of the credit of accounts that end with them; null where nobody needs credit. */
    leftCredit: async (caller: Caller) => {
      if (billing !== 'prepaid') return null;
      const { person } = await viewerOf(caller, true);
      return leftOver(services, payments(), await accountsEndingWith(services.db, person));
    },
    /** It goes back to the cards that paid, as far as they did. Throws `Problem` 404, 409 and 503. */
    refundLeft: async (caller: Caller) => {
      const { who } = await demandSignedIn(signIn, caller, { whileDeleted: true });
      if (who.deletion === null)
        throw new Problem(409, 'no_erasure_scheduled', 'This is for whoever deletes their account.');
      const open = payments();
      if (open === null) throw new Problem(404, 'no_payments', 'Nobody pays by Stripe here.');
      const { person } = who;
      const ending = await accountsEndingWith(services.db, person);
      await refundLeft(open, ending, { role: 'owner', person });
    },
    leavingReceipt: async (caller: Caller) => leavingReceipt(erasing, (await viewerOf(caller, true)).person),
    restrict: async (caller: Caller, form: unknown) => {
      const { restricted } = checkInput(form, restrictInput);
      const { person } = await viewerOf(caller);
      return setRestriction(erasing, person, restricted === 'yes', 'person');
    },
  };
}
