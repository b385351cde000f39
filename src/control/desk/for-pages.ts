/** The desk as the site's pages call it: each asks first who it is and whether their role is enough. */
import { z } from 'zod';
import { findAccount } from '../accounts/index.ts';
import { addCredit, creditInput } from '../billing/index.ts';
import { checkInput } from '../input.ts';
import { type Erasing, showInput, showPerson } from '../rights/index.ts';
import type { Caller, SignInParts } from '../sign-in/index.ts';
import { deskAccount } from './find-account.ts';
import { demandStaff, mayAtDesk } from './staff.ts';
import { resumeAccount, resumeInput, suspendAccount, suspendInput } from './suspend-account.ts';

const findInput = z.strictObject({
  account: z.string().trim().min(1, 'must be an address or an id').max(320),
});
const lookInput = z.strictObject({ reason: showInput.shape.reason.max(500) });
/** Rows of each table that a look shows. */
const LOOK_ROWS = 20;

export type DeskPages = ReturnType<typeof forDesk>;

export function forDesk(erasing: Erasing, signIn: SignInParts) {
  const { services } = erasing;
  return {
    /** What a member of staff may do here, for what a page offers. */
    staff: async (caller: Caller) => {
      const { actor } = await demandStaff(signIn, caller, 'find');
      const may = (what: Parameters<typeof mayAtDesk>[1]) => mayAtDesk(actor.role, what);
      const credit = services.billing === 'prepaid' && may('credit');
      return { role: actor.role, credit, suspend: may('suspend'), look: may('look') };
    },
    /** `form.account`: an exact e-mail address or an id. */
    find: async (caller: Caller, form: unknown) => {
      await demandStaff(signIn, caller, 'find');
      return deskAccount(services, checkInput(form, findInput).account);
    },
    /** Everything that is held about the person: into the record first, with the reason, which they are shown. */
    look: async (caller: Caller, account: string, form: unknown) => {
      const { actor } = await demandStaff(signIn, caller, 'look', { fresh: true });
      const { reason } = checkInput(form, lookInput);
      const by = { actor: actor.person, role: actor.role };
      return showPerson(erasing, account, { reason, rows: LOOK_ROWS }, by);
    },
    suspend: async (caller: Caller, account: string, form: unknown) => {
      const { actor } = await demandStaff(signIn, caller, 'suspend');
      const why = checkInput(form, suspendInput);
      await suspendAccount(services, (await findAccount(services, account)).id, why, actor);
    },
    resume: async (caller: Caller, account: string, form: unknown) => {
      const { actor } = await demandStaff(signIn, caller, 'suspend');
      const why = checkInput(form, resumeInput);
      await resumeAccount(services, (await findAccount(services, account)).id, why, actor);
    },
    credit: async (caller: Caller, account: string, form: unknown) => {
      const { actor } = await demandStaff(signIn, caller, 'credit', { fresh: true });
      const { amount, reason } = checkInput(form, creditInput);
      await addCredit(services, (await findAccount(services, account)).id, amount, reason, actor);
    },
  };
}
