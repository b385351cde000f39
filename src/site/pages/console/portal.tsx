/** Leads to Stripe's own pages of an account: cards, invoices, tax ids. */
import { data } from 'react-router';
import { siteContext } from '../../context.ts';
import { FormPage, Problem } from '../../parts/form.tsx';
import { OnToStripe } from '../../parts/on-to-stripe.tsx';
import { carryOut, demandFresh, memberOf, signedIn } from '../../session.ts';
import type { Route } from './+types/portal.ts';

export async function loader({ context, request, params }: Route.LoaderArgs) {
  const who = await signedIn(request, context);
  await memberOf(context, params.account, 'manage_money');
  if (!context.get(siteContext).parts.console.payments.available) throw data(null, { status: 404 });
  demandFresh(request, context, who);
  return { place: `/console/${params.account}/credit` };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], (_, { parts, caller }) => parts.console.payments.portal(caller, args.params.account));

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Cards and invoices – Kept' }];

export default function Portal({ loaderData: { place }, actionData }: Route.ComponentProps) {
  if (actionData !== undefined && 'url' in actionData)
    return <OnToStripe url={actionData.url} lead="From there you come back here." label="Go on to Stripe" />;
  return (
    <FormPage
      title="Cards and invoices"
      lead="Stripe keeps them, not we: which cards it may charge, your invoices, your tax ids."
    >
      <Problem refused={actionData} />
      <form method="post">
        <div className="actions">
          <button className="button" type="submit">
            Open Stripe’s pages
          </button>
          <a className="button second" href={place}>
            Back to the credit
          </a>
        </div>
      </form>
      <p className="note">
        Whoever has the address of that page can use it for a while: it is made for you now, and stands in no
        mail.
      </p>
    </FormPage>
  );
}
