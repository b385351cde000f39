/**
 * Plans: what each costs, brings, and how it is ended stands before anything is agreed to; ending one takes one click,
 * as California's law on automatic renewals wants it (Cal. Bus. & Prof. Code § 17602).
 */
import type { Plan as Offered, ShownPlan } from '../../../control/payments/index.ts';
import { FormPage, Once, Problem } from '../../parts/form.tsx';
import { dayOf, microDollars } from '../../parts/format.ts';
import { OnToStripe } from '../../parts/on-to-stripe.tsx';
import { ask, carryOut, goOn, type Refused, signedIn } from '../../session.ts';
import type { Route } from './+types/plan.ts';

const LOOK_SECONDS = 3;

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const { plans, current } = await ask(context, (console, caller) =>
    console.plans.read(caller, params.account),
  );
  const isBegun = new URL(request.url).searchParams.has('begun');
  return {
    plans,
    current,
    once: crypto.randomUUID(),
    isWaiting: isBegun && current === null,
    place: `/console/${params.account}/credit`,
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['once', 'plan'], async ({ do: what, once = '', plan = '', agreed = '' }, site) => {
    const { plans } = site.parts.console;
    const { account } = args.params;
    if (what !== 'end' && what !== 'keep') return plans.begin(site.caller, account, { once, plan, agreed });
    await plans[what](site.caller, account);
    return goOn(site, `/console/${account}/credit/plan`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Plan – Kept' }];

export default function Plan({ loaderData, actionData }: Route.ComponentProps) {
  if (actionData !== undefined && 'url' in actionData)
    return (
      <OnToStripe
        url={actionData.url}
        lead="You pay there, and come back here. Your card’s number never reaches us."
        label="Go on to pay"
      />
    );
  const { plans, current, once, isWaiting, place } = loaderData;
  return (
    <FormPage
      title="Plan"
      lead="A plan buys credit each month or each year. It is the same credit as any other: what is left stays."
    >
      <Problem refused={actionData} />
      {isWaiting && (
        <p className="note" role="status">
          <meta httpEquiv="refresh" content={`${LOOK_SECONDS}`} />
          If you have paid, this takes a few seconds: Stripe tells us, and this page shows it by itself.
        </p>
      )}
      {current === null && !isWaiting && <Choice plans={plans} once={once} refused={actionData} />}
      {current !== null && (
        <Current plan={current} name={plans.find(({ id }) => id === current.plan)?.name ?? current.plan} />
      )}
      <p>
        <a href={place}>Back to the credit</a>
      </p>
    </FormPage>
  );
}

const terms = ({ price, credit, every }: Pick<Offered, 'price' | 'credit' | 'every'>): string =>
  `${microDollars(price)} each ${every}, for ${microDollars(credit)} of credit`;

interface ChoiceProps {
  readonly plans: readonly Offered[];
  readonly once: string;
  readonly refused: Refused | undefined;
}

const Choice = ({ plans, once, refused }: ChoiceProps) => (
  <form method="post">
    <Once of={refused?.entered.once || once} />
    <fieldset>
      <legend>Which</legend>
      {plans.map((plan, at) => (
        <label key={plan.id} className="box-line">
          <input
            type="radio"
            name="plan"
            value={plan.id}
            defaultChecked={refused?.entered.plan ? refused.entered.plan === plan.id : at === 0}
            required
          />
          <span>
            {plan.name}: {terms(plan)}
          </span>
        </label>
      ))}
    </fieldset>
    <ul>
      <li>It renews by itself, for the same price, until you end it. Where tax is due, it comes on top.</li>
      <li>
        You end it on this page, in one click; it then ends with what is paid, and nothing more is charged.
      </li>
      <li>The credit comes with each paid invoice. It does not expire, also not when the plan ends.</li>
      <li>All credit is one balance: nothing is used before something else.</li>
    </ul>
    <label className="box-line">
      <input type="checkbox" name="agreed" value="yes" required />
      <span>I agree that this is charged again each period until I end it.</span>
    </label>
    <p className="note">
      You pay on a page of Stripe, which keeps your card for the next periods. We tell it the price, a random
      number and where to lead you back.
    </p>
    <button className="button" type="submit">
      Go on to pay
    </button>
  </form>
);

function Current({ plan, name }: { readonly plan: ShownPlan; readonly name: string }) {
  const { state, endsThen, isPaused, periodEndsAt } = plan;
  const day = periodEndsAt === null ? null : dayOf(periodEndsAt.slice(0, 10));
  return (
    <>
      <dl className="facts">
        <dt>Plan</dt>
        <dd>
          {name}: {terms(plan)}
        </dd>
        <dt>State</dt>
        <dd>
          {isPaused
            ? 'Paused'
            : state === 'unpaid'
              ? 'An invoice is not paid'
              : endsThen
                ? 'Ends'
                : 'Renews by itself'}
        </dd>
        {day !== null && (
          <>
            <dt>{endsThen ? 'Ends on (UTC)' : 'Renews on (UTC)'}</dt>
            <dd>{day}</dd>
          </>
        )}
      </dl>
      {state === 'unpaid' && (
        <p className="note bad">
          Stripe could not charge your card. Bring another under “Cards and invoices”, or end the plan here.
        </p>
      )}
      <form method="post">
        <button className="button second" type="submit" name="do" value={endsThen ? 'keep' : 'end'}>
          {endsThen ? 'Keep the plan after all' : 'End the plan'}
        </button>
        <p className="help">
          {endsThen
            ? 'Nothing more is charged unless you keep it.'
            : `It then ends with what is paid${day === null ? '' : `, on ${day}`}. The credit stays.`}
        </p>
      </form>
    </>
  );
}
