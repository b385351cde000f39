/** Deleting the account: what happens to what and when is said before; confirmed, 30 days begin (ACCESS-3, RETAIN-2). */
import { siteContext } from '../../context.ts';
import { Problem } from '../../parts/form.tsx';
import { count, dayOf } from '../../parts/format.ts';
import { useIsPriced } from '../../parts/priced.ts';
import { carryOut, demandFresh, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/delete-account.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const who = await signedIn(request, context, { besides: ['agreement'] });
  demandFresh(request, context, who);
  const { parts, caller } = context.get(siteContext);
  return {
    email: who.email,
    plan: await parts.rights.leavingPlan(caller),
    contact: parts.company.policyEmail,
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (form, site) => {
    await site.parts.rights.leave(site.caller, form);
    return goOn(site, '/console/leaving');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Delete the account – Kept' }];

type Plan = Route.ComponentProps['loaderData']['plan'];
const day = (at: string): string => dayOf(at.slice(0, 10));

export default function DeleteAccount({
  loaderData: { email, plan, contact },
  actionData,
}: Route.ComponentProps) {
  return (
    <form method="post" className="stack">
      <h1>Delete the account</h1>
      <p className="lead">
        Everything that names you goes, on {day(plan.dueAt)}. Until then you can take it back.
      </p>
      <Problem refused={actionData} />
      <h2>Your accounts</h2>
      {plan.accounts.length === 0 && <p>You belong to none.</p>}
      {plan.accounts.map((account) => (
        <Account key={account.id} account={account} />
      ))}
      <h2>What happens when</h2>
      <dl className="facts">
        <dt>Today</dt>
        <dd>
          The keys that are named above stop. Signing in shows two things: keep the account, and export.
        </dd>
        <dt>For {count(plan.graceDays)} days</dt>
        <dd>Nothing is lost. You can take it back, and take your data with you.</dd>
        <dt>{day(plan.dueAt)}</dt>
        <dd>
          What the page <a href="/console/profile">Your data</a> shows is deleted, and the key that the rest
          is sealed under is destroyed: copies and backups of it open no more.
        </dd>
        <dt>{day(plan.copiesGoneAt)}</dt>
        <dd>The last copy of such a key that backups may hold is gone. Yours is in none from today on.</dd>
      </dl>
      <Kept plan={plan} contact={contact} />
      <h2>That nobody adds you again</h2>
      <p>
        A keyed hash of {email} stays for {count(plan.hashDays)} days, so that nobody else adds you. You can
        sign up again at any time.
      </p>
      <label className="box-line">
        <input type="checkbox" name="forget" value="yes" />
        <span>Keep not even that.</span>
      </label>
      <p className="actions">
        <button className="button bad" type="submit">
          Delete the account
        </button>
        <a className="button second" href="/console/profile">
          Keep it
        </a>
      </p>
    </form>
  );
}

function Account({ account }: { account: Plan['accounts'][number] }) {
  const { id, name, role, what, keys, others } = account;
  const goes = useIsPriced() ? 'keys, usage and credit' : 'keys and usage';
  return (
    <section className="card">
      <h3>{name}</h3>
      {what === 'goes_on' && (
        <p>You leave it (you are its {role}). It goes on with its owners, and so do its keys.</p>
      )}
      {what === 'ends' && <p>It is yours alone and is deleted with you, with its {goes}.</p>}
      {what === 'decide' && (
        <fieldset>
          <legend>Nobody else owns it, and others belong to it. What becomes of it?</legend>
          {others.map((other) => (
            <label className="box-line" key={other.person}>
              <input type="radio" name={id} value={other.person} required />
              <span>
                {other.name} ({other.email}, {other.role}) takes over today. Its keys go on.
              </span>
            </label>
          ))}
          <label className="box-line">
            <input type="radio" name={id} value="close" required />
            <span>It is closed, for its other members too, and deleted with you.</span>
          </label>
        </fieldset>
      )}
      {what !== 'goes_on' && (
        <p className="quiet">
          {keys.length === 0
            ? 'It has no keys.'
            : `Keys that stop today${what === 'decide' ? ' if it is closed' : ''}: ${keys.join(', ')}.`}
        </p>
      )}
    </section>
  );
}

const Kept = ({ plan, contact }: { plan: Plan; contact: string }) => (
  <>
    <h2>What a law keeps</h2>
    {plan.kept.length === 0 ? (
      <p>No law makes us keep any of it.</p>
    ) : (
      <ul>
        {plan.kept.map(({ about, title, source, days }) => (
          <li key={about}>
            {about}: for {count(days)} days, without your name and apart from everything else. {title} (
            {source}).
          </li>
        ))}
      </ul>
    )}
    <p className="quiet">
      An order of a court can hold up a deletion and forbid us to say so. Questions: {contact}.
    </p>
  </>
);
