/** Buying credit. Stripe's page takes the card; this one leads on to it. */

import { data } from 'react-router';
import { siteContext } from '../../context.ts';
import { Field, FormPage, Once, Problem } from '../../parts/form.tsx';
import { OnToStripe } from '../../parts/on-to-stripe.tsx';
import { carryOut, memberOf, type Refused, signedIn } from '../../session.ts';
import type { Route } from './+types/credit-buy.ts';

const OTHER = 'other';
const DEFAULT_USD = '25';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  await memberOf(context, params.account, 'manage_money');
  const { payments } = context.get(siteContext).parts.console;
  if (!payments.available) throw data(null, { status: 404 });
  return {
    once: crypto.randomUUID(),
    offered: payments.offered,
    place: `/console/${params.account}/credit`,
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(
    args,
    ['once', 'amount', 'other', 'keep'],
    ({ once = '', amount = '', other = '', keep }, { parts, caller }) =>
      parts.console.payments.begin(caller, args.params.account, {
        once,
        amount: amount === OTHER ? other : amount,
        ...(keep !== undefined && { keep }),
      }),
  );

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Buy credit – Kept' }];

export default function BuyCredit({ loaderData, actionData }: Route.ComponentProps) {
  if (actionData !== undefined && 'url' in actionData)
    return (
      <OnToStripe
        url={actionData.url}
        lead="You pay there, and come back here. Your card’s number never reaches us."
        label="Go on to pay"
      />
    );
  return <Choice {...loaderData} refused={actionData} />;
}

type Loaded = Route.ComponentProps['loaderData'];

function Choice({ refused, once, offered, place }: Loaded & { refused: Refused | undefined }) {
  const entered = refused?.entered ?? {};
  const chosen = entered.amount || DEFAULT_USD;
  return (
    <FormPage
      title="Buy credit"
      lead="Requests are paid from it as they end. It does not expire, and what is left can be refunded."
    >
      <Problem refused={refused} />
      <form method="post">
        <Once of={entered.once || once} />
        <fieldset>
          <legend>How much, in US dollars</legend>
          {offered.map((usd) => (
            <label key={usd} className="box-line">
              <input type="radio" name="amount" value={usd} defaultChecked={chosen === usd} />
              <span>{usd} USD</span>
            </label>
          ))}
          <label className="box-line">
            <input type="radio" name="amount" value={OTHER} defaultChecked={chosen === OTHER} />
            <span>Another amount:</span>
          </label>
          <Field
            name="other"
            label="Another amount in US dollars"
            inputMode="decimal"
            defaultValue={entered.other}
            help="From 5 to 500, like 42.50."
          />
        </fieldset>
        <label className="box-line">
          <input type="checkbox" name="keep" value="yes" defaultChecked={entered.keep === 'yes'} />
          <span>
            Let Stripe keep the card for <a href={`${place}/recharge`}>automatic recharge</a>, which charges
            it when you are not there. Nothing is charged so unless you switch that on.
          </span>
        </label>
        <p className="note">
          You pay on a page of Stripe, our payment processor: it gets your card, and what it asks you for
          besides. We tell it the amount, a random number and where to lead you back, and learn that it was
          paid. Where tax is due, it comes on top.
        </p>
        <div className="actions">
          <button className="button" type="submit">
            Go on to pay
          </button>
          <a className="button second" href={place}>
            Rather not
          </a>
        </div>
      </form>
    </FormPage>
  );
}
