/** Credit of an account: what was used, how it is bought, and what goes on by itself. */
import { may } from '../accounts/index.ts';
import {
  addWarning,
  levelText,
  listWarnings,
  readLedger,
  removeWarning,
  WARNINGS_MAX,
} from '../billing/index.ts';
import { listKeys } from '../keys/index.ts';
import {
  beginPayment,
  chooseRecharge,
  customerAtStripe,
  dropRecharge,
  endPlan,
  findPayment,
  listPayments,
  OFFERED_USD,
  openPortal,
  type PaymentParts,
  receiptUrl,
  shownPlan,
  shownRecharge,
  showPayment,
  subscribe,
} from '../payments/index.ts';
import { Problem } from '../problem.ts';
import { standingOf } from '../standing.ts';
import { requestsPage, usageReport } from '../usage/index.ts';
import { acting, type ConsoleParts, type Form, type Gate } from './gate.ts';

export function moneyPages(parts: ConsoleParts, { reading, changing }: Gate) {
  const { services, signIn } = parts;
  const demandPayments = (): PaymentParts => {
    const payments = parts.payments();
    if (payments === null)
      throw new Problem(404, 'no_payments', 'Credit cannot be bought here: the operator adds it.');
    return payments;
  };
  const demandCredit = (): void => {
    if (services.billing !== 'prepaid') throw new Problem(404, 'not_found', 'Nobody has credit here.');
  };
  return {
    usage: {
      /** Sums by day, model and key, with the names of keys. */
      report: reading('see_usage', async ({ account }, mine, asked: Parameters<typeof usageReport>[2]) => {
        const report = await usageReport(mine, account, asked, Date.now());
        const keys = await listKeys(mine, account);
        return { ...report, keyNames: Object.fromEntries(keys.map(({ id, name }) => [id, name ?? id])) };
      }),
      /** One page of the log of requests. */
      requests: reading('see_usage', ({ account }, mine, after: string | null) =>
        requestsPage(mine, account, after),
      ),
    },
    /**
     * How it stands, and at most `limit` entries of the ledger before the one with the number `before`. Throws `Problem`
     * 404 where use has no price.
     */
    credit: reading('see_money', async ({ account, role }, mine, before: number | null, limit: number) => {
      const standing = await standingOf(mine, account);
      if (standing.is === 'tokens') throw new Problem(404, 'not_found', 'There is no ledger here.');
      return {
        standing,
        entries: await readLedger(mine, account, before, limit),
        payments: await listPayments(mine, account),
        mayBuy: parts.payments() !== null && may(role, 'manage_money'),
        recharge: await shownRecharge(mine, account, signIn.now()),
        plan: await shownPlan(mine, account),
        /** Whether Stripe knows the account, and shows what it knows. */
        isAtStripe: parts.payments() !== null && (await customerAtStripe(mine, account)) !== null,
        mayWarn: services.billing === 'prepaid' && may(role, 'manage_money'),
      };
    }),
    payments: {
      /** In US dollars. */
      offered: OFFERED_USD,
      /** Whether credit can be bought here at all. */
      get available() {
        return parts.payments() !== null;
      },
      /** Answers Stripe's page. */
      begin: changing('manage_money', ({ account }, form: Form) =>
        beginPayment(demandPayments(), account, form),
      ),
      show: reading('see_money', ({ account }, mine, id: string) => showPayment(mine, account, id)),
      /** Answers Stripe's pages of the account. */
      portal: changing('manage_money', ({ account }) => openPortal(demandPayments(), account), {
        fresh: true,
      }),
      /** Answers Stripe's page. */
      receipt: reading('see_money', async ({ account }, mine, id: string) =>
        receiptUrl(demandPayments(), await findPayment(mine, account, id)),
      ),
    },
    plans: {
      /** What can be subscribed to, and what is. Throws `Problem` 404 where there is neither. */
      read: reading('manage_money', async ({ account }, mine) => {
        const { plans } = demandPayments().settings;
        const current = await shownPlan(mine, account);
        if (plans.length === 0 && current === null) throw new Problem(404, 'no_plans', 'There are no plans.');
        return { plans, current };
      }),
      /** Whether any is offered here. */
      get offered() {
        return (parts.payments()?.settings.plans.length ?? 0) > 0;
      },
      /** Answers Stripe's page. */
      begin: changing('manage_money', ({ account }, form: Form) =>
        subscribe(demandPayments(), account, form),
      ),
      end: changing('manage_money', ({ account }) => endPlan(demandPayments(), account, true)),
      keep: changing('manage_money', ({ account }) => endPlan(demandPayments(), account, false)),
    },
    /** Mails before credit is used up; throws `Problem` 404 where nobody has any. */
    warnings: {
      list: reading('manage_money', async ({ account }, mine) => {
        demandCredit();
        const levels = await listWarnings(mine, account);
        return {
          most: WARNINGS_MAX,
          levels: levels.map((microUsd) => ({ microUsd, text: levelText(microUsd) })),
        };
      }),
      add: changing('manage_money', ({ account }, form: Form) => {
        demandCredit();
        return addWarning(services, account, form);
      }),
      remove: changing('manage_money', ({ account }, form: Form) => removeWarning(services, account, form)),
    },
    recharge: {
      /** Null: it is off. Throws `Problem` 404 where nothing can be bought. */
      read: reading('manage_money', async ({ account }, mine) => {
        demandPayments();
        return shownRecharge(mine, account, signIn.now());
      }),
      choose: changing(
        'manage_money',
        (whose, form: Form) => chooseRecharge(demandPayments(), acting(whose), form),
        { fresh: true },
      ),
      drop: changing('manage_money', (whose) => dropRecharge(demandPayments(), acting(whose))),
    },
  };
}
