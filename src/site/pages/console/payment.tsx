/** One payment. Whoever comes back from Stripe waits here until Stripe has told us, also without JavaScript. */
import { microDollars } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { ask, signedIn } from '../../session.ts';
import type { Route } from './+types/payment.ts';

const LOOK_SECONDS = 3;
/** So many looks; after that the page says to come back. */
const LOOKS_MAX = 40;

export async function loader({ context, request, params }: Route.LoaderArgs) {
  await signedIn(request, context);
  const payment = await ask(context, (console, caller) =>
    console.payments.show(caller, params.account, params.payment),
  );
  const place = `/console/${params.account}/credit`;
  const looks = Number(/^\d{1,3}$/.exec(new URL(request.url).searchParams.get('look') ?? '')?.[0] ?? 0);
  const isWaiting = payment.state === 'open' && looks < LOOKS_MAX;
  return {
    payment,
    place,
    next: isWaiting ? `${place}/payments/${payment.id}?look=${looks + 1}` : null,
  };
}

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Payment – Kept' }];

const STATES = {
  open: 'Not paid yet',
  paid: 'Paid',
  failed: 'Not paid: the payment failed',
  expired: 'Not paid: the page expired',
} as const;

export default function Payment({ loaderData }: Route.ComponentProps) {
  const { payment, place, next } = loaderData;
  return (
    <div className="stack">
      <h1>Payment</h1>
      {payment.state === 'open' && <Waiting next={next} place={place} />}
      {(payment.state === 'failed' || payment.state === 'expired') && (
        <p className="note">
          Nothing was charged. <a href={`${place}/buy`}>Try again</a>
        </p>
      )}
      <dl className="facts">
        <dt>State</dt>
        <dd>{STATES[payment.state]}</dd>
        <dt>Credit</dt>
        <dd>{microDollars(payment.amount)}</dd>
        {payment.gross !== null && (
          <>
            <dt>Charged by Stripe</dt>
            <dd>
              {microDollars(payment.gross)}, of which {microDollars(payment.tax ?? 0)} is tax
            </dd>
          </>
        )}
        {payment.returned > 0 && (
          <>
            <dt>Refunded or disputed</dt>
            <dd>{microDollars(payment.returned)}</dd>
          </>
        )}
        <dt>{payment.paidAt === null ? 'Begun (UTC)' : 'Booked (UTC)'}</dt>
        <dd>
          <Moment iso={payment.paidAt ?? payment.askedAt} />
        </dd>
      </dl>
      <p className="actions">
        {payment.state === 'paid' && (
          <a className="button" href={`${place}/payments/${payment.id}/receipt`} rel="noreferrer">
            Receipt, at Stripe
          </a>
        )}
        <a className="button second" href={place}>
          To the credit
        </a>
      </p>
    </div>
  );
}

const Waiting = ({ next, place }: { next: string | null; place: string }) => (
  <p className="note" role="status">
    {next !== null && <meta httpEquiv="refresh" content={`${LOOK_SECONDS};url=${next}`} />}
    {next === null
      ? 'Stripe has not told us yet that this was paid. If you paid, the credit comes by itself, and a mail says so. '
      : 'If you have paid, this takes a few seconds: Stripe tells us, and this page shows it by itself. '}
    If you have not, nothing is charged. <a href={`${place}/buy`}>Begin again</a>
  </p>
);
