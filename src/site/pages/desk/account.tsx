/** An account as the desk sees it: numbers, and what staff may do with it. */
import type { ShownUnpaid } from '../../../control/payments/index.ts';
import { Field, Problem } from '../../parts/form.tsx';
import { count, dayOf, dollars } from '../../parts/format.ts';
import { useIsPriced } from '../../parts/priced.ts';
import { GROUNDS } from '../../parts/suspension.tsx';
import { answered, carryOut, goOn } from '../../session.ts';
import type { Route } from './+types/account.ts';

const MICRO = 1_000_000;

export const loader = ({ context, params }: Route.LoaderArgs) =>
  answered(context, async ({ parts, caller }) => {
    const { createdAt, suspension, ...account } = await parts.desk.find(caller, { account: params.account });
    const { may, grounds } = await parts.desk.staff(caller);
    return {
      ...account,
      may,
      grounds,
      since: createdAt.toISOString().slice(0, 10),
      suspension: suspension && { ...suspension, since: suspension.since.toISOString().slice(0, 10) },
    };
  });

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['ground', 'reason', 'amount', 'credit_reason'], async (form, site) => {
    const { account } = args.params;
    const { desk } = site.parts;
    const { ground, reason, amount, credit_reason } = form;
    if (form.do === 'suspend') await desk.suspend(site.caller, account, { ground, reason });
    else if (form.do === 'forgive') await desk.forgive(site.caller, account);
    else if (form.do === 'resume') await desk.resume(site.caller, account, { reason });
    else await desk.credit(site.caller, account, { amount, reason: credit_reason });
    return goOn(site, `/desk/${account}`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Account – Desk – Kept' }];

export default function Account({ loaderData: account, actionData }: Route.ComponentProps) {
  const { may, grounds, standing, suspension, usage } = account;
  const isPriced = useIsPriced();
  const entered = actionData?.entered ?? {};
  return (
    <div className="stack">
      <h1>Account</h1>
      <p className="quiet">
        <code className="breaks">{account.id}</code>
      </p>
      <Problem refused={actionData} />
      <dl className="facts">
        <dt>State</dt>
        <dd>{stateOf(account)}</dd>
        <dt>Made</dt>
        <dd>
          {dayOf(account.since)}, by {account.way.replace('_', ' ')}
        </dd>
        <dt>Members</dt>
        <dd>{count(account.members)}</dd>
        <dt>Keys that work</dt>
        <dd>{count(account.keysActive)}</dd>
        <dt>{standing.is === 'left' ? 'Balance' : 'Used this month'}</dt>
        <dd>
          {standing.is === 'tokens' ? `${count(standing.tokens)} tokens` : dollars(standing.microUsd / MICRO)}
        </dd>
        <dt>Requests so far</dt>
        <dd>
          {count(usage.requests)}, {count(usage.prompt_tokens + usage.completion_tokens)} tokens
          {isPriced && `, ${dollars(usage.price_microusd / MICRO)}`}
        </dd>
      </dl>
      {may.look && (
        <p>
          <a className="button second" href={`/desk/${account.id}/person`}>
            Look at the person’s data
          </a>
        </p>
      )}
      {may.suspend &&
        (suspension === null ? <Suspend entered={entered} grounds={grounds} /> : <Resume {...suspension} />)}
      {account.unpaid.length > 0 && <Unpaid invoices={account.unpaid} mayEnd={may.credit} />}
      {may.credit && (
        <section className="form-page stack">
          <h2>Credit</h2>
          <form method="post">
            <Field
              name="amount"
              label="Amount in US dollars"
              defaultValue={entered.amount}
              inputMode="decimal"
              help="Like 25.00; with a minus it is taken back."
              required
            />
            <Field name="credit_reason" label="Reason" defaultValue={entered.credit_reason} required />
            <button className="button" type="submit" name="do" value="credit">
              Book it
            </button>
          </form>
          {may.refund && (
            <p>
              <a href={`/desk/${account.id}/refund`}>Refund what was paid by Stripe</a>
            </p>
          )}
        </section>
      )}
    </div>
  );
}

function stateOf(account: {
  readonly active: boolean;
  readonly awaitsAddress: boolean;
  readonly leaving: boolean;
  readonly unpaidRpm: number | null;
  readonly suspension: { readonly ground: keyof typeof GROUNDS } | null;
}): string {
  const { suspension, unpaidRpm } = account;
  if (account.leaving) return 'going to be deleted';
  if (suspension !== null) return `suspended: ${GROUNDS[suspension.ground].toLowerCase()}`;
  if (unpaidRpm === 0) return 'the keys do not work: an invoice is not paid';
  if (unpaidRpm !== null) return `at most ${unpaidRpm} requests a minute: an invoice is not paid`;
  if (!account.active) return 'not active';
  return account.awaitsAddress ? 'waits for its owner’s address' : 'active';
}

const STEPS: Readonly<Record<ShownUnpaid['step'], string>> = {
  new: 'nobody was told yet',
  reminded: 'they were reminded',
  reminded_again: 'they were reminded twice',
  limited: 'few requests are answered',
  suspended: 'the keys do not work',
};

interface UnpaidProps {
  readonly invoices: readonly ShownUnpaid[];
  readonly mayEnd: boolean;
}

/** Steps of a rule that is the same for everybody; a person ends them in one click (AUTO-2). */
const Unpaid = ({ invoices, mayEnd }: UnpaidProps) => (
  <section className="form-page stack">
    <h2>Unpaid invoices</h2>
    <ul>
      {invoices.map(({ since, gross, step, nextAt }) => (
        <li key={since}>
          {dollars(gross / MICRO)} since {dayOf(since.slice(0, 10))}: {STEPS[step]}
          {nextAt !== null && `; the next step comes on ${dayOf(nextAt.slice(0, 10))}`}
        </li>
      ))}
    </ul>
    {mayEnd && (
      <form method="post">
        <button className="button" type="submit" name="do" value="forgive">
          End these steps
        </button>
        <p className="help">
          Limits and suspension for them end at once. Stripe’s invoice stays as it is: void it there.
        </p>
      </form>
    )}
  </section>
);

interface SuspendProps {
  readonly entered: Readonly<Record<string, string>>;
  readonly grounds: readonly (keyof typeof GROUNDS)[];
}

function Suspend({ entered, grounds }: SuspendProps) {
  return (
    <section className="form-page stack">
      <h2>Suspend it</h2>
      <form method="post">
        <div className="field">
          <label htmlFor="ground">Ground</label>
          <select id="ground" name="ground" defaultValue={entered.ground} required>
            {grounds.map((ground) => (
              <option key={ground} value={ground}>
                {GROUNDS[ground]}
              </option>
            ))}
          </select>
        </div>
        <Field
          name="reason"
          label="Reason"
          defaultValue={entered.reason}
          maxLength={500}
          help="The account’s people read these words. All keys stop at once."
          required
        />
        <button className="button" type="submit" name="do" value="suspend">
          Suspend the account
        </button>
      </form>
    </section>
  );
}

interface StandingProps {
  readonly ground: keyof typeof GROUNDS;
  readonly reason?: string | null | undefined;
  readonly since: string;
}

function Resume({ ground, reason, since }: StandingProps) {
  return (
    <section className="form-page stack">
      <h2>Suspended since {dayOf(since)}</h2>
      <p>
        {GROUNDS[ground]}: {reason ?? 'the reason can no longer be read'}
      </p>
      <form method="post">
        <Field name="reason" label="Why it ends" maxLength={500} required />
        <button className="button" type="submit" name="do" value="resume">
          Let its keys work again
        </button>
      </form>
    </section>
  );
}
