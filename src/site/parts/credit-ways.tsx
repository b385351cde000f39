/** What can be done about credit, for who may: bought once, by itself, by a plan; warned of; looked up at Stripe. */
import type { ShownPlan, ShownRecharge } from '../../control/payments/index.ts';
import { microDollars } from './format.ts';

interface Props {
  readonly place: string;
  readonly mayBuy: boolean;
  readonly mayWarn: boolean;
  readonly recharge: ShownRecharge | null;
  readonly plan: ShownPlan | null;
  readonly hasPlans: boolean;
  readonly isAtStripe: boolean;
}

export function CreditWays({ place, mayBuy, mayWarn, recharge, plan, hasPlans, isAtStripe }: Props) {
  const isStopped = recharge?.state === 'stopped';
  return (
    <>
      {mayBuy && (
        <p>
          <a className="button" href={`${place}/buy`}>
            Buy credit
          </a>
        </p>
      )}
      {mayBuy && (
        <p className={isStopped ? 'note bad' : 'quiet'}>
          {rechargeWords(recharge)}{' '}
          <a href={`${place}/recharge`}>{isStopped ? 'See what to do' : 'Automatic recharge'}</a>
        </p>
      )}
      {mayBuy && (hasPlans || plan !== null) && (
        <p className={plan?.state === 'unpaid' ? 'note bad' : 'quiet'}>
          {planWords(plan)} <a href={`${place}/plan`}>{plan === null ? 'Plans' : 'Your plan'}</a>
        </p>
      )}
      {(mayWarn || isAtStripe) && (
        <p className="actions">
          {mayWarn && <a href={`${place}/warnings`}>Warnings</a>}
          {mayBuy && isAtStripe && <a href={`${place}/portal`}>Cards and invoices</a>}
        </p>
      )}
    </>
  );
}

function rechargeWords(recharge: ShownRecharge | null): string {
  if (recharge === null) return 'Nothing is bought by itself.';
  const { state, threshold, amount } = recharge;
  if (state === 'stopped') return 'Credit is not bought by itself any more: the last try did not work.';
  if (state === 'waiting') return 'Nothing is bought by itself yet: Stripe keeps no card.';
  return `Below ${microDollars(threshold)}, ${microDollars(amount)} more are bought by themselves.`;
}

function planWords(plan: ShownPlan | null): string {
  if (plan === null) return 'There is no plan.';
  if (plan.state === 'unpaid') return 'An invoice of your plan is not paid.';
  return `${microDollars(plan.credit)} come each ${plan.every} by your plan${plan.endsThen ? ', until it ends' : ''}.`;
}
