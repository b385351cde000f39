/** Somebody whose account is going to be deleted sees this and nothing else: keep it, or take the data along. */
import { redirect } from 'react-router';
import { siteContext } from '../../context.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Problem } from '../../parts/form.tsx';
import { dayOf, microDollars } from '../../parts/format.ts';
import { carryOut, goOn, signedIn } from '../../session.ts';
import type { Route } from './+types/leaving.ts';

export async function loader({ context, request }: Route.LoaderArgs) {
  const { deletion } = await signedIn(request, context, { whileDeleted: true });
  if (deletion === null) throw redirect('/console');
  const { parts, caller } = context.get(siteContext);
  return {
    on: new Date(deletion.dueAt).toISOString().slice(0, 10),
    receipt: await parts.rights.leavingReceipt(caller),
    left: await parts.rights.leftCredit(caller),
  };
}

export const action = (args: Route.ActionArgs) =>
  carryOut(args, [], async (form, site) => {
    if (form.do === 'refund') {
      await site.parts.rights.refundLeft(site.caller);
      return goOn(site, '/console/leaving');
    }
    await site.parts.rights.stay(site.caller);
    return goOn(site, '/console');
  });

export const headers: Route.HeadersFunction = () => ({ 'cache-control': 'no-store' });
export const meta: Route.MetaFunction = () => [{ title: 'Your account is going to be deleted – Kept' }];

export default function Leaving({ loaderData: { on, receipt, left }, actionData }: Route.ComponentProps) {
  return (
    <div className="form-page stack">
      <h1>Your account is going to be deleted</h1>
      <p className="lead">
        On {dayOf(on)} everything that names you is gone. Until then you can take it back.
      </p>
      <Problem refused={actionData} />
      <form method="post">
        <button className="button" type="submit">
          Keep the account
        </button>
      </form>
      <p>
        <a className="button second" href="/console/export">
          Take your data with you
        </a>
      </p>
      {left !== null && left.balance > 0 && <Left {...left} on={on} />}
      <p>The keys of the accounts that end with you are off. Taken back, they work again.</p>
      <details>
        <summary>The receipt that you asked for it</summary>
        <p className="help">
          It proves the entry in the record, without us: save it, then{' '}
          <code>npx --no kept receipt verify FILE</code>.
        </p>
        <CodeBlock label="Receipt" code={receipt} />
      </details>
      <form method="post" action="/sign-out">
        <button className="plain-button" type="submit">
          Sign out
        </button>
      </form>
    </div>
  );
}

interface LeftProps {
  readonly balance: number;
  readonly refundable: number;
  readonly on: string;
}

/** Refunded or given up, as they choose. */
const Left = ({ balance, refundable, on }: LeftProps) => (
  <section className="stack">
    <h2>Credit that is left</h2>
    <p>
      {microDollars(balance)} is left in the accounts that end with you.{' '}
      {refundable > 0
        ? `${microDollars(refundable)} of it was paid by card and can go back there, with its tax.`
        : 'None of it can go back to a card.'}{' '}
      What is still left on {dayOf(on)} is given up with the account.
    </p>
    {refundable > 0 && (
      <form method="post">
        <button className="button second" type="submit" name="do" value="refund">
          Refund {microDollars(refundable)}
        </button>
      </form>
    )}
  </section>
);
