/** Automatic recharge: within which bounds, whether it goes on, and what to do where it does not. */
import { redirect } from 'react-router';
import type { ShownRecharge } from '../../../control/payments/index.ts';
import { Field, FormPage, Once, Problem } from '../../parts/form.tsx';
import { microDollars } from '../../parts/format.ts';
import { ask, carryOut, demandFresh, goOn, type Refused, signedIn } from '../../session.ts';
import type { Route } from './+types/recharge.ts';

const MICRO = 1_000_000;

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const recharge = await ask(context, (console, caller) => console.recharge.read(caller, params.account));
  const place = `/console/${params.account}/credit`;
  // Switching it off asks for nothing: who wants only that is not led away.
  if (recharge === null) demandFresh(request, context, who);
  return { recharge, place, once: crypto.randomUUID() };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['threshold', 'amount', 'month'], async ({ do: what, ...form }, site) => {
    const { recharge } = site.parts.console;
    const { account } = args.params;
    if (what === 'drop') await recharge.drop(site.caller, account);
    else {
      const { threshold = '', amount = '', month = '', agreed = '' } = form;
      await recharge.choose(site.caller, account, { threshold, amount, month, agreed });
    }
    return what === 'drop'
      ? redirect(`/console/${account}/credit`, 303)
      : goOn(site, `/console/${account}/credit/recharge`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Automatic recharge – Kept' }];

export default function Page({ loaderData, actionData }: Route.ComponentProps) {
  const { recharge, place, once } = loaderData;
  return (
    <FormPage
      title="Automatic recharge"
      lead="Credit is bought by itself when little is left, with the card that Stripe keeps for you. It is off unless you switch it on."
    >
      <Problem refused={actionData} />
      {recharge !== null && <Standing recharge={recharge} place={place} once={once} />}
      <h2>{recharge === null ? 'Switch it on' : 'Change it'}</h2>
      <Bounds recharge={recharge} refused={actionData} place={place} />
    </FormPage>
  );
}

const WHY: Readonly<Record<NonNullable<ShownRecharge['why']>, string>> = {
  refused: 'Your bank refused the card that Stripe keeps. Nothing was charged.',
  confirm: 'Your bank wants you to confirm the payment yourself. Nothing was charged.',
  no_card: 'Stripe keeps no card for you any more. Nothing was charged.',
  not_possible:
    'Stripe could not carry it out. It may lack your address, which it asks for when you pay there. Nothing was charged.',
  disputed: 'A payment of this account was demanded back at the bank.',
};

interface StandingProps {
  readonly recharge: ShownRecharge;
  readonly place: string;
  readonly once: string;
}

function Standing({ recharge, place, once }: StandingProps) {
  const { state, why, threshold, amount, monthMax, bought } = recharge;
  const isFull = state === 'on' && bought + amount > monthMax;
  return (
    <section className="stack">
      <h2>{state === 'on' ? 'It is on' : state === 'waiting' ? 'It waits for a card' : 'It has stopped'}</h2>
      <p>
        Below {microDollars(threshold)}, {microDollars(amount)} of credit are bought, and at most{' '}
        {microDollars(monthMax)} in a month (UTC). This month: {microDollars(bought)}.
      </p>
      {isFull && (
        <p className="note">
          Another would be more than that, so nothing more is bought before the next month.
        </p>
      )}
      {why !== null && (
        <p className="note bad">
          {WHY[why]} It is not tried again by itself: pay once on Stripe’s page, which lets it keep that card,
          or save the form below again.
        </p>
      )}
      {state === 'waiting' && (
        <p className="note">
          It begins when you have bought credit once and let Stripe keep the card for this.
        </p>
      )}
      {state !== 'on' && (
        <form method="post" action={`${place}/buy`}>
          <Once of={once} />
          <input type="hidden" name="amount" value={amount / MICRO} />
          <input type="hidden" name="keep" value="yes" />
          <button className="button" type="submit">
            Pay {microDollars(amount)} now and keep the card
          </button>
        </form>
      )}
      <form method="post">
        <button className="button second" type="submit" name="do" value="drop">
          Switch it off
        </button>
      </form>
    </section>
  );
}

interface BoundsProps {
  readonly recharge: ShownRecharge | null;
  readonly refused: Refused | undefined;
  readonly place: string;
}

function Bounds({ recharge, refused, place }: BoundsProps) {
  const entered = (name: string, otherwise: number | undefined, first: string) =>
    refused?.entered[name] ?? (otherwise === undefined ? first : String(otherwise / MICRO));
  return (
    <form method="post">
      <Field
        name="threshold"
        label="When less is left than, in US dollars"
        inputMode="decimal"
        defaultValue={entered('threshold', recharge?.threshold, '10')}
        required
      />
      <Field
        name="amount"
        label="Buy credit of, in US dollars"
        inputMode="decimal"
        defaultValue={entered('amount', recharge?.amount, '25')}
        help="From 5 to 500. Where tax is due, it comes on top."
        required
      />
      <Field
        name="month"
        label="At most in a month, in US dollars of credit"
        inputMode="decimal"
        defaultValue={entered('month', recharge?.monthMax, '100')}
        help="Months begin on the first, UTC. At most 5000."
        required
      />
      <label className="box-line">
        <input type="checkbox" name="agreed" value="yes" required />
        <span>
          I agree that Stripe charges the card that it keeps for me by these bounds, without asking me each
          time, until I switch this off here.
        </span>
      </label>
      <p className="note">
        Each charge is told to you by mail. A card that is refused is not tried again by itself.
      </p>
      <div className="actions">
        <button className="button" type="submit" name="do" value="choose">
          {recharge === null ? 'Switch it on' : 'Save'}
        </button>
        <a className="button second" href={place}>
          Back to the credit
        </a>
      </div>
    </form>
  );
}
