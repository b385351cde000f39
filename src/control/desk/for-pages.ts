/** The desk as the site's pages call it: each asks first who it is and whether their role is enough. */
import { z } from 'zod';
import type { LocalRecordKeeper } from '../../store/ledger/record-keeper.ts';
import { findAccount } from '../accounts/index.ts';
import { addCredit, creditInput } from '../billing/index.ts';
import { checkInput } from '../input.ts';
import { sampleMail, sampleMails } from '../notices/index.ts';
import { inward } from '../outward.ts';
import {
  forgiveInvoices,
  makeRefund,
  openInvoices,
  type PaymentParts,
  planRefund,
  refundables,
} from '../payments/index.ts';
import { Problem } from '../problem.ts';
import { type Erasing, showInput, showPerson } from '../rights/index.ts';
import type { Caller, SignInParts } from '../sign-in/index.ts';
import { deskAccount } from './find-account.ts';
import { allowedTo, demandStaff } from './staff.ts';
import {
  groundsUnder,
  resumeAccount,
  resumeInput,
  suspendAccount,
  suspendInputUnder,
} from './suspend-account.ts';

const findInput = z.strictObject({
  account: z.string().trim().min(1, 'must be an address or an id').max(320),
});
const lookInput = z.strictObject({ reason: showInput.shape.reason.max(500) });
/** Rows of each table that a look shows. */
const LOOK_ROWS = 20;

type Form = Readonly<Record<string, string>>;

export type DeskPages = ReturnType<typeof forDesk>;

export interface DeskParts {
  readonly erasing: Erasing;
  readonly signIn: SignInParts;
  /** Null: nobody pays by Stripe here. */
  readonly payments: () => PaymentParts | null;
  /** What strangers can read of it. */
  readonly record: Pick<LocalRecordKeeper, 'log' | 'verifierKey' | 'readServed'>;
}

export function forDesk({ erasing, signIn, record, payments }: DeskParts) {
  const { services } = erasing;
  const demandPayments = (): PaymentParts => {
    const open = payments();
    if (open === null) throw new Problem(404, 'no_payments', 'Nobody pays by Stripe here.');
    return open;
  };
  return {
    /** What a member of staff may do here, for what a page offers. */
    staff: async (caller: Caller) => {
      const { who, actor } = await demandStaff(signIn, caller, 'see');
      const may = allowedTo(actor.role);
      const credit = may.credit && services.billing === 'prepaid';
      const grounds = groundsUnder(services.billing);
      return {
        role: actor.role,
        until: who.staffUntil,
        may: { ...may, credit, refund: credit && payments() !== null },
        grounds,
      };
    },
    /** `form.account`: an exact e-mail address or an id. */
    find: async (caller: Caller, form: unknown) => {
      const { actor } = await demandStaff(signIn, caller, 'see');
      const { account } = checkInput(form, findInput);
      if (inward('acct', account) === null) await demandStaff(signIn, caller, 'find');
      const found = await deskAccount(services, account, { words: allowedTo(actor.role).suspend });
      const id = (await findAccount(services, account)).id;
      return { ...found, unpaid: await openInvoices(services, id) };
    },
    /** Every mail that people can get, with made-up values. */
    mails: async (caller: Caller) => {
      await demandStaff(signIn, caller, 'see_mails');
      return sampleMails(signIn.notices.letters, services.billing);
    },
    /** One of them, as it would be sent. Throws `Problem` 404. */
    mail: async (caller: Caller, name: string) => {
      await demandStaff(signIn, caller, 'see_mails');
      const { notices, settings } = signIn;
      return sampleMail(name, { letters: notices.letters, siteUrl: settings.siteUrl }, services.billing);
    },
    /** What auditors begin with: how far the record is published, and what it is checked with. */
    record: async (caller: Caller) => {
      await demandStaff(signIn, caller, 'see_record');
      const checkpoint = await record.readServed('checkpoint');
      return {
        size: record.log.publishedSize,
        verifierKey: record.verifierKey,
        /** A signed note; null before the first. */
        checkpoint: checkpoint && Buffer.from(checkpoint).toString(),
      };
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
      const why = checkInput(form, suspendInputUnder(services.billing));
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
    /** Ends what follows from unpaid invoices, in one click. Throws `Problem` 404, 409. */
    forgive: async (caller: Caller, account: string) => {
      const { actor } = await demandStaff(signIn, caller, 'credit', { fresh: true });
      const { id } = await findAccount(services, account);
      await forgiveInvoices({ services, now: signIn.now }, id, actor);
    },
    /** Of what was paid by Stripe. Each throws `Problem` 404 where nothing is. */
    refunds: {
      list: async (caller: Caller, account: string) => {
        await demandStaff(signIn, caller, 'credit');
        return refundables(demandPayments(), (await findAccount(services, account)).id);
      },
      /** What would go back. */
      plan: async (caller: Caller, account: string, form: Form) => {
        await demandStaff(signIn, caller, 'credit');
        return planRefund(demandPayments(), (await findAccount(services, account)).id, form);
      },
      make: async (caller: Caller, account: string, form: Form) => {
        const { actor } = await demandStaff(signIn, caller, 'credit', { fresh: true });
        return makeRefund(demandPayments(), (await findAccount(services, account)).id, form, actor);
      },
    },
  };
}
