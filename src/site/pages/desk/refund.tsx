/** Refunds of an account's payments by finance: chosen first, shown as they would be, then made. */
import { Field, Once, Problem } from '../../parts/form.tsx';
import { microDollars } from '../../parts/format.ts';
import { Moment } from '../../parts/moment.tsx';
import { WideTable } from '../../parts/wide-table.tsx';
import { answered, carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/refund.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  const payments = await answered(context, ({ parts, caller }) =>
    parts.desk.refunds.list(caller, params.account),
  );
  demandFresh(request, context, who);
  const isMade = new URL(request.url).searchParams.has('made');
  return { payments, isMade, once: crypto.randomUUID(), place: `/desk/${params.account}` };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, ['payment', 'amount'], async ({ do: what, payment = '', amount = '', once = '' }, site) => {
    const { refunds } = site.parts.desk;
    const { account } = args.params;
    if (what !== 'refund')
      return { planned: await refunds.plan(site.caller, account, { payment, amount }), amount };
    await refunds.make(site.caller, account, { payment, amount, once });
    return goOn(site, `/desk/${account}/refund?made`);
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Refund – Desk – Kept' }];

export default function Refund({ loaderData, actionData }: Route.ComponentProps) {
  if (actionData !== undefined && 'planned' in actionData)
    return <Look {...actionData} once={loaderData.once} place={loaderData.place} />;
  const { payments, isMade, place } = loaderData;
  const some = payments.filter(({ left }) => left > 0);
  return (
    <div className="stack">
      <h1>Refund</h1>
      <p className="lead">What is left of the credit goes back to the card that paid it, with its tax.</p>
      {isMade && (
        <p className="note" role="status">
          The refund is made. It stands in the account’s ledger.
        </p>
      )}
      <Problem refused={actionData} />
      {payments.length === 0 ? (
        <p>Nothing was paid by Stripe for this account.</p>
      ) : (
        <Payments payments={payments} />
      )}
      {some.length > 0 && (
        <section className="form-page stack">
          <h2>Choose</h2>
          <form method="post">
            <div className="field">
              <label htmlFor="payment">Payment</label>
              <select id="payment" name="payment" defaultValue={actionData?.entered.payment} required>
                {some.map(({ id, paidAt, left }) => (
                  <option key={id} value={id}>
                    {paidAt.slice(0, 10)}, {microDollars(left)} at most
                  </option>
                ))}
              </select>
            </div>
            <Field
              name="amount"
              label="Credit to take back, in US dollars"
              inputMode="decimal"
              defaultValue={actionData?.entered.amount}
              help="Without tax, like 25.00. You see what goes back before it does."
              required
            />
            <button className="button" type="submit" name="do" value="look">
              Show what goes back
            </button>
          </form>
        </section>
      )}
      <p>
        <a href={place}>Back to the account</a>
      </p>
    </div>
  );
}

type Loaded = Route.ComponentProps['loaderData'];

const Payments = ({ payments }: Pick<Loaded, 'payments'>) => (
  <WideTable label="Payments">
    <thead>
      <tr>
        <th scope="col">Paid (UTC)</th>
        <th scope="col" className="number">
          Charged
        </th>
        <th scope="col" className="number">
          Credit
        </th>
        <th scope="col" className="number">
          Went back
        </th>
        <th scope="col" className="number">
          Can go back
        </th>
      </tr>
    </thead>
    <tbody>
      {payments.map(({ id, paidAt, gross, amount, returned, left }) => (
        <tr key={id}>
          <th scope="row">
            <Moment iso={paidAt} />
          </th>
          <td className="number">{microDollars(gross)}</td>
          <td className="number">{microDollars(amount)}</td>
          <td className="number">{microDollars(returned)}</td>
          <td className="number">{microDollars(left)}</td>
        </tr>
      ))}
    </tbody>
  </WideTable>
);

interface LookProps {
  readonly planned: { readonly payment: string; readonly credit: number; readonly gross: number };
  readonly amount: string;
  readonly once: string;
  readonly place: string;
}

const Look = ({ planned, amount, once, place }: LookProps) => (
  <div className="form-page stack">
    <h1>Refund {microDollars(planned.gross)}?</h1>
    <p className="lead">
      Stripe pays {microDollars(planned.gross)} back to the card that paid, and the balance falls by{' '}
      {microDollars(planned.credit)}. It cannot be taken back. Your name stands in the record.
    </p>
    <form method="post">
      <input type="hidden" name="payment" value={planned.payment} />
      <input type="hidden" name="amount" value={amount} />
      <Once of={once} />
      <div className="actions">
        <button className="button" type="submit" name="do" value="refund">
          Refund it
        </button>
        <a className="button second" href={`${place}/refund`}>
          Rather not
        </a>
      </div>
    </form>
  </div>
);
